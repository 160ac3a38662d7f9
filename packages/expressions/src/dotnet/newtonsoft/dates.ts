import { isValidDate, MAX_TICKS, TICKS_PER_MINUTE, ticksOf, UNIX_TICKS } from "../time/calendar.js";
import { DateTime } from "../time/date-time.js";
import { DateTimeKind } from "../time/parse-styles.js";

/** Which texts Newtonsoft.Json takes for dates (DateParseHandling.DateTime): ISO 8601 to the second, and `/Date(…)/`. */

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const LETTER_T = 84;

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(?:[zZ]|([+-])(\d\d)(?::?(\d\d))?)?$/;
const MICROSOFT = /^\/Date\((-?\d{1,17})([+-]\d{2,4})?\)\/$/;

/** The date that a text of a document stands for; null if it is just text. */
export function dateOfText(text: string): DateTime | null {
  const { length } = text;
  const first = text.charCodeAt(0);
  if (length >= 19 && length <= 40 && first >= DIGIT_0 && first <= DIGIT_9) {
    return text.charCodeAt(10) === LETTER_T ? isoDate(text) : null;
  }
  return text.startsWith("/Date(") ? microsoftDate(text) : null;
}

function isoDate(text: string): DateTime | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])];
  if (!isValidDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const fraction = match[7] === undefined ? 0 : Number(match[7].padEnd(7, "0"));
  const ticks = ticksOf(year, month, day, hour * 3600 + minute * 60 + second, fraction);
  const sign = match[8];
  if (sign === undefined) {
    const last = text.charCodeAt(text.length - 1) | 0x20;
    return new DateTime(ticks, last === 0x7a ? DateTimeKind.Utc : DateTimeKind.Unspecified);
  }
  const offset = BigInt(Number(match[9]) * 60 + Number(match[10] ?? 0)) * TICKS_PER_MINUTE;
  const utc = sign === "+" ? ticks - offset : ticks + offset;
  return new DateTime(utc < 0n ? 0n : utc > MAX_TICKS ? MAX_TICKS : utc, DateTimeKind.Local);
}

function microsoftDate(text: string): DateTime | null {
  const match = MICROSOFT.exec(text);
  if (match === null) return null;
  const ticks = UNIX_TICKS + BigInt(match[1]!) * 10_000n;
  if (ticks < 0n || ticks > MAX_TICKS) return null;
  return new DateTime(ticks, match[2] === undefined ? DateTimeKind.Utc : DateTimeKind.Local);
}
