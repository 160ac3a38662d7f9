/** What is said where statuses are not written as they must be. */
export const STATUSES = "a status such as 404, or several such as '400-499, 503'";

type Range = readonly [first: number, last: number];

/** Reads `404` or `400-499, 503`. Null for anything else. */
export function statusRanges(written: number | string): readonly Range[] | null {
  const found: Range[] = [];
  for (const part of String(written).split(",")) {
    const [, first, last = first] = /^\s*([1-9]\d\d)(?:\s*-\s*([1-9]\d\d))?\s*$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first)) return null;
    found.push([Number(first), Number(last)]);
  }
  return found;
}

/** Is a status among those that are written? */
export function isStatus(written: number | string, status: number): boolean {
  return statusRanges(written)?.some(([first, last]) => first <= status && status <= last) === true;
}

/** All other statuses, written in the same way; null if there are none. */
export function otherStatuses(written: number | string): string | null {
  const parts: string[] = [];
  let next = 100;
  for (const [first, last] of [...statusRanges(written)!].sort(([a], [b]) => a - b)) {
    if (first > next) parts.push(`${next}-${first - 1}`);
    next = Math.max(next, last + 1);
  }
  if (next <= 999) parts.push(`${next}-999`);
  return parts.length === 0 ? null : parts.join(", ");
}
