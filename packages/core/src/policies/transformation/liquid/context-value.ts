import { toText } from "@turnpike/expressions";
import { Boxed, NetArray, NetObject } from "@turnpike/expressions/values";
import type { Headers } from "../../../http/headers.js";
import type { Url } from "../../../http/url.js";
import type { Exchange } from "../../../policy/exchange.js";

/**
 * What templates see under `context`: the members that the reference lists for request and response, in .NET's letter case, and the
 * variables. Anything else renders as nothing.
 */
export function contextValue(exchange: Exchange): Record<string, unknown> {
  const { request, response } = exchange;
  return record({
    Request: record({
      Url: urlValue(request.url),
      Method: request.method,
      OriginalMethod: request.method,
      OriginalUrl: urlValue(exchange.originalUrl),
      IpAddress: request.ipAddress,
      MatchedParameters: dictionary(
        (name) => request.matchedParameters.get(name),
        () => [...request.matchedParameters.keys()],
      ),
      HasBody: !request.body.isNone,
      ClientCertificates: null,
      Headers: headersValue(request.headers),
    }),
    Response: record({
      StatusCode: response.status,
      StatusReason: response.reason,
      Method: null,
      Headers: headersValue(response.headers),
    }),
    Variables: dictionary(
      (name) => (exchange.variables.has(name) ? variableValue(exchange.variables.get(name)) : undefined),
      () => [...exchange.variables.keys()],
    ),
  });
}

function urlValue(url: Url): Record<string, unknown> {
  return record({
    Scheme: url.scheme,
    Host: url.host,
    Port: url.port,
    Path: url.path,
    QueryString: url.queryString,
    Query: dictionary(
      (name) => (url.query.has(name) ? url.query.getAll(name) : undefined),
      () => url.query.names(),
    ),
    ToUri: url.toString(),
    ToString: url.toString(),
  });
}

function headersValue(headers: Headers): unknown {
  return dictionary(
    (name) => (headers.has(name) ? headers.getAll(name) : undefined),
    () => headers.names(),
  );
}

/** A .NET value as a template can use it: JSON tokens by their members, simple values as they are, others as text. */
function variableValue(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Boxed) return value.type.kind === "enum" || value.type.name === "char" ? toText(value) : value.value;
  if (value instanceof NetObject && value.declaration.header.includes("Newtonsoft.Json.Linq.")) return jsonValue(toText(value));
  if (value instanceof NetArray) return toText(value);
  return toText(value);
}

/** The text of a JSON token is JSON, or, of a token that is a string, the string itself. */
function jsonValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text, (_key, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value) ? Object.assign(Object.create(null), value) : value,
    );
  } catch {
    return text;
  }
}

function record(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.assign(Object.create(null), values);
}

/** An object whose own properties are the entries of a dictionary, looked up by its rules. */
function dictionary(get: (name: string) => unknown, names: () => string[]): unknown {
  return new Proxy(Object.create(null) as object, {
    get: (_target, name) => (typeof name === "string" ? get(name) : undefined),
    has: (_target, name) => typeof name === "string" && get(name) !== undefined,
    ownKeys: () => [...new Set(names())],
    getOwnPropertyDescriptor: (_target, name) => {
      const value = typeof name === "string" ? get(name) : undefined;
      return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false };
    },
  });
}
