import type { AnsweredBy, RanStep } from "../watch.js";

/** What one expectation does not find. */
export interface Unmet {
  /** Keys below `expect`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Of long texts: the lines that differ, with `-` for what was expected and `+` for what came. */
  readonly diff?: string;
}

/** What was not as expected in a test, with where that is said and what led to it. */
export interface TestFailure {
  readonly message: string;
  /** The keys below `expect` that lead to what is not met; empty where it is no single expectation. */
  readonly expectation: readonly (string | number)[];
  /** Where the expectation stands in the test file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly diff?: string;
  readonly answeredBy: AnsweredBy | null;
  /** What the request came to, in order. */
  readonly steps: readonly RanStep[];
}
