import type { GatewayOutcome } from "./outcome.js";
import type { TraceDocument } from "./trace-document.js";

/** Looks on at all requests of a running gateway, from when it is told to until it is told to stop: `gateway.watch`. */
export interface GatewayWatcher {
  /** Is the request that has just come in to be traced? Asked once for each. A request that is traced costs some times its pipeline's time. */
  isTraced(): boolean;
  /**
   * The answer to a request has gone out, or cannot go out any more. What it throws is logged.
   * @param trace makes the trace document, during this call only; null for a request that was not traced
   */
  ended(outcome: GatewayOutcome, trace: (() => TraceDocument) | null): void;
  /** Another configuration, or another secret, has come into force. */
  changed?(): void;
}
