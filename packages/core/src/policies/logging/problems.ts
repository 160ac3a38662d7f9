import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { error, type Problem } from "../../diagnostics/problem.js";

/** What can be wrong with a policy that logs or measures, by name. */
export const loggingProblems = {
  tooManyDimensions: (severity: Diagnostic["severity"], most: number, advised: number, given: number): Problem => ({
    ...error("TP2011", `A metric takes at most ${most} dimensions, and ${advised} by the present reference; here are ${given}.`),
    severity,
  }),
  dimensionWithoutValue: (name: string, withDefault: readonly string[]): Problem =>
    error("TP2007", `The dimension "${name}" needs a value.`, `Without one go: ${withDefault.join(", ")}.`),
};
