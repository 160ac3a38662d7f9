import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy for language models, by name. */
export const aiProblems = {
  limitsNothing: (policy: string): Problem =>
    error(
      "TP2007",
      `${policy} limits nothing.`,
      "Give tokens-per-minute, or token-quota together with token-quota-period, or both.",
    ),
  quotaWithoutPeriod: (policy: string): Problem =>
    error("TP2007", `${policy} needs token-quota and token-quota-period together.`),
  estimateMisspelt: (): Problem =>
    warning("TP2104", "estimate-prompt-token is read as estimate-prompt-tokens.", "Write estimate-prompt-tokens."),
};
