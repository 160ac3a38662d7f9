import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/nearest.js";
import { error, type Problem, warning } from "../diagnostics/problem.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import { resolverRoots } from "../xml/nodes.js";

const unknownAttribute = (element: string, attribute: string, hint?: string): Problem =>
  error("TP2006", `<${element}> has no attribute ${attribute}.`, hint);

/** Everything that can be wrong with a document as policies, whichever they are, by name. */
export const compileProblems = {
  wrongRoot: (root: string): Problem => error("TP0115", `A policy document has the root <policies>, not <${root}>.`),
  wrongResolverRoot: (root: string): Problem =>
    error(
      "TP0115",
      `A resolver's document has one of the roots ${resolverRoots.map((name) => `<${name}>`).join(", ")}, not <${root}>.`,
    ),
  attributeOfSection: unknownAttribute,
  notASection: (name: string, hint: string): Problem => error("TP2005", `<${name}> is no section.`, hint),
  sectionTwice: (section: SectionName): Problem => error("TP2005", `The section ${section} is there twice.`),
  severalInBackend: (): Problem =>
    warning(
      "TP2018",
      "API Management takes only one policy in the backend section.",
      "Here all of them run, one after the other.",
    ),
  strayText: (element: string): Problem =>
    error("TP2012", `Text stands in <${element}>, which takes none.`, "Remove it, or make it a comment."),

  notSupported: (policy: string): Problem =>
    error("TP2001", `The policy ${policy} is not supported by this version of Turnpike.`),
  unknownPolicy: (policy: string, known: readonly string[]): Problem => {
    const near = nearest(policy, known);
    return error("TP2002", `There is no policy ${policy}.`, near === null ? undefined : `Did you mean <${near}>?`);
  },
  wrongSection: (policy: string, section: SectionName, sections: readonly SectionName[]): Problem =>
    error(
      "TP2003",
      `<${policy}> cannot stand in ${section}.`,
      sections.length === 0 ? "It stands in the document of a GraphQL resolver." : `It can stand in ${sections.join(", ")}.`,
    ),
  wrongScope: (policy: string, scope: ScopeName, scopes: readonly ScopeName[]): Problem =>
    error("TP2004", `<${policy}> cannot stand at ${scope} scope.`, `It can stand at ${scopes.join(", ")} scope.`),
  policyNotIn: (around: string, policy: string, allowed: readonly string[]): Problem => {
    const near = nearest(policy, allowed);
    const hint = near === null ? `It takes ${allowed.map((name) => `<${name}>`).join(", ")}.` : `Did you mean <${near}>?`;
    return error("TP2010", `<${around}> has no child <${policy}>.`, hint);
  },
  notCompiled: (policy: string, why: string): Problem => error("TP2021", `<${policy}>: ${why}`),
  countsAlone: (policy: string): Problem =>
    warning(
      "TP2109",
      `<${policy}> counts in the memory of this process, which is one of several workers: each of them admits the whole limit.`,
      "Give the gateways a store that they share, such as redisStore of @turnpike/adapters/redis.",
    ),

  baseInFragment: (): Problem => error("TP2015", "A fragment cannot hold <base />."),
  baseInPolicy: (): Problem =>
    error("TP2016", "<base /> can only stand directly in a section.", "Move it out of the policy around it."),
  baseWithContent: (): Problem => error("TP2010", "<base /> takes no attributes and no content."),
  baseAtGlobal: (): Problem => warning("TP2017", "<base /> has no effect at global scope: there is no outer scope."),
  baseTwice: (section: SectionName): Problem =>
    error("TP2016", `<base /> is there twice in ${section}.`, "Keep one: the outer policies can run only once."),
  fragmentInFragment: (): Problem =>
    error("TP2015", "A fragment cannot include another fragment.", "Include both where this one is included."),
  fragmentNotGiven: (id: string): Problem => warning("TP2014", `The fragment ${id} is not given.`),

  attributeMissing: (severity: Diagnostic["severity"], element: string, attribute: string): Problem => ({
    ...error("TP2007", `<${element}> needs the attribute ${attribute}.`),
    severity,
  }),
  attributeUnknown: unknownAttribute,
  undocumented: (what: string, hint: string): Problem => warning("TP2112", `The reference does not name ${what}.`, hint),
  childUnknown: (element: string, child: string, hint: string): Problem =>
    error("TP2010", `<${element}> has no child <${child}>.`, hint),
  childMissing: (severity: Diagnostic["severity"], element: string, child: string, least: number): Problem => ({
    ...error("TP2011", `<${element}> needs ${least === 1 ? `a child <${child}>` : `at least ${least} children <${child}>`}.`),
    severity,
  }),
  childTooOften: (element: string, child: string, most: number): Problem =>
    error("TP2011", `<${element}> takes ${most === 1 ? "only one" : `at most ${most}`} <${child}>.`),

  noExpression: (what: string): Problem => error("TP2009", `${what} takes no expression.`, "Write the value itself."),
  valueInvalid: (why: string): Problem => error("TP2008", why),
  expressionTemplated: (what: string): Problem => warning("TP2008", `${what}: the expression cannot be read as it stands.`),
  variableNeverSet: (variable: string): Problem => warning("TP2020", `No policy sets the variable "${variable}".`),
  namedValueNotGiven: (name: string): Problem => warning("TP2013", `The named value ${name} is not given.`),
  namedValueMissing: (name: string): Problem =>
    error("TP2013", `Cannot find a property '${name}'.`, `Add ${name} to namedValues.`),
};
