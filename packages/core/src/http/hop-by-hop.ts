import { HeaderNames } from "./header-names.js";
import type { Headers } from "./headers.js";

/** What concerns one connection only, whether or not `Connection` names it (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new HeaderNames([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Without these a message is another one, or its caller: they are no options of a connection, whatever `Connection` says. */
const NEVER_NAMED: ReadonlySet<string> = new Set([
  "content-length",
  "forwarded",
  "host",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
]);

/**
 * Takes out of a message that has just come in what its `Connection` header names, and the names with it. This happens once: a header that
 * policies set later is theirs, whatever the other side has named.
 */
export function takeNamedHeaders(headers: Headers): void {
  const connection = headers.joined("connection");
  if (connection === undefined || connection === "keep-alive" || connection === "close") return;
  const kept: string[] = [];
  const named = new Set<string>();
  for (const part of connection.split(",")) {
    const option = part.trim();
    const name = option.toLowerCase();
    if (name === "") continue;
    if (name === "close" || HOP_BY_HOP.has(name)) kept.push(option);
    else if (!NEVER_NAMED.has(name)) named.add(name);
  }
  if (named.size === 0) return;
  headers.deleteAll(new HeaderNames(named));
  headers.set("Connection", ...(kept.length === 0 ? [] : [kept.join(", ")]));
}

/** Removes what concerns one connection only. */
export function removeHopByHop(headers: Headers): void {
  headers.deleteAll(HOP_BY_HOP);
}
