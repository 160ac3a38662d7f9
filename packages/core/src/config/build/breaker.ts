import type { CircuitBreakerModel } from "../../model/model.js";
import type { BackendConfiguration } from "../configuration.js";
import { parseIsoDuration } from "../duration.js";
import { configurationProblems } from "../problems.js";
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
  if (rules.length > 1) loaded.report(at, configurationProblems.severalRules());
  if (written.pool !== undefined) loaded.report(at, configurationProblems.breakerOfPool());
  checkThreshold(rule, at, loaded);
  checkWhatCounts(rule, at, loaded);
  const duration = (text: string, key: readonly string[]): number => {
    const parsed = parseIsoDuration(text);
    if (parsed === null || parsed === 0) loaded.report([...at, ...key], configurationProblems.notADuration(text));
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
    failureStatus: failureStatusOf(rule.failureResponse, [...at, "failureResponse", "statusCode"], loaded),
  };
}

/** The status of what is refused, 503 unless something else is said. */
export function failureStatusOf(
  written: { readonly statusCode: number } | undefined,
  path: readonly (string | number)[],
  loaded: LoadedConfiguration,
): number {
  const status = written?.statusCode ?? 503;
  if (!(Number.isInteger(status) && status >= 200 && status <= 599))
    loaded.report(path, configurationProblems.failureStatusInvalid());
  return status;
}

function checkThreshold({ failureCondition }: Rule, at: readonly (string | number)[], loaded: LoadedConfiguration): void {
  const { count, percentage } = failureCondition;
  const path = [...at, "failureCondition"];
  if ((count === undefined) === (percentage === undefined)) loaded.report(path, configurationProblems.countOrPercentage());
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 1))
    loaded.report([...path, "count"], configurationProblems.countInvalid());
  if (percentage !== undefined && !(percentage > 0 && percentage <= 100))
    loaded.report([...path, "percentage"], configurationProblems.percentageInvalid());
}

function checkWhatCounts({ failureCondition }: Rule, at: readonly (string | number)[], loaded: LoadedConfiguration): void {
  const { statusCodeRanges = [], errorReasons = [] } = failureCondition;
  const path = [...at, "failureCondition"];
  statusCodeRanges.forEach(({ min, max }, index) => {
    if (!(min >= 200 && max <= 599 && min <= max))
      loaded.report([...path, "statusCodeRanges", index], configurationProblems.statusRangeInvalid());
  });
  if (statusCodeRanges.length > MOST_ENTRIES)
    loaded.report([...path, "statusCodeRanges"], configurationProblems.tooManyStatusRanges());
  if (errorReasons.length > MOST_ENTRIES || errorReasons.some((reason) => reason.length > LONGEST_REASON))
    loaded.report([...path, "errorReasons"], configurationProblems.errorReasonsInvalid());
  const known = errorReasons.filter((errorReason) =>
    REASONS.some((reason) => reason.toLowerCase() === errorReason.toLowerCase()),
  );
  if (statusCodeRanges.length === 0 && known.length === 0) loaded.report(path, configurationProblems.nothingCounts(REASONS));
}
