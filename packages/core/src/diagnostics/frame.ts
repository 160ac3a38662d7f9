import { concealSecrets } from "./conceal.js";
import type { Diagnostic } from "./diagnostic.js";

/**
 * A diagnostic's line in its source with a caret below the place, for terminals. Secrets in it are starred, all else stays in its column.
 * @param text the file's whole text
 */
export function codeFrame(text: string, diagnostic: Diagnostic): string {
  const lines = concealSecrets(text, diagnostic.file).split(/\r\n|\r|\n/);
  const line = lines[diagnostic.line - 1];
  if (line === undefined) return "";
  const number = String(diagnostic.line);
  const isOneLine = diagnostic.endLine === diagnostic.line && diagnostic.endColumn !== undefined;
  const from = Math.max(0, diagnostic.column - 1);
  const length = isOneLine ? diagnostic.endColumn! - diagnostic.column : line.length - from;
  // A line of generated documents may be very long: show the stretch around the place.
  const start = from > 100 ? from - 60 : 0;
  const shown = line.slice(start, start + 160);
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - (from - start))));
  const indent = shown.slice(0, from - start).replace(/[^\t]/g, " ");
  return `${number} | ${shown}\n${" ".repeat(number.length)} | ${indent}${carets}`;
}
