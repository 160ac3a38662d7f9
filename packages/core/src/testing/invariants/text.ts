import { matchesText } from "../matches-text.js";

/** Is a text no `/regex/`, or one that JavaScript reads? */
export function isPattern(written: string): boolean {
  const source = patternOf(written);
  if (source === null) return true;
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** What stands between the slashes of `/regex/`; null for any other text. */
export function patternOf(written: string): string | null {
  return /^\/(.+)\/$/s.exec(written)?.[1] ?? null;
}

/** Does a text hold another, or something that a `/regex/` matches? */
export function holds(written: string, text: string): boolean {
  return patternOf(written) === null ? text.includes(written) : matchesText(written, text);
}

/** The source of a regular expression for texts that hold no such part. */
export function without(written: string): string {
  return `^(?![\\s\\S]*(?:${patternOf(written) ?? escaped(written)}))`;
}

/** A text as a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Named values as test files name them. */
export function byName(text: string): string {
  return text.replace(/\{\{([A-Za-z0-9._-]{1,256})\}\}/g, "{{value:$1}}");
}
