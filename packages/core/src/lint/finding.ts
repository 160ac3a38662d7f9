import type { Place } from "../diagnostics/place.js";

/** How much a finding weighs. An `error` fails the command. */
export type LintSeverity = "info" | "warning" | "error";

/** What a rule may be set to. */
export type RuleSetting = LintSeverity | "off";

/** A change of a file's text: the characters from `start` to `end` (offsets) become `text`. */
export interface TextEdit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A change that mends a finding and keeps what runs in API Management. */
export interface Fix {
  readonly description: string;
  readonly edits: readonly TextEdit[];
}

/** What a rule has found, or `check`. Lines and columns count from 1. */
export interface Finding extends Place {
  readonly endLine: number;
  readonly endColumn: number;
  /** The rule's id; of what only `check` finds, its code. */
  readonly rule: string;
  readonly severity: LintSeverity;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string | null;
  readonly fix: Fix | null;
  /** The code under which `check` reports it too; null for what only `lint` finds. */
  readonly code: string | null;
  /** Other places that the finding speaks of. */
  readonly related: readonly Place[];
}
