import type { OutgoingRequest } from "../http/transport.js";
import { TransportError } from "../http/transport.js";
import type { Clock } from "../time/clock.js";

/**
 * Fails a call that has no answer in its time.
 * @returns stops the timer; null where the call may take for ever
 */
export function callTimer(
  { timeout }: OutgoingRequest,
  clock: Clock,
  fail: (error: TransportError) => void,
): (() => void) | null {
  if (!Number.isFinite(timeout)) return null;
  return clock.setTimer(() => fail(new TransportError("timeout", `No answer within ${timeout / 1000} seconds.`)), timeout);
}
