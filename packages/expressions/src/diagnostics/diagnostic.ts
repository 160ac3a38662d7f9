/** A stretch of the source given to the parser, as offsets. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** What is found wrong or doubtful in an expression, and where. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** The C# compiler's number where it has one (`CS0103`), otherwise one of ours (`TPnnnn`). */
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** What to write instead, where that is known. */
  readonly hint?: string;
  /** Of a value that may be null (TP1301): its path from a global, `context.Subscription`. */
  readonly subject?: string;
}

/** A diagnostic before it has a place: whoever finds it adds where. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  /** Default: an error. */
  readonly severity?: "warning";
  readonly hint?: string;
  readonly subject?: string;
}
