import { concealSecrets } from "./conceal.js";
import type { Diagnostic } from "./diagnostic.js";

/** A line of generated documents may be very long: so much of it is shown, round the place. */
const WIDEST = 160;

/**
 * A diagnostic's line in its source with carets below the place, for terminals: two lines, or "" if the source has no such line. Secrets in
 * it are starred, all else stays in its column; a tab is shown as one blank.
 * @param text the file's whole text
 */
export function codeFrame(text: string, { file, line, column, endLine, endColumn }: Diagnostic): string {
  const source = concealSecrets(text, file).split(/\r\n|\n|\r/)[line - 1];
  if (source === undefined) return "";
  const start = Math.min(column - 1, source.length);
  const end = endColumn !== undefined && (endLine ?? line) === line ? Math.min(endColumn - 1, source.length) : start + 1;
  const from = start > WIDEST - 40 ? start - 40 : 0;
  const cut = from > 0 ? "…" : "";
  const shown = source.slice(from, from + WIDEST).replaceAll("\t", " ");
  const carets = "^".repeat(Math.max(1, Math.min(end, from + WIDEST) - start));
  const number = String(line);
  const indent = " ".repeat(start - from + cut.length);
  return `${number} | ${cut}${shown}\n${" ".repeat(number.length)} | ${indent}${carets}`;
}
