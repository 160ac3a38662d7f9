import { nearest } from "../../../diagnostics/nearest.js";

/** Something that the engine passes over in silence although it cannot be meant. */
export interface Finding {
  readonly message: string;
  readonly hint: string | null;
  /** Offset in the template. */
  readonly offset: number;
}

/** A template that cannot be. */
export class TemplateError extends Error {
  /** @param at offset in what the tokens were cut from; the reader of the template turns it into one of the template */
  constructor(
    message: string,
    readonly at: number,
    readonly hint: string | null = null,
  ) {
    super(message);
    this.name = "TemplateError";
  }
}

/** A hint, or how to find one: it is only looked for where a finding is kept. */
type Hint = string | null | (() => string | null);

/** More findings than that help nobody. */
const MOST_FINDINGS = 100;

/** What has been found while a template is read. Offsets are those of the tokens' text. */
export class Findings {
  readonly list: { readonly message: string; readonly hint: string | null; readonly at: number }[] = [];

  add(message: string, at: number, hint: Hint = null): void {
    if (this.list.length < MOST_FINDINGS) this.list.push({ message, hint: typeof hint === "function" ? hint() : hint, at });
  }
}

const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** `Did you mean …?` for a name that is not among these: one that is spelt alike, whatever the case and underlines. */
export function didYouMean(name: string, names: readonly string[]): string | null {
  const same = names.find((known) => plain(known) === plain(name)) ?? nearest(name, names);
  return same === null ? null : `Did you mean ${same}?`;
}

/** A part of a template in a message: not too long. */
export function quoted(text: string): string {
  const trimmed = text.trim();
  return `'${trimmed.length > 60 ? `${trimmed.slice(0, 57)}...` : trimmed}'`;
}
