/**
 * Searching for a text in a text, in time that is linear whatever the texts are. Engines' own searches are quick but, for a long
 * pattern made for the purpose, quadratic (minutes for a megabyte): they do only where that cannot matter.
 */

/** Up to so many comparisons of characters a search by the engine takes a few milliseconds at most. */
const HARMLESS = 2e7;

const isHarmless = (text: string, value: string) => value.length < 16 || text.length * value.length < HARMLESS;

/** For each beginning of the pattern the length of its longest proper border (Knuth, Morris, Pratt). */
function borders(value: string): Int32Array {
  const table = new Int32Array(value.length);
  let length = 0;
  for (let i = 1; i < value.length; i++) {
    while (length > 0 && value.charCodeAt(i) !== value.charCodeAt(length)) length = table[length - 1]!;
    if (value.charCodeAt(i) === value.charCodeAt(length)) length++;
    table[i] = length;
  }
  return table;
}

/** All places where the pattern starts, overlapping ones too, from an index on. */
function* places(text: string, value: string, from: number): Generator<number> {
  const table = borders(value);
  let length = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    while (length > 0 && code !== value.charCodeAt(length)) length = table[length - 1]!;
    if (code === value.charCodeAt(length)) length++;
    if (length < value.length) continue;
    yield i + 1 - length;
    length = table[length - 1]!;
  }
}

/** `text.indexOf(value, from)`. */
export function findText(text: string, value: string, from = 0): number {
  if (isHarmless(text, value)) return text.indexOf(value, from);
  for (const at of places(text, value, from)) return at;
  return -1;
}

/** `text.lastIndexOf(value)`. */
export function findLastText(text: string, value: string): number {
  if (isHarmless(text, value)) return text.lastIndexOf(value);
  let found = -1;
  for (const at of places(text, value, 0)) found = at;
  return found;
}

/** `text.split(value)` for a value that is not empty. */
export function splitText(text: string, value: string): string[] {
  if (isHarmless(text, value)) return text.split(value);
  const parts: string[] = [];
  let from = 0;
  for (const at of places(text, value, 0)) {
    if (at < from) continue;
    parts.push(text.slice(from, at));
    from = at + value.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** A test whether a UTF-16 code is among these, quick for many of them. */
export function isAmong(codes: readonly number[]): (code: number) => boolean {
  if (codes.length <= 8) return (code) => codes.includes(code);
  const set = new Set(codes);
  return (code) => set.has(code);
}
