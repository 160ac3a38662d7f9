import { toText } from "@turnpike/expressions";
import { Decimal } from "@turnpike/expressions/values";
import { plainText } from "./numbers.js";
import type { Rendering } from "./rendering.js";
import { EMPTY, isDrop, isEnumerable, itemsOf, Pair } from "./values.js";

/** What an output writes. */
export function printed(value: unknown, r: Rendering): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined || value === EMPTY) return "";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (!isEnumerable(value)) return isDrop(value) ? value.text : itemText(value);
  let text = "";
  for (const item of itemsOf(value, r)) {
    const part = itemText(item);
    r.run.allocate(part.length);
    text += part;
  }
  return text;
}

/** What an item of a list prints as. */
function itemText(item: unknown): string {
  if (typeof item === "string") return item;
  if (item === null || item === undefined) return "";
  if (item instanceof Decimal) return withoutZeros(toText(item));
  if (item instanceof Pair) return pairText(item);
  return plainText(item);
}

function withoutZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** What Join takes of an item: decimals keep their zeros. */
export function joinedItem(item: unknown): string {
  return item instanceof Decimal ? toText(item) : itemText(item);
}

/** `KeyValuePair.ToString()`. */
function pairText({ key, value }: Pair): string {
  return `[${key}, ${value === null || value === undefined ? "" : plainText(value)}]`;
}
