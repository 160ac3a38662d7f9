import { readFileSync } from "node:fs";
import { ConfigurationError, createGateway, type GatewayRequest, type TraceDocument } from "@turnpike/core";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { complainOf, readConfiguration, readingDetails, readingOptions } from "../configuration.js";
import { hostCredentials } from "../credentials.js";
import { hostDataSources } from "../data-sources.js";
import { hostSecrets } from "../live.js";
import { traceText } from "../log/trace-text.js";

/** `turnpike trace`: runs one request and tells what happened to it. */
export const traceCommand: Command = {
  usage: "trace CONFIG REQUEST.json",
  details: [
    ...readingDetails,
    'REQUEST.json is { "method", "url", "headers": { name: text or list }, "body": text or JSON value, "ipAddress" }; - reads standard input.',
    "Backends are called as they are in the configuration. With --json, the trace document.",
  ],
  options: { ...readingOptions },
  async run(call) {
    const [file, request, ...others] = call.positionals;
    if (file === undefined || request === undefined || others.length > 0)
      throw new UsageError("'trace' needs a configuration and a request.", "Example: turnpike trace gateway.yaml request.json");
    const asked = requestAt(request);
    const gateway = await gatewayOf(file, call);
    if (gateway === null) return 1;
    try {
      const response = await gateway.handle(asked, { trace: true });
      // The time until the last byte counts, too.
      if (response.body !== null && !(response.body instanceof Uint8Array)) await drained(response.body);
      const trace = response.trace!;
      print(trace, call);
    } finally {
      await gateway.close();
    }
    return 0;
  },
};

async function gatewayOf(file: string, call: CommandCall) {
  try {
    const gateway = await createGateway(await readConfiguration(file, call), {
      policies: call.policies,
      secrets: hostSecrets(),
      credentials: hostCredentials(),
      dataSources: hostDataSources(),
    });
    complainOf(gateway.diagnostics, call.output);
    return gateway;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    complainOf(error.diagnostics, call.output);
    return null;
  }
}

function print(trace: TraceDocument, call: CommandCall): void {
  call.output.print(call.has("json") ? JSON.stringify(trace) : traceText(trace, call.output));
}

async function drained(body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of body) void chunk;
  } catch {
    // The answer broke off: what came before stands.
  }
}

function requestAt(path: string): GatewayRequest {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path === "-" ? 0 : path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`Invalid request '${path}': expected JSON (${error.message}).`);
  }
  return requestOf(data, path);
}

const MEMBERS = ["method", "url", "headers", "body", "ipAddress"];

/** What REQUEST.json holds, as a request. */
export function requestOf(data: unknown, path: string): GatewayRequest {
  const wrong = (what: string): never => {
    throw new UsageError(`Invalid request '${path}': ${what}`);
  };
  if (typeof data !== "object" || data === null || Array.isArray(data))
    return wrong(`expected an object of ${MEMBERS.join(", ")}.`);
  const { method = "GET", url, headers = {}, body = null, ipAddress } = data as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(data))
    if (!MEMBERS.includes(name)) wrong(`expected no member "${name}", only ${MEMBERS.join(", ")}.`);
  if (typeof method !== "string" || !/^[!#$%&'*+.^_`|~\w-]+$/.test(method))
    return wrong('expected "method" to be a method of HTTP.');
  if (typeof url !== "string" || !/^(?:https?|wss?):\/\/[^/]/i.test(url)) return wrong('expected "url" to be an absolute URL.');
  if (ipAddress !== undefined && typeof ipAddress !== "string") return wrong('expected "ipAddress" to be a text.');
  if (typeof headers !== "object" || headers === null || Array.isArray(headers))
    return wrong('expected "headers" to be an object.');
  const list: [string, string][] = [];
  for (const [name, value] of Object.entries(headers))
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value as unknown]) {
      if (typeof item !== "string" && typeof item !== "number")
        return wrong(`expected the header "${name}" to be a text or a list of texts.`);
      list.push([name, String(item)]);
    }
  const isText = typeof body === "string";
  if (!isText && body !== null && !list.some(([name]) => name.toLowerCase() === "content-type"))
    list.push(["Content-Type", "application/json"]);
  return {
    method: method.toUpperCase(),
    url,
    headers: list,
    body: body === null ? null : Buffer.from(isText ? body : JSON.stringify(body)),
    ...(ipAddress === undefined ? {} : { ipAddress }),
  };
}
