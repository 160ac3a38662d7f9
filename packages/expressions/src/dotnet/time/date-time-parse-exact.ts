import { chargeStep } from "../../runtime/current.js";
import { NetException, raise } from "../../runtime/exceptions.js";
import { DAY_NAMES, dateOf, isValidDate, MONTH_NAMES, TICKS_PER_DAY, ticksOf } from "./calendar.js";
import { standardPattern } from "./date-time-format.js";
import { hourOf24 } from "./date-time-parse.js";
import { quoted, runLength } from "./format-scan.js";
import { badDate, badDayOfWeek, DateTimeStyles, fullYear, offsetMinutes, type ParsedMoment } from "./parse-styles.js";

/** `ParseExact`: a text that must follow a format letter by letter. */

type Field = "year" | "month" | "day" | "dayOfWeek" | "hour" | "minute" | "second" | "fraction" | "meridiem";

/** A mismatch between text and format: FormatException, or false from a `TryParseExact`. */
class Mismatch {
  constructor(readonly exception: NetException) {}
}

const mismatch = () => new Mismatch(badDate());

class ExactReader {
  at = 0;
  readonly fields = new Map<Field, number>();
  usesHour12 = false;
  offset: number | null = null;
  isUtc = false;

  constructor(
    readonly text: string,
    readonly skipsInnerWhite: boolean,
  ) {}

  set(field: Field, value: number): void {
    const known = this.fields.get(field);
    if (known !== undefined && known !== value)
      throw new Mismatch(raise.format(`DateTime pattern '${field[0]}' appears more than once with different values.`));
    this.fields.set(field, value);
  }

  /** A number of `least` to `most` digits. */
  digits(least: number, most: number): number {
    let end = this.at;
    while (end < this.at + most && isDigit(this.text.charCodeAt(end))) end++;
    if (end - this.at < least) throw mismatch();
    const value = Number(this.text.slice(this.at, end));
    this.at = end;
    return value;
  }

  /** One letter takes one or two digits, more letters as many digits as there are letters. */
  number(field: Field, length: number): void {
    this.set(field, this.digits(length, length === 1 ? 2 : length));
  }

  fraction(length: number, isOptional: boolean): void {
    const from = this.at;
    this.digits(isOptional ? 0 : length, length);
    this.set("fraction", Number(this.text.slice(from, this.at).padEnd(7, "0")));
  }

  name(field: Field, names: readonly string[], isShort: boolean, base: number): void {
    let best = -1;
    let bestLength = 0;
    names.forEach((name, i) => {
      const wanted = isShort ? name.slice(0, 3) : name;
      if (wanted.length <= bestLength || !this.startsWith(wanted)) return;
      best = i;
      bestLength = wanted.length;
    });
    if (best < 0) throw mismatch();
    this.at += bestLength;
    this.set(field, best + base);
  }

  startsWith(wanted: string): boolean {
    return this.text.slice(this.at, this.at + wanted.length).toLowerCase() === wanted.toLowerCase();
  }

  literal(wanted: string): void {
    if (!this.text.startsWith(wanted, this.at)) throw mismatch();
    this.at += wanted.length;
  }

  zone(length: number): void {
    const sign = this.text[this.at];
    if (sign !== "+" && sign !== "-") throw mismatch();
    this.at++;
    const hours = this.digits(length === 1 ? 1 : 2, 2);
    let minutes = 0;
    if (length > 2) {
      if (this.text[this.at] === ":") this.at++;
      minutes = this.digits(2, 2);
    }
    this.setOffset(offsetMinutes(sign, hours, minutes), false);
  }

  setOffset(offset: number | null, isUtc: boolean): void {
    if (offset === null || (this.offset !== null && this.offset !== offset)) throw mismatch();
    this.offset = offset;
    this.isUtc = isUtc;
  }

  skipWhite(): void {
    while (isSpace(this.text.charCodeAt(this.at))) this.at++;
  }
}

const isDigit = (code: number) => code >= 48 && code <= 57;
const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13);

/** Letters of which several in a row are one part of a format. */
const REPEATED = new Set("yMdhHmsfFtzKg");

