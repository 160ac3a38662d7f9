import type { Url } from "./url.js";

/** True for the request with which a WebSocket connection begins: adapters give its URL the scheme `ws` or `wss`. */
export function isHandshake(url: Url): boolean {
  return url.scheme === "ws" || url.scheme === "wss";
}
