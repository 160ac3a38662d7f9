import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { type BoundElement, definePolicy, type PolicyCompiler } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { PerRequest } from "../../policy/per-request.js";
import { child, flag, integer, many, valueChild } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { literalText, textValue } from "../text.js";
import { normalOrigin } from "./origins.js";
import { crossDomainProblems } from "./problems.js";

/** Requests whose answer has its CORS headers from a policy already: the first cors that matches is the one that counts. */
const answered = new PerRequest<true>();

/** The policy cors. */
export const cors = definePolicy({
  name: "cors",
  category: "cross-domain",
  summary: "Answers CORS preflight requests and adds CORS headers to cross-origin responses for a list of origins.",
  remarks: [
    "Answers preflights and puts CORS headers on answers to cross-origin requests, refusals included. For preflights that no operation takes the pipeline runs the cors policies that stand directly in inbound, before anything else: those of the API and its outer scopes, then those of the operation whose method is asked for. A product's take part if the preflight has its key in the query, or if it needs none.",
  ],
  readings: [
    "terminate-unmatched-request is true",
    "Allow-Credentials is never sent with `*`",
    "methods other than GET and HEAD of an origin that does not match go on without CORS headers",
    "a preflight of a good origin is answered whatever it asks for, and lists what is allowed",
    "`*` for methods and headers is answered by the names asked for",
    "Vary: Origin is sent with a listed origin",
    "`null` and several origins match only `*`",
    "CORS headers of the backend are replaced",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    "allow-credentials": flag({ default: false, expressions: true, notes: "Whether scripts may send credentials." }),
    "terminate-unmatched-request": flag({
      default: true,
      expressions: true,
      notes: "true: a preflight, GET or HEAD of an origin that does not match ends at once with an empty 200.",
    }),
  },
  children: {
    "allowed-origins": child({
      min: 1,
      children: {
        origin: child({ min: 1, max: many, content: "text", notes: "An asterisk for any, or scheme, host and port." }),
      },
      notes: "Origins that may call.",
    }),
    "allowed-methods": child({
      attributes: {
        "preflight-result-max-age": integer({
          default: 0,
          expressions: true,
          min: 0,
          notes: "Seconds for which a preflight's result may be kept.",
        }),
      },
      children: {
        method: valueChild({
          min: 1,
          max: many,
          notes: "A method, or an asterisk for all.",
        }),
      },
      notes: "Methods allowed in cross-origin requests; without it GET and POST.",
    }),
    "allowed-headers": child({
      min: 1,
      missing: "warning",
      children: { header: child({ min: 1, max: many, content: "text", notes: "A request header, or an asterisk for all." }) },
      notes: "Request headers allowed.",
    }),
    "expose-headers": child({
      children: { header: child({ min: 1, max: many, content: "text", notes: "A response header, or an asterisk for all." }) },
      notes: "Response headers that scripts may read.",
    }),
  },
  compile(element, compiler) {
    const { "allow-credentials": credentials, "terminate-unmatched-request": terminates } = element.attributes;
    const { children } = element;
    const origins = originsOf(children["allowed-origins"][0]!.children.origin, compiler);
    if (origins.any && credentials.literal === true) compiler.report(crossDomainProblems.credentialsForAll());
    const [methodsElement] = children["allowed-methods"];
    const methods = methodsElement?.children.method.map(({ text }) => textValue(text)) ?? null;
    const maxAge = methodsElement?.attributes["preflight-result-max-age"] ?? null;
    const allowedHeaders = (children["allowed-headers"][0]?.children.header ?? []).map(({ text }) => literalText(text));
    const exposed = children["expose-headers"][0]?.children.header.map(({ text }) => literalText(text)).join(",") ?? "";

    /** Headers that preflights and other answers have in common, for an origin that matches. */
    const allow = (origin: string, takesCredentials: boolean, headers: Headers): void => {
      headers.set("Access-Control-Allow-Origin", origin);
      if (origin === "*") return;
      const vary = headers.getAll("Vary").join(",");
      if (!/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(vary)) headers.append("Vary", "Origin");
      if (takesCredentials) headers.set("Access-Control-Allow-Credentials", "true");
    };

    const preflight = (exchange: Exchange, origin: string): Flow => {
      const headers = new Headers();
      allow(origin, credentials.get(exchange), headers);
      const asked = exchange.request.headers;
      const verbs = methods?.map((method) => (method.get(exchange) ?? "").trim()) ?? ["GET", "POST"];
      const allowedVerbs = verbs.includes("*") ? tokens(asked.getAll("Access-Control-Request-Method")) : verbs;
      headers.set("Access-Control-Allow-Methods", allowedVerbs.join(","));
      const names = allowedHeaders.includes("*") ? tokens(asked.getAll("Access-Control-Request-Headers")) : allowedHeaders;
      if (names.length > 0) headers.set("Access-Control-Allow-Headers", names.join(","));
      headers.set("Access-Control-Max-Age", String(maxAge?.get(exchange) ?? 0));
      return end(exchange, headers);
    };

    return (exchange) => {
      const given = exchange.request.headers.getAll("Origin");
      if (given.length === 0) return "continue";
      const origin = matching(origins, given);
      if (exchange.observer !== null) exchange.observer.why(originText(origins, given, origin !== null));
      const { method } = exchange.request;
      if (
        method === "OPTIONS" &&
        exchange.request.headers.has("Access-Control-Request-Method") &&
        exchange.operation?.method !== "OPTIONS"
      ) {
        if (origin !== null) return preflight(exchange, origin);
        return terminates.get(exchange) ? end(exchange, new Headers()) : "continue";
      }
      if (answered.get(exchange) === true) return "continue";
      if (origin === null) {
        if ((method !== "GET" && method !== "HEAD") || !terminates.get(exchange)) return "continue";
        exchange.observer?.message("cors", exchange.section, "The origin does not match: the request ends with an empty answer.");
        return end(exchange, new Headers());
      }
      answered.set(exchange, true);
      const takesCredentials = origin !== "*" && credentials.get(exchange);
      exchange.atEnd.push((ended) => {
        const { headers } = ended.response;
        for (const name of headers.names()) if (/^access-control-/i.test(name)) headers.delete(name);
        allow(origin, takesCredentials, headers);
        if (exposed !== "") headers.set("Access-Control-Expose-Headers", exposed);
      });
      return "continue";
    };
  },
});

