import { error, type Problem, warning } from "../../diagnostics/problem.js";

/** What can be wrong with a policy for calls across origins, by name. */
export const crossDomainProblems = {
  credentialsForAll: (): Problem => warning("TP2102", "Browsers take no credentials with the origin *: they are not allowed."),
  originInvalid: (): Problem => error("TP2008", "Origin must be a valid URL consisting of scheme, host, and port only."),
};
