import { definePolicy, type Value } from "../../policy/define.js";
import type { PolicyError } from "../../policy/error.js";
import type { Exchange, ResponseMessage } from "../../policy/exchange.js";
import { clientGone, errorResponse, setLastError, toPolicyError } from "../../policy/failure.js";
import type { Flow } from "../../policy/flow.js";
import { child, flag, integer, many, seconds } from "../../policy/schema.js";
import { allScopes, allSections } from "../../policy/sections.js";
import { wait } from "../../time/clock.js";

/** How long to wait before the n-th retry (from 1), in seconds. */
interface Schedule {
  readonly interval: number;
  readonly delta: number | null;
  readonly maxInterval: number | null;
  readonly isFirstFast: boolean;
}

/** The policy retry. */
export const retry = definePolicy({
  name: "retry",
  category: "control-flow",
  summary: "Runs its children, then repeats them while a condition holds, up to a count.",
  remarks: [
    "Runs its policies, then again while the condition holds.",
    "A failing run does not leave the block at once: the condition sees `context.LastError` and, as `context.Response`, the response that the error stands for; only when it is false, or no retry is left, is the error raised. A run that succeeds leaves no error.",
  ],
  readings: [
    "count and intervals are evaluated once, before the first run",
    "max-interval without delta bounds a fixed interval",
    "the exponential waits follow the reference's printed example (10, 20, 40, 80, 100)",
    "with first-fast-retry the second retry waits as the second does",
    "a missing interval is none",
  ],
  sections: allSections,
  scopes: allScopes,
  attributes: {
    condition: flag({ required: true, expressions: true, notes: "Evaluated after every run: true runs the policies again." }),
    count: integer({
      required: true,
      expressions: true,
      min: 1,
      max: 50,
      notes: "The number of retries, 1 to 50; the first run is not counted.",
    }),
    interval: seconds({
      required: true,
      missing: "warning",
      expressions: true,
      notes: "Seconds to wait between runs; the base of the growing schemes.",
    }),
    "max-interval": seconds({
      expressions: true,
      notes: "The longest wait in seconds; with delta it makes the waits grow exponentially.",
    }),
    delta: seconds({ expressions: true, notes: "Seconds by which waits grow; without max-interval they grow linearly." }),
    "first-fast-retry": flag({ default: false, expressions: true, notes: "true: the first retry does not wait." }),
  },
  children: {
    "*": child({
      min: 1,
      max: many,
      content: "policies",
      expressions: true,
      notes: "Any policy that the section allows, except wait.",
    }),
  },
  content: "policies",
  compile(element, compiler) {
    const { condition, count } = element.attributes;
    const schedule = scheduleOf(element.attributes);
    const run = element.policies!;

    const repeat = async (exchange: Exchange, first: Outcome, most: number, waits: Schedule): Promise<Flow> => {
      const { lastError, response } = exchange;
      let outcome = first;
      let shown: ResponseMessage | null = null;
      for (let n = 1; ; n++) {
        if (outcome.flow === "stop") return "stop";
        if (outcome.error === null) {
          exchange.lastError = lastError;
          if (exchange.response === shown) exchange.response = response;
        } else {
          setLastError(exchange, outcome.error);
          shown = exchange.response = errorResponse(exchange, outcome.error);
        }
        await compiler.prepare(exchange);
        if (!condition.get(exchange) || n > most) return conclude(outcome);
        const seconds = delay(n, waits, exchange.runtime.random.fraction());
        exchange.observer?.message("retry", exchange.section, { message: `Retry ${n} of ${most} after ${seconds} s.` });
        if (seconds > 0) await waited(exchange, seconds * 1000);
        outcome = await attempt(exchange);
      }
    };

    const attempt = async (exchange: Exchange): Promise<Outcome> => {
      try {
        return { flow: await run(exchange), error: null };
      } catch (error) {
        return failed(error, exchange);
      }
    };

    return (exchange) => {
      const most = count.get(exchange);
      const waits = schedule(exchange);
      let pending: Flow | Promise<Flow>;
      try {
        pending = run(exchange);
      } catch (error) {
        return repeat(exchange, failed(error, exchange), most, waits);
      }
      if (typeof pending !== "string")
        return pending.then(
          (flow) => repeat(exchange, { flow, error: null }, most, waits),
          (error: unknown) => repeat(exchange, failed(error, exchange), most, waits),
        );
      return repeat(exchange, { flow: pending, error: null }, most, waits);
    };
  },
});

interface Outcome {
  readonly flow: Flow;
  readonly error: PolicyError | null;
}

/** A run's failure, for the condition to look at. Of a caller who has gone there is nothing to retry. */
function failed(error: unknown, exchange: Exchange): Outcome {
  const failure = toPolicyError(error, exchange);
  if (exchange.signal.aborted) throw failure;
  return { flow: "continue", error: failure };
}

function conclude({ flow, error }: Outcome): Flow {
  if (error !== null) throw error;
  return flow;
}

async function waited(exchange: Exchange, ms: number): Promise<void> {
  try {
    await wait(exchange.runtime.clock, ms, exchange.signal);
  } catch {
    throw clientGone();
  }
}

type ScheduleValues = {
  readonly interval: Value<number> | null;
  readonly "max-interval": Value<number> | null;
  readonly delta: Value<number> | null;
  readonly "first-fast-retry": Value<boolean>;
};

function scheduleOf(values: ScheduleValues): (exchange: Exchange) => Schedule {
  return (exchange) => ({
    interval: values.interval?.get(exchange) ?? 0,
    delta: values.delta?.get(exchange) ?? null,
    maxInterval: values["max-interval"]?.get(exchange) ?? null,
    isFirstFast: values["first-fast-retry"].get(exchange),
  });
}

function delay(n: number, { interval, delta, maxInterval, isFirstFast }: Schedule, random: number): number {
  if (isFirstFast && n === 1) return 0;
  if (delta === null) return maxInterval === null ? interval : Math.min(interval, maxInterval);
  if (maxInterval === null) return interval + (n - 1) * delta;
  return Math.min(maxInterval, interval + (2 ** (n - 1) - 1) * delta * (0.8 + 0.4 * random));
}
