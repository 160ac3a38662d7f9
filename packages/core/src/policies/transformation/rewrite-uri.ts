import { callersPathNotAllowed, pathNotAllowed, quotedPath } from "../../backends/target-path.js";
import { resolvedPath } from "../../http/path.js";
import { encodeQuery, QueryList } from "../../http/query.js";
import type { Url } from "../../http/url.js";
import { internalError } from "../../policy/declared-error.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { PerRequest } from "../../policy/per-request.js";
import { flag, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { pathError } from "../failures.js";

/** A rewrite's outcome, so that a second one can start from where the first did. */
interface Rewrite {
  readonly queryBefore: string;
  readonly after: Url;
}

const rewrites = new PerRequest<Rewrite>();

const parameterNotFound = internalError(
  "the template names a parameter that the operation's URL template lacks",
  "ParameterNotFound",
  "The template refers to the parameter '{name}', which the operation's URL template does not have.",
);

const PLACEHOLDER = /\{(\*?[^{}*/?]{0,100})\}/g;

/** The policy rewrite-uri. */
export const rewriteUri = definePolicy({
  name: "rewrite-uri",
  category: "transformation",
  summary: "Replaces path and query of the URL sent to the backend.",
  remarks: ["Replaces path and query of the URL that goes to the backend."],
  readings: [
    "matched values are put in percent-encoded (`{*rest}` keeps its slashes)",
    "a template without a leading slash gets one",
    "placeholders also work in templates that an expression makes",
    "dot segments of the template are resolved",
    "`{*name}` and `{name}` mean the same parameter",
    "where the template's query names a parameter that came in, the template's wins",
  ],
  sections: ["inbound"],
  scopes: allScopes,
  attributes: {
    template: text({
      required: true,
      expressions: true,
      notes: "The path behind the API's base URL, with a query if need be; {name} stands for a matched parameter.",
    }),
    "copy-unmatched-params": flag({
      default: true,
      expressions: true,
      notes: "true keeps incoming query parameters that the operation's URL template does not mention.",
    }),
  },
  children: {},
  errors: [
    pathError("the template has segments that some servers take for dot segments (`..%2f`, `..\\`, `..;x`)"),
    { ...callersPathNotAllowed, when: "the value of a parameter makes a dot segment, or what some servers take for one" },
    parameterNotFound,
  ],
  compile(element) {
    const { template, "copy-unmatched-params": copies } = element.attributes;
    return (exchange) => {
      const { request } = exchange;
      const target = template.get(exchange).trim();
      const question = target.indexOf("?");
      const path = filledPath(question < 0 ? target : target.slice(0, question), exchange);
      const ownQuery = question < 0 ? "" : fill(target.slice(question + 1), exchange, encodeQuery);

      const earlier = rewrites.get(exchange);
      const queryBefore = earlier?.after === request.url ? earlier.queryBefore : request.url.queryString;
      const copied = copies.get(exchange) ? unmatched(queryBefore, exchange, ownQuery) : "";
      request.url = request.url.with({ path, queryString: [ownQuery, copied].filter((part) => part !== "").join("&") });
      rewrites.set(exchange, { queryBefore, after: request.url });
      return "continue";
    };
  },
});

/** The template's own dot segments are resolved; a caller's values may make none. */
function filledPath(template: string, exchange: Exchange): string {
  const own = template.startsWith("/") ? template : `/${template}`;
  const resolved = resolvedPath(own);
  if (resolved === null) throw pathNotAllowed.error({ path: quotedPath(own) });
  const path = fill(resolved, exchange, encodePath);
  if (path !== resolved && resolvedPath(path) !== path) throw callersPathNotAllowed.error({ path: quotedPath(path) });
  return path;
}

function fill(template: string, exchange: Exchange, encode: (value: string, isRest: boolean) => string): string {
  if (!template.includes("{")) return template;
  return template.replace(PLACEHOLDER, (_whole, placeholder: string) => {
    const isRest = placeholder.startsWith("*");
    const name = isRest && placeholder !== "*" ? placeholder.slice(1) : placeholder;
    const value = exchange.request.matchedParameters.get(name);
    if (value !== undefined) return encode(value, isRest || isWildcard(name, exchange));
    if (exchange.operation?.urlTemplate.includes(`{${name}}`) === true) return "";
    throw parameterNotFound.error({ name });
  });
}

function isWildcard(name: string, exchange: Exchange): boolean {
  return exchange.operation?.urlTemplate.includes(`{*${name}}`) === true;
}

/** Percent-encodes a matched value for a path. What may stand in a segment stays; slashes stay in the rest of a path only. */
function encodePath(value: string, isRest: boolean): string {
  const encoded = encodeURIComponent(value.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /%(?:3A|40|24|26|2B|2C|3B|3D)/g,
    decodeURIComponent,
  );
  return isRest ? encoded.replaceAll("%2F", "/") : encoded;
}

/** Incoming parameters, as written, that neither the operation's URL template nor the new query names. */
function unmatched(queryString: string, exchange: Exchange, ownQuery: string): string {
  if (queryString === "") return "";
  const { operation } = exchange;
  const templateQuery = operation === null ? "" : (operation.urlTemplate.split("?", 2)[1] ?? "");
  let query = QueryList.parse(queryString);
  for (const name of [...QueryList.parse(templateQuery).names(), ...QueryList.parse(ownQuery).names()])
    if (query.has(name)) query = QueryList.parse(query.set(name, []));
  return query.size === 0 ? "" : query.add("", []);
}
