import { containedUrl, pathNotAllowed, quotedPath } from "../../backends/target-path.js";
import { Url } from "../../http/url.js";
import { type DocumentedError, expressionError } from "../../policy/declared-error.js";
import type { Exchange } from "../../policy/exchange.js";
import { PerRequest } from "../../policy/per-request.js";
import { pathError } from "../failures.js";

const urlInvalid = expressionError(
  "the URL to call is none",
  "The URL to call is neither an absolute http or https URL nor a path.",
);

/** How a resolver's address fails. */
export const resolverAddressErrors: readonly DocumentedError[] = [
  urlInvalid,
  pathError("an expression gives a URL with dot segments, or with what some servers take for them"),
];

/** Where a resolver's call goes. */
interface Address {
  readonly url: Url;
  /** False for a path alone. */
  readonly isAbsolute: boolean;
}

const addresses = new PerRequest<Address>();

/** Reads an absolute URL, or a path with its query; null for what is neither. */
export function resolverAddress(text: string): Address | null {
  const written = text.trim();
  const isPath = written.startsWith("/") && !written.startsWith("//");
  const url = Url.parse(isPath ? `http://resolver${written}` : written);
  if (url === null || (url.scheme !== "http" && url.scheme !== "https")) return null;
  return { url, isAbsolute: !isPath };
}

/** Dot segments of an author's own are resolved; in what an expression makes they may be a caller's. */
export function takeAddress(exchange: Exchange, text: string, isLiteral: boolean): void {
  const address = resolverAddress(text);
  if (address === null) throw urlInvalid.error();
  const url = containedUrl(address.url);
  if (url !== address.url && !isLiteral) throw pathNotAllowed.error({ path: quotedPath(address.url.path) });
  exchange.request.url = url;
  addresses.set(exchange, { url, isAbsolute: address.isAbsolute });
}

/** Does the call go to the URL as it stands: is that absolute, and no backend set? */
export function isAbsoluteAddress(exchange: Exchange): boolean {
  return addresses.get(exchange)?.isAbsolute === true && exchange.target.backendId === null && exchange.target.baseUrl === null;
}
