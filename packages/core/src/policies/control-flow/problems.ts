import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy that steers others, by name. */
export const controlFlowProblems = {
  waitUndocumented: (policy: string): Problem => warning("TP2112", `The reference does not name <${policy}> in <wait>.`),
  notInWait: (policy: string): Problem => error("TP2010", `<wait> cannot hold <${policy}> directly.`, "Put it into a <choose>."),
  waitInRetry: (): Problem => error("TP2003", "<wait> cannot stand inside <retry>."),
};
