import { didYouMean, error } from "../diagnostics/problem.js";

/** What may be wrong with a script beside what may be wrong in either language. */
export const scriptErrors = {
  refused: error("TP1201", (what: string, hint: string) => ({ message: `${what} cannot be used in policy expressions.`, hint })),
  tooDeep: error("TP1001", (limit: number) => `The expression is nested too deeply (more than ${limit} levels).`),
  notScript: error("TP1200", (message: string) => `${message}`),
  onlyCalled: error("TP1202", (name: string) => `'${name}' can only be called.`),
  onlyAsked: error("TP1202", (name: string) => `'${name}' can only be asked for a member.`),
  noMember: error("CS1061", (type: string, name: string, nearest: string | null) => ({
    message: `'${type}' does not contain a definition for '${name}'`,
    hint: didYouMean(nearest),
  })),
  argumentMissing: error(
    "CS7036",
    (parameter: string, method: string) =>
      `There is no argument given that corresponds to the parameter '${parameter}' of '${method}'`,
  ),
  notAFunction: error("CS0149", "Method name expected: this is no function."),
  notAssignable: error("CS0131", (name: string) => `'${name}' cannot be assigned to`),
  isConstant: error("CS0131", (name: string) => `'${name}' is a constant: declare it with let.`),
  readOnlyMember: error("CS0200", (member: string) => ({
    message: `'${member}' cannot be assigned to -- it is read only`,
    hint: "A script changes its own objects and arrays only.",
  })),
} as const;
