import type { Exchange } from "../policy/exchange.js";
import type { Observer } from "../policy/observer.js";

/** For whom an operation runs. */
export interface Caller {
  readonly exchange: Exchange;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Who looks on; null: nobody. */
  readonly observer: Observer | null;
}
