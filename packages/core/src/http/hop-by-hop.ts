import type { Headers } from "./headers.js";

const HOP_BY_HOP: ReadonlySet<string> = new Set([
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

/** Removes what concerns one connection only: these headers, and those that the `Connection` header names. */
export function removeHopByHop(headers: Headers): void {
  const named = headers.joined("connection");
  headers.deleteAll(named === undefined || isPlain(named) ? HOP_BY_HOP : withNamed(named));
}

/** Does a `Connection` header say only what nearly all of them say, which names no other header? */
function isPlain(connection: string): boolean {
  return connection === "keep-alive" || connection === "close";
}

function withNamed(connection: string): ReadonlySet<string> {
  const names = new Set(HOP_BY_HOP);
  for (const name of connection.split(",")) names.add(name.trim().toLowerCase());
  return names;
}
