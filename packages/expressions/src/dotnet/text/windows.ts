import { checkTime } from "../../runtime/current.js";

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
    const last = text.charCodeAt(from + WINDOW - 1);
    const end = from + WINDOW + (last >= 0xd800 && last <= 0xdbff ? 1 : 0);
    parts.push(map(text.slice(from, end)));
    from = end;
    checkTime();
  }
  return parts.join("");
}
