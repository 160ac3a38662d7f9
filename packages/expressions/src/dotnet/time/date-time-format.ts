import { raise } from "../../runtime/exceptions.js";
import { DAY_NAMES, type DateTimeParts, MONTH_NAMES, partsOf } from "./calendar.js";
import { chargeFormat, fractionDigits, pad2, quoted, runLength } from "./format-scan.js";

/** Formats of System.DateTime and System.DateTimeOffset under the invariant culture. */

/** The moment to format: clock time, and how it relates to UTC. */
export interface Moment {
  /** Ticks of the clock time. */
  readonly ticks: bigint;
  /** Minutes that the clock is ahead of UTC. */
  readonly offset: number;
  /** What `K` writes: `Z`, an offset, or nothing. */
  readonly zone: "utc" | "offset" | "none";
}

/** The patterns that standard formats stand for. */
export const STANDARD_PATTERNS: Readonly<Record<string, string>> = {
  d: "MM/dd/yyyy",
  D: "dddd, dd MMMM yyyy",
  f: "dddd, dd MMMM yyyy HH:mm",
  F: "dddd, dd MMMM yyyy HH:mm:ss",
  g: "MM/dd/yyyy HH:mm",
  G: "MM/dd/yyyy HH:mm:ss",
  m: "MMMM dd",
  M: "MMMM dd",
  o: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  O: "yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'fffffffK",
  r: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  R: "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
  s: "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
  t: "HH:mm",
  T: "HH:mm:ss",
  u: "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
  U: "dddd, dd MMMM yyyy HH:mm:ss",
  y: "yyyy MMMM",
  Y: "yyyy MMMM",
};

/** The pattern of a one-letter format. Throws FormatException. */
export function standardPattern(letter: string): string {
  const pattern = Object.hasOwn(STANDARD_PATTERNS, letter) ? STANDARD_PATTERNS[letter] : undefined;
  if (pattern === undefined) throw raise.format();
  return pattern;
}

/** Writes a moment by a standard or custom format. */
export function formatMoment(moment: Moment, format: string): string {
  chargeFormat(format);
  return custom(partsOf(moment.ticks), moment, format.length === 1 ? standardPattern(format) : format);
}

/** `+02:00`. */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad2(Math.floor(size / 60))}:${pad2(size % 60)}`;
}

function custom(parts: DateTimeParts, moment: Moment, format: string): string {
  const pieces: string[] = [];
  for (let i = 0; i < format.length; ) {
    const ch = format[i]!;
    let length = 1;
    switch (ch) {
      case "g":
        length = runLength(format, i);
        pieces.push("A.D.");
        break;
      case "h":
        length = runLength(format, i);
        pieces.push(number(parts.hour % 12 === 0 ? 12 : parts.hour % 12, length));
        break;
      case "H":
        length = runLength(format, i);
        pieces.push(number(parts.hour, length));
        break;
      case "m":
        length = runLength(format, i);
        pieces.push(number(parts.minute, length));
        break;
      case "s":
        length = runLength(format, i);
        pieces.push(number(parts.second, length));
        break;
      case "f":
      case "F": {
        length = runLength(format, i);
        if (length > 7) throw raise.format();
        const digits = fractionDigits(parts.fraction).slice(0, length);
        const shown = ch === "f" ? digits : digits.replace(/0+$/, "");
        // A point before a fraction that is not written goes with it.
        if (shown !== "") pieces.push(shown);
        else if (pieces.at(-1)?.endsWith(".")) pieces.push(pieces.pop()!.slice(0, -1));
        break;
      }
      case "t":
        length = runLength(format, i);
        pieces.push((parts.hour < 12 ? "AM" : "PM").slice(0, length));
        break;
      case "d":
        length = runLength(format, i);
        pieces.push(
          length <= 2
            ? number(parts.day, length)
            : length === 3
              ? DAY_NAMES[parts.dayOfWeek]!.slice(0, 3)
              : DAY_NAMES[parts.dayOfWeek]!,
        );
        break;
      case "M":
        length = runLength(format, i);
        pieces.push(
          length <= 2
            ? number(parts.month, length)
            : length === 3
              ? MONTH_NAMES[parts.month - 1]!.slice(0, 3)
              : MONTH_NAMES[parts.month - 1]!,
        );
        break;
      case "y":
        length = runLength(format, i);
        pieces.push(length <= 2 ? number(parts.year % 100, length) : String(parts.year).padStart(length, "0"));
        break;
      case "z": {
        length = runLength(format, i);
        const size = Math.floor(Math.abs(moment.offset) / 60);
        pieces.push(length > 2 ? offsetText(moment.offset) : (moment.offset < 0 ? "-" : "+") + number(size, length));
        break;
      }
      case "K":
        if (moment.zone !== "none") pieces.push(moment.zone === "utc" ? "Z" : offsetText(moment.offset));
        break;
      case "'":
      case '"': {
        const quote = quoted(format, i);
        pieces.push(quote.text);
        length = quote.length;
        break;
      }
      case "%":
        if (i + 1 >= format.length || format[i + 1] === "%") throw raise.format();
        pieces.push(custom(parts, moment, format[i + 1]!));
        length = 2;
        break;
      case "\\":
        if (i + 1 >= format.length) throw raise.format();
        pieces.push(format[i + 1]!);
        length = 2;
        break;
      default:
        pieces.push(ch);
    }
    i += length;
  }
  return pieces.join("");
}

/** Two digits at most are asked for, whatever the length of the run. */
function number(value: number, length: number): string {
  return length === 1 ? String(value) : pad2(value);
}