interface Origins {
  readonly any: boolean;
  readonly listed: ReadonlySet<string>;
}

function originsOf(elements: readonly BoundElement[], compiler: PolicyCompiler): Origins {
  const listed = new Set<string>();
  let any = false;
  for (const { text, place } of elements) {
    const written = literalText(text);
    const origin = normalOrigin(written);
    if (written === "*") any = true;
    else if (origin !== null) listed.add(origin);
    else if (!written.includes("{{")) compiler.report(crossDomainProblems.originInvalid(), place);
  }
  return { any, listed };
}

/** What Access-Control-Allow-Origin says to a caller; null for one that does not match. */
function matching({ any, listed }: Origins, given: readonly string[]): string | null {
  const origin = given.length === 1 ? normalOrigin(given[0]!) : null;
  if (origin !== null && listed.has(origin)) return given[0]!.trim();
  return any ? "*" : null;
}

/** What came of the comparison, for the operator. */
function originText({ any, listed }: Origins, given: readonly string[], isAllowed: boolean): string {
  const origin = given.join(", ");
  const all = any ? "*" : [...listed].join(", ");
  if (given.length > 1) return `There are several Origin headers (${origin}): none is allowed but by *.`;
  return isAllowed ? `The origin ${origin} is allowed by ${all}.` : `The origin ${origin} is not among those allowed: ${all}.`;
}

/** Most names that a preflight's answer repeats. */
const MOST_TOKENS = 256;
const TOKEN = /^[!#$%&'*+.^_`|~\w-]{1,256}$/;

/** The names in a list header (RFC 9110, section 5.6.1); what is no token is left out. */
function tokens(lines: readonly string[]): string[] {
  const found: string[] = [];
  for (const line of lines)
    for (const item of line.split(",", MOST_TOKENS)) {
      const name = item.trim();
      if (found.length < MOST_TOKENS && TOKEN.test(name)) found.push(name);
    }
  return found;
}

function end(exchange: Exchange, headers: Headers): Flow {
  exchange.response.body.replace(null);
  exchange.response = { status: 200, reason: "OK", headers, body: new MessageBody(new Uint8Array(0)) };
  return "stop";
}
