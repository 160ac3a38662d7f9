import { error } from "./problem.js";

/** What may be wrong with a source in either language before it means anything. */
export const sourceErrors = {
  tooDeep: error("TP1001", (limit: number) => ({
    message: `The expression is nested too deeply (more than ${limit} levels).`,
    hint: "Split it into several variables.",
  })),
  noExpression: error("TP1000", {
    message: "A policy expression begins with `@(` or `@{`.",
    hint: "Write `@( expression )`, or `@{ statements; return value; }`.",
  }),
  closingBracket: error("CS1026", ") expected"),
  trailing: error("CS1022", {
    message: "End of the expression expected",
    hint: 'The expression is the whole value: text around it belongs into it, as in @($"Bearer {x}").',
  }),
} as const;
