import type { Literal } from "./syntax.js";

/**
 * A token. `type` is `identifier`, `literal`, `interpolated` or `end`; keywords, operators and punctuation are their own
 * type. `>` always stands alone, so that `List<List<int>>` needs no splitting: the parser joins shifts from neighbours.
 */
export interface Token {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** The first token of its line. */
  readonly startsLine: boolean;
  /** Of identifiers: the name, without `@` and with escapes resolved. */
  readonly name: string;
  /** Of identifiers: written without `@` or escapes, so it may be a contextual keyword. */
  readonly isPlain: boolean;
  readonly literal: LiteralValue | null;
  readonly parts: readonly StringPart[] | null;
}

/** The value of a literal and its type. */
export type LiteralValue = Pick<Literal, "value" | "type">;

/** A part of an interpolated string: its text, or where a hole's code stands. */
export type StringPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "hole"; readonly start: number; readonly end: number; readonly format: string | null };

/** The reserved words of C#. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    "abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum " +
    "event explicit extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace " +
    "new null object operator out override params private protected public readonly ref return sbyte sealed short sizeof stackalloc " +
    "static string struct switch this throw true try typeof uint ulong unchecked unsafe ushort using virtual void volatile while"
  ).split(" "),
);

/** Keywords that name types. */
export const PREDEFINED_TYPES: ReadonlySet<string> = new Set(
  "bool byte char decimal double float int long object sbyte short string uint ulong ushort".split(" "),
);

/** Longest first where one begins with another. `>>` and `>>=` are not here, see {@link Token}. */
export const PUNCTUATORS: readonly string[] =
  "<<= ??= ++ -- && || == != <= >= += -= *= /= %= &= |= ^= << => -> :: ?? .. { } [ ] ( ) . , : ; + - * / % & | ^ ! ~ = < > ?".split(
    " ",
  );
