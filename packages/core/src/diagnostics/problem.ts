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

/** Characters of a message: names that it quotes may be as long as a document. */
const LONGEST = 2_000;
const END = 400;

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - END)}…${text.slice(-END)}`;
}

function problem(severity: Problem["severity"], code: Code, message: string, hint: string | undefined): Problem {
  return { severity, code, message: shortened(message), ...(hint === undefined ? {} : { hint: shortened(hint) }) };
}

/** A problem that refuses what it is found in. */
export function error(code: Code, message: string, hint?: string): Problem {
  return problem("error", code, message, hint);
}

/** A problem that is only told. */
export function warning(code: Code, message: string, hint?: string): Problem {
  return problem("warning", code, message, hint);
}

/** The same problem, told only, with why that is so. */
export function softened(problem: Problem, hint: string): Problem {
  return { ...problem, severity: "warning", hint };
}
