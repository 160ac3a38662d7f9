import { error } from "./problem.js";

/** What keeps an expression from being compiled beside its own errors. */
export const compilationErrors = {
  wrongHostType: error("TP1004", (reason: string) => `A type that the host declares is not right: ${reason}`),
  tooDeep: error("TP1001", "The expression is nested too deeply."),
  defect: error("TP1005", (reason: string) => `The expression cannot be compiled: ${reason}`),
} as const;
