import type { CharSet } from "./char-set.js";

/** `RegexOptions` as bits. */
export const RegexFlag = {
  ignoreCase: 1,
  multiline: 2,
  explicitCapture: 4,
  singleline: 16,
  ignorePatternWhitespace: 32,
  rightToLeft: 64,
  ecmaScript: 256,
} as const;

/** What matches a place instead of characters. */
export type Anchor =
  | "line-start"
  | "start"
  | "line-end"
  | "end-or-newline"
  | "end"
  | "search-start"
  | "word"
  | "not-word"
  | "ascii-word"
  | "not-ascii-word";

/**
 * The syntax tree of a .NET pattern. `backward` marks nodes that match towards the start of the text: those in lookbehinds and
 * under `RegexOptions.RightToLeft`.
 */
export type RegexNode =
  | { readonly kind: "empty" }
  /** A single UTF-16 code; lower-cased where case is ignored. */
  | { readonly kind: "char"; readonly code: number; readonly ignoreCase: boolean; readonly backward: boolean }
  | { readonly kind: "set"; readonly set: CharSet; readonly backward: boolean }
  | { readonly kind: "anchor"; readonly anchor: Anchor }
  | {
      readonly kind: "backreference";
      readonly group: number;
      readonly ignoreCase: boolean;
      readonly backward: boolean;
      /** A group that has not matched counts as empty (ECMAScript). */
      readonly lenient: boolean;
    }
  | { readonly kind: "sequence"; readonly items: readonly RegexNode[]; readonly backward: boolean }
  | { readonly kind: "alternation"; readonly branches: readonly RegexNode[] }
  | { readonly kind: "loop"; readonly body: RegexNode; readonly min: number; readonly max: number; readonly lazy: boolean }
  /** A capturing group. `capture` is -1 for `(?<-b>…)`, `release` -1 unless the group takes back a capture of another (balancing). */
  | { readonly kind: "group"; readonly body: RegexNode; readonly capture: number; readonly release: number }
  | { readonly kind: "look"; readonly body: RegexNode; readonly negative: boolean }
  | { readonly kind: "atomic"; readonly body: RegexNode }
  | { readonly kind: "if-captured"; readonly group: number; readonly yes: RegexNode; readonly no: RegexNode }
  | { readonly kind: "if-matches"; readonly condition: RegexNode; readonly yes: RegexNode; readonly no: RegexNode };

/** Groups by number in ascending order; `names` tells their names in the same order (digits for unnamed ones). */
export interface GroupTable {
  readonly numbers: readonly number[];
  readonly names: readonly string[];
  /** Number of the group with a name (digits for unnamed ones), or undefined. */
  readonly byName: ReadonlyMap<string, number>;
}

/** A pattern as parsed, with its groups. */
export interface ParsedRegex {
  readonly root: RegexNode;
  readonly groups: GroupTable;
}
