import type { NamedValueModel } from "../model/model.js";
import { stringLiterals } from "../xml/literals.js";
import { type MappedText, TextBuilder } from "../xml/source.js";

/** A text with named values put in. */
export interface Substituted {
  readonly value: MappedText;
  /** Names that do not exist, with the offset in the document at which they stand. Their text stays. */
  readonly unknown: readonly { readonly name: string; readonly offset: number }[];
  /** Offsets of values that nobody has asked for. What stands for them says nothing. */
  readonly undetermined: readonly number[];
  /** True if an unknown name or value stands where it would be code, so that the expression cannot be judged. */
  readonly isIncomplete: boolean;
}

const REFERENCE = /\{\{([A-Za-z0-9._-]{1,256})\}\}/g;

/**
 * Puts the values of named values in place of `{{name}}`. Purely textual; what is put in is not looked at again, and stays inside the
 * attribute or text in which it stands.
 */
export function substitute(text: MappedText, values: ReadonlyMap<string, NamedValueModel>, isCode: boolean): Substituted {
  if (!text.text.includes("{{")) return { value: text, unknown: [], undetermined: [], isIncomplete: false };
  const builder = new TextBuilder();
  const unknown: { name: string; offset: number; index: number }[] = [];
  const undetermined: { offset: number; index: number }[] = [];
  let last = 0;
  for (const match of text.text.matchAll(REFERENCE)) {
    const found = values.get(match[1]!);
    if (found === undefined) {
      unknown.push({ name: match[1]!, offset: text.offset(match.index), index: match.index });
      continue;
    }
    if (found.isUnknown === true) undetermined.push({ offset: text.offset(match.index), index: match.index });
    builder.appendMapped(text, last, match.index);
    builder.appendFlat(found.value, text.offset(match.index));
    last = match.index + match[0].length;
  }
  if (last > 0) builder.appendMapped(text, last);
  return {
    value: last > 0 ? builder.build() : text,
    unknown,
    undetermined: undetermined.map(({ offset }) => offset),
    isIncomplete: isCode && [...unknown, ...undetermined].some(({ index }) => isBareCode(text.text, index)),
  };
}

/** Does the name stand outside of any string literal? */
function isBareCode(code: string, index: number): boolean {
  return !stringLiterals(code, 0, code.length).some(([start, end]) => index > start && index < end);
}
