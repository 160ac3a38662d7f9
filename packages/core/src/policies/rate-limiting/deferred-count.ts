import { ofRequest } from "../../observe/log-failures.js";
import type { PolicyCompiler, Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { logEvents } from "../../policy/log-events.js";

/** Whether and how much a call counts, where that can only be said once the response is known. */
export interface DeferredCount {
  readonly condition: Value<boolean> | null;
  readonly count: Value<number>;
}

/** Are condition and count known before the response is? */
export function isImmediate({ condition, count }: DeferredCount): boolean {
  return (condition === null || condition.literal !== undefined) && count.literal !== undefined;
}

/** What a call counts whose condition and count are literal. */
export function literalAmount({ condition, count }: DeferredCount): number {
  return condition?.literal === false ? 0 : count.literal!;
}

/**
 * Evaluates condition and count when the response is final, and hands over the amount (0: the call does not count). An expression that fails
 * counts the call: nobody may get around a limit by making it fail.
 */
export async function finalAmount(
  { condition, count }: DeferredCount,
  compiler: PolicyCompiler,
  exchange: Exchange,
): Promise<number> {
  try {
    await compiler.prepare(exchange);
    return condition === null || condition.get(exchange) ? count.get(exchange) : 0;
  } catch (error) {
    exchange.runtime.logger.warn({ ...ofRequest(exchange), err: error }, logEvents.countExpressionFailed);
    return 1;
  }
}
