import { type DocumentedError, policyError } from "../../policy/declared-error.js";
import type { BoundElement } from "../../policy/define.js";
import type { PolicyError } from "../../policy/error.js";
import type { Exchange } from "../../policy/exchange.js";
import { text } from "../../policy/schema.js";

/** The attributes by which both rate limits tell callers and policies what is left. */
export const reportAttributes = {
  "retry-after-header-name": text({
    default: "Retry-After",
    notes: "Response header that carries the advised wait, in seconds, on a refused call.",
  }),
  "retry-after-variable-name": text({ notes: "Variable that receives the advised wait in seconds when a call is refused." }),
  "remaining-calls-header-name": text({ notes: "Response header that carries the calls left in the window." }),
  "remaining-calls-variable-name": text({ notes: "Variable that receives the calls left in the window." }),
  "total-calls-header-name": text({ notes: "Response header that repeats the configured number of calls." }),
};

const rateLimitExceeded = policyError({
  when: "the limit is used up",
  status: 429,
  statusReason: "Too Many Requests",
  reason: "RateLimitExceeded",
  message: "Rate limit is exceeded",
  toCaller: "Rate limit is exceeded. Try again in {n} seconds.",
});

/** The same on a limit for one API or operation. */
export const ownReportAttributes = {
  "retry-after-header-name": text({ undocumented: "works", notes: "As on the policy, where this limit refuses." }),
  "retry-after-variable-name": text({ undocumented: "works", notes: "As on the policy, where this limit refuses." }),
  "remaining-calls-header-name": text({ undocumented: "works", notes: "As on the policy, for this limit." }),
  "remaining-calls-variable-name": text({ undocumented: "works", notes: "As on the policy, for this limit." }),
  "total-calls-header-name": text({ undocumented: "works", notes: "As on the policy, for this limit." }),
};

/** How both rate limits refuse. @param when which limit is used up */
export function rateLimitError(when: string): DocumentedError {
  return { ...rateLimitExceeded, when };
}

/** Tells how a limit stands. */
export interface LimitReport {
  /** The call may pass: sets the variable and queues the headers for whatever response goes out. */
  admitted(exchange: Exchange, remaining: number, calls: number): void;
  /** The refusal of a call. @param wait milliseconds until there is room again */
  refused(exchange: Exchange, wait: number, calls: number, period: number): PolicyError;
}

/** Compiles the attributes of {@link reportAttributes}. */
export function limitReport({ attributes }: Pick<BoundElement<typeof ownReportAttributes>, "attributes">): LimitReport {
  const retryHeader = attributes["retry-after-header-name"]?.literal ?? reportAttributes["retry-after-header-name"].default;
  const retryVariable = attributes["retry-after-variable-name"]?.literal;
  const remainingHeader = attributes["remaining-calls-header-name"]?.literal;
  const remainingVariable = attributes["remaining-calls-variable-name"]?.literal;
  const totalHeader = attributes["total-calls-header-name"]?.literal;
  return {
    admitted(exchange, remaining, calls) {
      const left = Math.max(0, remaining);
      if (remainingVariable !== undefined) exchange.variables.set(remainingVariable, left);
      if (remainingHeader !== undefined) exchange.finalHeaders.push([remainingHeader, String(left)]);
      if (totalHeader !== undefined) exchange.finalHeaders.push([totalHeader, String(calls)]);
    },
    refused(exchange, wait, calls, period) {
      const advised = Math.max(1, Math.ceil(Number.isFinite(wait) ? wait / 1000 : period));
      if (retryVariable !== undefined) exchange.variables.set(retryVariable, advised);
      if (remainingVariable !== undefined) exchange.variables.set(remainingVariable, 0);
      const headers: [string, string][] = [[retryHeader, String(advised)]];
      if (remainingHeader !== undefined) headers.push([remainingHeader, "0"]);
      if (totalHeader !== undefined) headers.push([totalHeader, String(calls)]);
      return rateLimitExceeded.error({ n: advised }, { headers });
    },
  };
}
