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
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const first = errors[0];
    super(
      first === undefined
        ? "The configuration is not valid."
        : `${first.file}:${first.line}:${first.column} ${first.code} ${first.message}${errors.length > 1 ? ` (and ${errors.length - 1} more)` : ""}`,
    );
    this.name = "ConfigurationError";
  }
}
