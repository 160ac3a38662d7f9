import { ofRequest } from "../../observe/log-failures.js";
import type { Exchange } from "../../policy/exchange.js";
import { logEvents } from "../../policy/log-events.js";
import type { CounterRequest } from "../../stores/store.js";

/** Counts after the fact. A store that fails then concerns nobody's request: it is logged. */
export async function countLater(exchange: Exchange, request: CounterRequest, amount: number): Promise<void> {
  if (amount <= 0) return;
  const { store, logger } = exchange.runtime;
  try {
    await store.counters.take([{ ...request, amount, force: true }]);
  } catch (error) {
    logger.error({ ...ofRequest(exchange), err: error }, logEvents.quotaNotCounted);
  }
}
