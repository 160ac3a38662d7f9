import { type Problem, warning } from "../diagnostics/problem.js";

/** What can be wrong with documents at the place where a configuration puts them, by name. */
export const placementProblems = {
  backendSectionMissing: (): Problem =>
    warning(
      "TP2018",
      "The global policy has no backend section: requests are forwarded only where an inner scope says so.",
      "Add <backend><forward-request /></backend>.",
    ),
  noEffectOnHandshake: (policy: string): Problem =>
    warning(
      "TP2023",
      `<${policy}> has no effect on the handshake of a WebSocket API.`,
      "Take it out: a handshake is a GET without a body, and its answer has none.",
    ),
};
