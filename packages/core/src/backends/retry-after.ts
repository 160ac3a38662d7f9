/** Longest time that an answer can keep its backend out of use: a day, in milliseconds. */
const LONGEST = 86_400_000;
const DATE = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? [\w :-]{10,40}$/;

/**
 * What a `Retry-After` header asks for, in milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3), at most a day. Null where
 * there is none, it cannot be read, or its time is not ahead.
 */
export function retryAfter(value: string | null, now: number): number | null {
  const text = value?.trim() ?? "";
  const ms = /^\d{1,15}$/.test(text) ? Number(text) * 1000 : DATE.test(text) ? dateOf(text) - now : Number.NaN;
  return ms > 0 ? Math.min(ms, LONGEST) : null;
}

/** All three forms of HTTP dates are in GMT; asctime's does not say so. */
function dateOf(text: string): number {
  return Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
}
