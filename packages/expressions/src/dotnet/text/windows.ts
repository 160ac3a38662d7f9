import { chargeWork, checkTime } from "../../runtime/current.js";

/** Characters of a window. */
const WINDOW = 65_536;

/**
 * Maps a text a window at a time, where each character is mapped by itself: an evaluation whose time is up ends in between. Surrogate
 * pairs stay together.
 */
export function mapWindows(text: string, map: (part: string) => string): string {
  if (text.length <= WINDOW) return map(text);
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const end = betweenPairs(text, from + WINDOW);
    parts.push(map(text.slice(from, end)));
    from = end;
    checkTime();
  }
  return parts.join("");
}

/** Characters of a window in which each match is handed to a function. */
const SMALL_WINDOW = 16_384;
const CHARACTERS_PER_STEP = 4;

/**
 * Maps a text a window at a time, for mappings by a regular expression and a function, of which the engine collects all matches first.
 * @param cutAt the last place at or before an index where the text may be cut without parting what belongs together
 */
export function mapParts(text: string, cutAt: (text: string, index: number) => number, map: (part: string) => string): string {
  if (text.length <= SMALL_WINDOW) return map(text);
  let result = "";
  for (let from = 0; from < text.length; ) {
    const next = from + SMALL_WINDOW;
    const cut = next >= text.length ? text.length : cutAt(text, next);
    const end = cut > from ? cut : next;
    result += map(text.slice(from, end));
    from = end;
    chargeWork(SMALL_WINDOW, CHARACTERS_PER_STEP);
    checkTime();
  }
  return result;
}

/** The last place at or before an index that is not within a surrogate pair. */
export function betweenPairs(text: string, index: number): number {
  const last = text.charCodeAt(index - 1);
  return last >= 0xd800 && last <= 0xdbff ? index - 1 : index;
}
