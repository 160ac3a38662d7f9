import { styleText } from "node:util";
import type { Diagnostic } from "@turnpike/core";
import { concealSecrets } from "@turnpike/core/tools";

const MARGIN = "  ";
const WIDEST = 160;

/** Paints text if the stream is a terminal that shows colours. */
export function paint(style: Parameters<typeof styleText>[0], text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(style, text, { stream, validateStream: true });
}

/**
 * A diagnostic as people read it: `file:line:column severity code message`, the line it speaks of with a caret below the place,
 * and what to do about it. Secrets in the line are starred.
 * @param source the file's text; without it there is no frame
 */
export function formatDiagnostic(
  diagnostic: Diagnostic,
  source: string | null,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  const { file, line, column, severity, code, message, hint } = diagnostic;
  const colour = severity === "error" ? "red" : "yellow";
  const lines = [`${file}:${line}:${column} ${paint(colour, severity, stream)} ${code} ${message}`];
  const text = source === null ? undefined : concealSecrets(source, file).split(/\r\n|\n|\r/)[line - 1];
  if (text !== undefined) lines.push(...frame(text, diagnostic));
  if (hint !== undefined) lines.push(`${MARGIN}${paint("cyan", "hint", stream)}: ${hint}`);
  return lines.join("\n");
}

function frame(text: string, { line, column, endLine, endColumn }: Diagnostic): string[] {
  const number = String(line);
  const start = Math.min(column - 1, text.length);
  const end = endColumn !== undefined && (endLine ?? line) === line ? Math.min(endColumn - 1, text.length) : start + 1;
  const from = start > WIDEST - 40 ? start - 40 : 0;
  const shown = text.slice(from, from + WIDEST).replaceAll("\t", " ");
  const carets = "^".repeat(Math.max(1, Math.min(end, from + WIDEST) - start));
  return [
    `${MARGIN}${number} | ${from > 0 ? "…" : ""}${shown}`,
    `${MARGIN}${" ".repeat(number.length)} | ${" ".repeat(start - from + (from > 0 ? 1 : 0))}${carets}`,
  ];
}
