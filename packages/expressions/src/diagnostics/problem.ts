import type { Diagnostic, Place, Problem } from "./diagnostic.js";

/** What a table says of a problem: its message, alone or with what to write instead. */
type Words = string | { readonly message: string; readonly hint?: string | undefined };

/** An entry of a table of problems: makes the problem of what it is about. */
export type ProblemOf<About extends readonly unknown[]> = ((...about: About) => Problem) & {
  readonly code: string;
};

/** Characters of a name, or of what else of the source a message quotes. */
const LONGEST_QUOTED = 300;

const shortened = (about: unknown): unknown =>
  typeof about === "string" && about.length > LONGEST_QUOTED ? `${about.slice(0, LONGEST_QUOTED)}…` : about;

function define<About extends readonly unknown[]>(
  code: string,
  words: Words | ((...about: About) => Words),
  severity: "warning" | undefined,
): ProblemOf<About> {
  const make = (...about: About): Problem => {
    const said = typeof words === "function" ? words(...(about.map(shortened) as unknown as About)) : words;
    const { message, hint }: Exclude<Words, string> = typeof said === "string" ? { message: said } : said;
    return { code, message, ...(hint === undefined ? {} : { hint }), ...(severity === undefined ? {} : { severity }) };
  };
  return Object.assign(make, { code });
}

/** Declares an error, by its code and its words. */
export function error<About extends readonly unknown[] = []>(
  code: string,
  words: Words | ((...about: About) => Words),
): ProblemOf<About> {
  return define(code, words, undefined);
}

/** Declares a warning, by its code and its words. */
export function warning<About extends readonly unknown[] = []>(
  code: string,
  words: Words | ((...about: About) => Words),
): ProblemOf<About> {
  return define(code, words, "warning");
}

/** The hint where a name is near to a known one. */
export function didYouMean(nearest: string | null): string | undefined {
  return nearest === null ? undefined : `Did you mean '${nearest}'?`;
}

/** A problem at a place. */
export function diagnosticAt({ start, end }: Place, problem: Problem): Diagnostic {
  return { severity: "error", ...problem, start, end };
}

/** The codes of a table of problems, sorted. */
export function codesOf(table: Readonly<Record<string, { readonly code: string }>>): string[] {
  return [...new Set(Object.values(table).map(({ code }) => code))].sort();
}