/** Reads by the format; throws Mismatch. */
function readBy(reader: ExactReader, format: string): void {
  for (let i = 0; i < format.length; ) {
    if (reader.skipsInnerWhite) reader.skipWhite();
    const ch = format[i]!;
    chargeStep();
    let length = REPEATED.has(ch) ? runLength(format, i) : 1;
    switch (ch) {
      case "y":
        if (length <= 2) reader.set("year", fullYear(reader.digits(length, 2)));
        else reader.set("year", reader.digits(length, length));
        break;
      case "M":
        if (length <= 2) reader.number("month", length);
        else reader.name("month", MONTH_NAMES, length === 3, 1);
        break;
      case "d":
        if (length <= 2) reader.number("day", length);
        else reader.name("dayOfWeek", DAY_NAMES, length === 3, 0);
        break;
      case "h":
        reader.usesHour12 = true;
        reader.number("hour", Math.min(length, 2));
        break;
      case "H":
        reader.number("hour", Math.min(length, 2));
        break;
      case "m":
        reader.number("minute", Math.min(length, 2));
        break;
      case "s":
        reader.number("second", Math.min(length, 2));
        break;
      case "f":
      case "F":
        if (length > 7) throw mismatch();
        reader.fraction(length, ch === "F");
        break;
      case "t": {
        const isMorning = reader.startsWith(length === 1 ? "A" : "AM");
        if (!isMorning && !reader.startsWith(length === 1 ? "P" : "PM")) throw mismatch();
        reader.at += Math.min(length, 2);
        reader.set("meridiem", isMorning ? 0 : 1);
        break;
      }
      case "z":
        reader.zone(Math.min(length, 3));
        break;
      case "Z":
        length = 1;
        if (reader.startsWith("GMT")) reader.at += 3;
        else if (reader.startsWith("Z")) reader.at++;
        else throw mismatch();
        reader.setOffset(0, true);
        break;
      case "K":
        if (reader.text[reader.at] === "Z") {
          reader.at++;
          reader.setOffset(0, true);
        } else if (reader.text[reader.at] === "+" || reader.text[reader.at] === "-") reader.zone(3);
        break;
      case "g":
        if (reader.startsWith("A.D.")) reader.at += 4;
        else if (reader.startsWith("AD")) reader.at += 2;
        else throw mismatch();
        break;
      case "'":
      case '"': {
        const quote = quoted(format, i);
        reader.literal(quote.text);
        length = quote.length;
        break;
      }
      case "%":
        if (i + 1 >= format.length || format[i + 1] === "%") throw new Mismatch(raise.format("Format specifier was invalid."));
        length = 1;
        break;
      case "\\":
        if (i + 1 >= format.length) throw new Mismatch(raise.format("Format specifier was invalid."));
        reader.literal(format[i + 1]!);
        length = 2;
        break;
      case ".":
        length = 1;
        if (reader.text[reader.at] === ".") reader.at++;
        else if (format[i + 1] === "F") length += runLength(format, i + 1);
        else throw mismatch();
        break;
      case " ":
        length = 1;
        if (!reader.skipsInnerWhite) reader.literal(" ");
        break;
      case "G":
        if (format.startsWith("GMT", i)) {
          reader.literal("GMT");
          reader.setOffset(0, true);
          length = 3;
          break;
        }
        length = 1;
        reader.literal(ch);
        break;
      default:
        length = 1;
        reader.literal(ch);
    }
    i += length;
  }
  if (reader.skipsInnerWhite) reader.skipWhite();
  if (reader.at < reader.text.length) throw mismatch();
}

/**
 * Reads a text by one format.
 * @param forOffset for DateTimeOffset, which has no `U` and takes `r` and `u` as UTC
 * @returns the exception where a `TryParseExact` would say false
 */
export function parseMomentExact(
  text: string | null,
  format: string | null,
  styles: number,
  now: () => bigint,
  forOffset: boolean,
): ParsedMoment | NetException {
  if (text === null) return raise.argumentNull("s");
  if (format === null) return raise.argumentNull("format");
  if (format === "") return raise.format("Format specifier was invalid.");
  try {
    return readMoment(text, format, styles, now, forOffset);
  } catch (error) {
    if (error instanceof Mismatch) return error.exception;
    if (error instanceof NetException && error.typeName === "System.FormatException") return error;
    throw error;
  }
}

function readMoment(text: string, format: string, styles: number, now: () => bigint, forOffset: boolean): ParsedMoment {
  if (forOffset && format === "U") throw raise.format("Format specifier was invalid.");
  let pattern = format.length === 1 ? standardPattern(format) : format;
  let source = text;
  if ((styles & DateTimeStyles.AllowLeadingWhite) !== 0) {
    source = source.trimStart();
    pattern = pattern.trimStart();
  }
  if ((styles & DateTimeStyles.AllowTrailingWhite) !== 0) {
    source = source.trimEnd();
    pattern = pattern.trimEnd();
  }
  const reader = new ExactReader(source, (styles & DateTimeStyles.AllowInnerWhite) !== 0);
  if (source === "") throw mismatch();
  readBy(reader, pattern);
  const { fields } = reader;
  if (format === "U" || (forOffset && /^[rRu]$/.test(format))) reader.setOffset(0, true);

  const date = dateIn(fields, styles, now);
  if (!isValidDate(date.year, date.month, date.day)) throw mismatch();
  const hour = hourIn(reader);
  const minute = fields.get("minute") ?? 0;
  const second = fields.get("second") ?? 0;
  if (hour > 23 || minute > 59 || second > 59) throw mismatch();
  const ticks = ticksOf(date.year, date.month, date.day, hour * 3600 + minute * 60 + second, fields.get("fraction") ?? 0);
  const dayOfWeek = fields.get("dayOfWeek");
  if (dayOfWeek !== undefined && Number((ticks / TICKS_PER_DAY + 1n) % 7n) !== dayOfWeek) throw new Mismatch(badDayOfWeek());
  return { ticks, offset: reader.offset, isUtc: reader.isUtc };
}

function dateIn(fields: ReadonlyMap<Field, number>, styles: number, now: () => bigint) {
  if (!fields.has("year") && !fields.has("month") && !fields.has("day")) {
    if ((styles & DateTimeStyles.NoCurrentDateDefault) !== 0) return { year: 1, month: 1, day: 1 };
    return dateOf(Number(now() / TICKS_PER_DAY));
  }
  return {
    year: fields.get("year") ?? dateOf(Number(now() / TICKS_PER_DAY)).year,
    month: fields.get("month") ?? 1,
    day: fields.get("day") ?? 1,
  };
}

function hourIn(reader: ExactReader): number {
  const hour = reader.fields.get("hour") ?? 0;
  const meridiem = reader.fields.get("meridiem");
  if (reader.usesHour12) {
    if (hour > 12) throw mismatch();
    return hourOf24(hour, meridiem === 1 ? "pm" : "am")!;
  }
  if (meridiem === undefined) return hour;
  const result = hourOf24(hour, meridiem === 1 ? "pm" : "am");
  if (result === null) throw mismatch();
  return result;
}
