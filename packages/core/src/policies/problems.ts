import { error, type Problem, warning } from "../diagnostics/problem.js";
import type { SectionName } from "../policy/sections.js";

const listed = (names: readonly string[], last: "and" | "or"): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} ${last} ${names.at(-1)}`;

/** What can be wrong with a policy's attributes and children beyond its schema, in the same words for every policy. */
export const policyProblems = {
  /** @param names the attributes of which it needs one */
  attributeMissing: (element: string, ...names: readonly string[]): Problem =>
    error("TP2101", `<${element}> needs the attribute ${listed(names, "or")}.`),
  /** @param names the attributes of which only one may be there */
  exclusive: (...names: readonly string[]): Problem => error("TP2102", `${listed(names, "and")} exclude one another.`),
  childMissing: (element: string, child: string): Problem => error("TP2011", `<${element}> needs a child <${child}>.`),
  sectionUndocumented: (policy: string, section: SectionName): Problem =>
    warning("TP2003", `API Management does not take <${policy}> in ${section}.`),
  schemaUnusable: (id: string, why: string): Problem => error("TP2107", `The schema ${id} cannot be used: ${why}`),
};
