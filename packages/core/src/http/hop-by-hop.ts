import type { Headers } from "./headers.js";

const HOP_BY_HOP: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Removes what concerns one connection only: these headers, and those that the `Connection` header names. */
export function removeHopByHop(headers: Headers): void {
  for (const line of headers.getAll("connection")) for (const name of line.split(",")) headers.delete(name.trim());
  for (const name of HOP_BY_HOP) headers.delete(name);
}
