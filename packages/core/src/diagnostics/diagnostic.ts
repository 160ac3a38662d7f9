/** A finding about a configuration or document, with its place. Lines and columns count from 1. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** `TPxxxx` for ours, `CSnnnn` for the C# compiler's. */
  readonly code: string;
  readonly message: string;
  /** The file as the user named it, or what stands for one (`gateway.yaml#apis.payments.policy`). */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The end of the place, where it is known, for the caret line. */
  readonly endLine?: number;
  readonly endColumn?: number;
  /** What to do about it. */
  readonly hint?: string;
}

/** What `createGateway` and `gateway.update` reject with: every error found, not only the first. */
export class ConfigurationError extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter((one) => one.severity === "error");
    const first = errors[0];
    super(
      first === undefined
        ? "The configuration is not valid."
        : `${first.file}:${first.line}:${first.column} ${first.code} ${first.message}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""}`,
    );
    this.name = "ConfigurationError";
  }
}

/**
 * A diagnostic's line in its source with a caret below the place, for terminals.
 * @param text the file's whole text
 */
export function codeFrame(text: string, diagnostic: Diagnostic): string {
  const lines = text.split(/\r\n|\r|\n/);
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
