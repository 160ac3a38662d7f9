/** What normalization has to know of combining marks. The platform tells no combining classes, but it orders by them. */

const MARK = /^\p{M}$/u;
const known = new Map<number, boolean>();
const MOST_KNOWN = 8192;

/** True if a code point is a combining mark (general category M). */
export function isMark(code: number): boolean {
  if (code < 0x300 || (code >= 0x3400 && code <= 0xa66e) || (code >= 0xabf0 && code <= 0xfb1d)) return false;
  return remember(known, code, (text) => MARK.test(text));
}

const ordered = new Map<number, boolean>();

/** Marks of the lowest and of the highest combining class. */
const LOWEST = "\u0334";
const HIGHEST = "\u0345";

/** True if a code point is ordered among its neighbours: its canonical combining class is other than 0. All such are marks. */
export function isOrdered(code: number): boolean {
  return isMark(code) && remember(ordered, code, (text) => isSwapped(text, LOWEST) || isSwapped(HIGHEST, text));
}

/** True if the platform puts two marks the other way round. It does where the first one's class is the higher. */
export function isSwapped(first: string, second: string): boolean {
  return first.normalize("NFD") + second.normalize("NFD") !== (first + second).normalize("NFD");
}

function remember(memory: Map<number, boolean>, code: number, compute: (text: string) => boolean): boolean {
  const found = memory.get(code);
  if (found !== undefined) return found;
  const value = compute(String.fromCodePoint(code));
  if (memory.size < MOST_KNOWN) memory.set(code, value);
  return value;
}
