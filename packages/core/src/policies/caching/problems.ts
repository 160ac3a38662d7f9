import { type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy of the cache, by name. */
export const cachingProblems = {
  callersShare: (): Problem =>
    warning(
      "TP2110",
      "allow-private-response-caching stores answers to requests with Authorization, and nothing here keeps callers apart.",
      "Add <vary-by-header>Authorization</vary-by-header>, or set vary-by-developer to true.",
    ),
};
