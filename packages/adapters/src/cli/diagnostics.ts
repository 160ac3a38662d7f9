import { styleText } from "node:util";
import type { Diagnostic } from "@turnpike/core";
import { codeFrame } from "@turnpike/core/tools";

const COLOURS = { error: "red", warning: "yellow", info: "blue" } as const;
const MARGIN = "  ";

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
  diagnostic: Omit<Diagnostic, "severity"> & { readonly severity: Diagnostic["severity"] | "info" },
  source: string | null,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  const { file, line, column, severity, code, message, hint } = diagnostic;
  const colour = COLOURS[severity];
  const lines = [`${file}:${line}:${column} ${paint(colour, severity, stream)} ${code} ${message}`];
  const frame = source === null ? "" : codeFrame(source, { ...diagnostic, severity: severity === "info" ? "warning" : severity });
  if (frame !== "") lines.push(...frame.split("\n").map((shown) => MARGIN + shown));
  if (hint !== undefined) lines.push(`${MARGIN}${paint("cyan", "hint", stream)}: ${hint}`);
  return lines.join("\n");
}
