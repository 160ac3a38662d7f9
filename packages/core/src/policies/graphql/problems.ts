import { error, type Problem } from "../../diagnostics/problem.js";

/** What can be wrong with a data source of a GraphQL resolver, by name. */
export const dataSourceProblems = {
  requestMissing: (policy: string, kinds: readonly string[]): Problem =>
    error("TP2011", `<${policy}> needs exactly one of ${kinds.map((name) => `<${name}>`).join(", ")}.`),
  replacedIdMissing: (): Problem => error("TP2011", "<write-request> needs a child <id> where its type is replace."),
  urlInvalid: (written: string): Problem =>
    error("TP2008", `Invalid URL '${written}': expected an absolute http or https URL, or a path.`),
};
