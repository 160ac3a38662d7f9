import { HeaderNames } from "./header-names.js";
import type { Headers } from "./headers.js";

/** What speaks of framing, routing, credentials or how to take the content cannot come behind the content (RFC 9110, 6.5.1). */
const FORBIDDEN = new HeaderNames([
  "age",
  "authorization",
  "cache-control",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "date",
  "expect",
  "expires",
  "host",
  "keep-alive",
  "location",
  "max-forwards",
  "pragma",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "range",
  "retry-after",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "vary",
  "warning",
  "www-authenticate",
]);

/** Trailers less those that cannot be any; null if none are left. Changes what it is given. */
export function withoutForbidden(trailers: Headers): Headers | null {
  trailers.deleteAll(FORBIDDEN);
  return trailers.size === 0 ? null : trailers;
}
