import type { Problem } from "./diagnostic.js";

/** What may be wrong with a source in either language before it means anything. */
export const sourceErrors = {
  tooDeep: (limit: number): Problem => ({
    code: "TP1001",
    message: `The expression is nested too deeply (more than ${limit} levels).`,
    hint: "Split it into several variables.",
  }),
  noExpression: (): Problem => ({
    code: "TP1000",
    message: "A policy expression begins with `@(` or `@{`.",
    hint: "Write `@( expression )`, or `@{ statements; return value; }`.",
  }),
  closingBracket: (): Problem => ({ code: "CS1026", message: ") expected" }),
  trailing: (): Problem => ({
    code: "CS1022",
    message: "End of the expression expected",
    hint: 'The expression is the whole value: text around it belongs into it, as in @($"Bearer {x}").',
  }),
} as const;
