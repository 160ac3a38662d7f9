import type { CircuitBreakerModel } from "../../model/model.js";
import type { BackendConfiguration } from "../configuration.js";
import { parseIsoDuration } from "../duration.js";
import type { LoadedConfiguration } from "../source.js";

/** Reasons with which calls to a backend fail: what `errorReasons` can name. */
const REASONS = ["BackendConnectionFailure", "Timeout"];
const LONGEST_REASON = 200;
const MOST_ENTRIES = 10;

type Rule = NonNullable<BackendConfiguration["circuitBreaker"]>["rules"][number];

/** The circuit breaker of a backend, within the documented bounds; null if it has none. */
export function buildBreaker(
  written: BackendConfiguration,
  path: readonly string[],
  loaded: LoadedConfiguration,
): CircuitBreakerModel | null {
  const rules = written.circuitBreaker?.rules ?? [];
  const rule = rules[0];
  if (rule === undefined) return null;
  const at = [...path, "circuitBreaker", "rules", 0];
  if (rules.length > 1) loaded.report("warning", "TP3005", at, "Only the first rule of a circuit breaker is in force.");
  if (written.pool !== undefined)
    loaded.report("warning", "TP3005", at, "A pool's own circuit breaker has no effect.", "Give one to each of its members.");
  checkThreshold(rule, at, loaded);
  checkWhatCounts(rule, at, loaded);
  const duration = (text: string, key: readonly string[]): number => {
    const parsed = parseIsoDuration(text);
    if (parsed === null || parsed === 0)
      loaded.report("error", "TP3005", [...at, ...key], `"${text}" is not an ISO 8601 duration.`, "Write it as PT30S or PT1M.");
    return parsed ?? 1;
  };
  const { count, percentage, interval, statusCodeRanges = [], errorReasons = [] } = rule.failureCondition;
  return {
    name: rule.name ?? "",
    count: count ?? null,
    percentage: percentage ?? null,
    interval: duration(interval, ["failureCondition", "interval"]),
    statusCodeRanges,
    errorReasons,
    tripDuration: duration(rule.tripDuration, ["tripDuration"]),
    acceptRetryAfter: rule.acceptRetryAfter ?? false,
  };
}

function checkThreshold({ failureCondition }: Rule, at: readonly (string | number)[], loaded: LoadedConfiguration): void {
  const { count, percentage } = failureCondition;
  const path = [...at, "failureCondition"];
  if ((count === undefined) === (percentage === undefined))
    loaded.report("error", "TP3005", path, "A failure condition has either a count or a percentage.");
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1))
    loaded.report("error", "TP3005", [...path, "count"], "The count of a failure condition is a whole number from 1.");
  if (percentage !== undefined && !(percentage > 0 && percentage <= 100))
    loaded.report("error", "TP3005", [...path, "percentage"], "The percentage of a failure condition is from 1 to 100.");
}

function checkWhatCounts({ failureCondition }: Rule, at: readonly (string | number)[], loaded: LoadedConfiguration): void {
  const { statusCodeRanges = [], errorReasons = [] } = failureCondition;
  const path = [...at, "failureCondition"];
  statusCodeRanges.forEach(({ min, max }, index) => {
    if (!(min >= 200 && max <= 599 && min <= max))
      loaded.report("error", "TP3005", [...path, "statusCodeRanges", index], "A range of status codes lies within 200 to 599.");
  });
  if (statusCodeRanges.length > MOST_ENTRIES)
    loaded.report("error", "TP3005", [...path, "statusCodeRanges"], "There are at most 10 ranges of status codes.");
  if (errorReasons.length > MOST_ENTRIES || errorReasons.some((one) => one.length > LONGEST_REASON))
    loaded.report("error", "TP3005", [...path, "errorReasons"], "There are at most 10 error reasons of at most 200 characters.");
  const known = errorReasons.filter((one) => REASONS.some((reason) => reason.toLowerCase() === one.toLowerCase()));
  if (statusCodeRanges.length === 0 && known.length === 0)
    loaded.report(
      "warning",
      "TP3005",
      path,
      "Nothing that can happen counts as a failure: this circuit breaker never opens.",
      `Give statusCodeRanges, or errorReasons among ${REASONS.join(" and ")}.`,
    );
}
