import { type DocumentedError, policyError } from "../../policy/declared-error.js";
import type { PolicyError } from "../../policy/error.js";

const refused = { status: 403, statusReason: "Quota Exceeded", reason: "QuotaExceeded" } as const;

const quotaExceeded = policyError({
  ...refused,
  when: "the call volume or the bandwidth of the period is used up",
  message: "Out of {call volume | bandwidth} quota. Quota will be replenished in {[d.]hh:mm:ss}.",
});

const endlessQuotaExceeded = policyError({
  ...refused,
  when: "the same of a period that never ends",
  message: "Out of {call volume | bandwidth} quota.",
});

/** How both quotas refuse. */
export const quotaErrors: readonly DocumentedError[] = [quotaExceeded, endlessQuotaExceeded];

/**
 * The refusal of a call whose quota is used up.
 * @param what the quota that is used up
 * @param wait milliseconds until the period ends; Infinity: it never does, and nothing is said about it
 */
export function quotaRefusal(what: "call volume" | "bandwidth", wait: number): PolicyError {
  if (!Number.isFinite(wait)) return endlessQuotaExceeded.error({ "call volume | bandwidth": what });
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  return quotaExceeded.error(
    { "call volume | bandwidth": what, "[d.]hh:mm:ss": duration(seconds) },
    { headers: [["Retry-After", String(seconds)]] },
  );
}

/** `[d.]hh:mm:ss`. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${days > 0 ? `${days}.` : ""}${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
