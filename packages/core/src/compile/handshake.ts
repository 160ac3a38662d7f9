import { isHandshake } from "../http/handshake.js";
import type { Step } from "../policy/flow.js";

/**
 * Policies that API Management does not apply to a handshake (WebSocket APIs, unsupported policies): where an outer scope has them they
 * are skipped, and the operation itself cannot have them.
 */
export const notForHandshakes: ReadonlySet<string> = new Set([
  "cache-lookup",
  "cache-store",
  "cors",
  "cross-domain",
  "json-to-xml",
  "jsonp",
  "mock-response",
  "set-body",
  "set-method",
  "validate-content",
  "validate-headers",
  "validate-parameters",
  "validate-status-code",
  "xml-to-json",
  "xsl-transform",
]);

/** A step that handshakes go past. */
export function exceptForHandshakes(step: Step): Step {
  return (exchange) => (isHandshake(exchange.originalUrl) ? "continue" : step(exchange));
}
