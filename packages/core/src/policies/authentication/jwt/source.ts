import type { Value } from "../../../policy/define.js";
import type { Exchange } from "../../../policy/exchange.js";
import { invalid, refusals, TokenRefusal } from "./failures.js";

/** Where a policy finds the token. */
export interface TokenSource {
  readonly header: Value<string> | null;
  readonly parameter: Value<string> | null;
  readonly value: Value<unknown> | null;
  /** The scheme that an Authorization header must have; null: any, or none. */
  readonly scheme: Value<string> | null;
}

/**
 * The token of a request. Of an Authorization header the scheme is taken off; other headers, parameters and values are taken whole. Throws
 * TokenRefusal if there is none, or it comes with another scheme than it must.
 */
export function tokenOf(source: TokenSource, exchange: Exchange): string {
  const token = written(source, exchange).trim();
  if (token === "") throw TokenRefusal.of(refusals.absent, {});
  return token;
}

function written({ header, parameter, value, scheme }: TokenSource, exchange: Exchange): string {
  if (value !== null) {
    const given = value.get(exchange);
    return typeof given === "string" ? given : "";
  }
  if (parameter !== null) return exchange.request.url.query.get(parameter.get(exchange)) ?? "";
  const name = header!.get(exchange);
  const text = (exchange.request.headers.joined(name) ?? "").trim();
  if (name.trim().toLowerCase() !== "authorization" || text === "") return text;
  const blank = text.search(/\s/);
  const wanted = scheme?.get(exchange).trim() ?? "";
  if (wanted === "") return blank < 0 ? text : text.slice(blank);
  const found = blank < 0 ? text : text.slice(0, blank);
  if (found.toLowerCase() !== wanted.toLowerCase())
    throw invalid(`The Authorization header does not have the scheme '${wanted}'.`);
  return blank < 0 ? "" : text.slice(blank);
}
