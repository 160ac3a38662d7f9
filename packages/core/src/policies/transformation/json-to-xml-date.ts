/** ISO 8601 with a time: the minutes at least, a zone or none. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7})\d*)?)?(Z|[+-]\d{2}:?\d{2})?$/;
/** What older .NET serializers write: milliseconds since 1970, with a zone that only matters for display. */
const MICROSOFT = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** A text that is a date and time as `yyyy-MM-ddTHH:mm:ss.fffZ`, without milliseconds that are none; null if it is no date. */
export function dateAsUtc(text: string): string | null {
  const time = timeOf(text);
  if (time === null || !(Math.abs(time) < 8.64e15)) return null;
  return `${new Date(time)
    .toISOString()
    .slice(0, -1)
    .replace(/\.000$/, "")}Z`;
}

/** Milliseconds since 1970, in UTC or, where the text has no zone, as written; null for what is no date. */
function timeOf(text: string): number | null {
  const microsoft = MICROSOFT.exec(text);
  if (microsoft !== null) return Number(microsoft[1]);
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second = "00", fraction = "", zone = "Z"] = match;
  const normal = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}`;
  return Date.parse(normal + (zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone));
}
