import type { Code } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";

/** What is wrong, without where: the tables of problems make them, whoever reports one adds the place. */
export interface Problem {
  readonly severity: Diagnostic["severity"];
  /** One of the table of codes, or of the C# compiler. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** A problem that refuses what it is found in. */
export function error(code: Code, message: string, hint?: string): Problem {
  return { severity: "error", code, message, ...(hint === undefined ? {} : { hint }) };
}

/** A problem that is only told. */
export function warning(code: Code, message: string, hint?: string): Problem {
  return { severity: "warning", code, message, ...(hint === undefined ? {} : { hint }) };
}

/** The same problem, told only, with why that is so. */
export function softened(problem: Problem, hint: string): Problem {
  return { ...problem, severity: "warning", hint };
}
