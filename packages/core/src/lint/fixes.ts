import type { Finding, Fix, TextEdit } from "./finding.js";

/** What mending one file came to. */
export interface FixedText {
  readonly text: string;
  /** Findings that were mended. */
  readonly count: number;
}

/**
 * Makes the changes of findings in a file's text. A fix whose changes overlap those of one before is left for the next time.
 * @param findings those of the file
 */
export function applyFixes(text: string, file: string, findings: readonly Finding[]): FixedText {
  const taken: TextEdit[] = [];
  let count = 0;
  for (const { fix } of findings) {
    if (fix === null || !fits(fix, file, taken)) continue;
    taken.push(...fix.edits);
    count++;
  }
  let result = text;
  for (const { start, end, text: replacement } of taken.sort((a, b) => b.start - a.start || b.end - a.end))
    result = result.slice(0, start) + replacement + result.slice(end);
  return { text: result, count };
}

function fits({ edits }: Fix, file: string, taken: readonly TextEdit[]): boolean {
  return edits.every((edit) => edit.file === file && !taken.some(({ start, end }) => start <= edit.end && edit.start <= end));
}
