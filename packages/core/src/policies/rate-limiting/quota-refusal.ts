import type { DocumentedError } from "../../policy/define.js";
import { PolicyError } from "../../policy/error.js";

/** How both quotas refuse. */
export const quotaErrors: readonly DocumentedError[] = (["call volume", "bandwidth"] as const).map((what) => ({
  when: `${what} of the period used up`,
  status: 403,
  reason: "QuotaExceeded",
  message: `Out of ${what} quota. Quota will be replenished in {[d.]hh:mm:ss}. (The second sentence only where the period ends.)`,
}));

/**
 * The refusal of a call whose quota is used up.
 * @param what the quota that is used up
 * @param wait milliseconds until the period ends; Infinity: it never does, and nothing is said about it
 */
export function quotaRefusal(what: "call volume" | "bandwidth", wait: number): PolicyError {
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  const isEndless = !Number.isFinite(wait);
  return new PolicyError({
    reason: "QuotaExceeded",
    message: `Out of ${what} quota.${isEndless ? "" : ` Quota will be replenished in ${duration(seconds)}.`}`,
    status: 403,
    statusReason: "Quota Exceeded",
    headers: isEndless ? [] : [["Retry-After", String(seconds)]],
  });
}

/** `[d.]hh:mm:ss`. */
function duration(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${days > 0 ? `${days}.` : ""}${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
