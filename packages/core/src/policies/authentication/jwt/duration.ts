/** Milliseconds of a duration given as seconds or as `[d.]hh:mm:ss`; null if the text is neither. */
export function parseTimeSpan(text: string): number | null {
  const plain = text.trim();
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(plain)) return Number(plain) * 1000;
  const match = /^(?:(\d{1,5})\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d{1,7})?$/.exec(plain);
  if (match === null) return null;
  const [, days = "0", hours, minutes, seconds] = match;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
