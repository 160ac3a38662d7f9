import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a limit or quota, by name. */
export const limitProblems = {
  renewalPeriodInvalid: (): Problem => error("TP2008", "renewal-period is 0 or at least 300 seconds."),
  renewalPeriodUnused: (): Problem => warning("TP2104", "renewal-period has no effect here: the quota's own holds."),
  retryWindowUnused: (): Problem => warning("TP2104", "flexible-retry-window has no effect."),
  operationWithoutLimit: (): Problem => warning("TP2101", "<operation> without calls and renewal-period limits nothing."),
};
