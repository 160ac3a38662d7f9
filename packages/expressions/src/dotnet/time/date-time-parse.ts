import type { NetException } from "../../runtime/exceptions.js";
import { raise } from "../../runtime/exceptions.js";
import { DAY_NAMES, dateOf, isValidDate, MONTH_NAMES, TICKS_PER_DAY, ticksOf } from "./calendar.js";
import { badDate, badDayOfWeek, DateTimeStyles, fullYear, offsetMinutes, type ParsedMoment } from "./parse-styles.js";

/**
 * `DateTime.Parse`: reads the many ways in which dates are written, by the invariant culture's rules: month before day, year
 * last or (with three digits or more) first, names of months and days in any case, a time anywhere but inside the date.
 */

interface DateNumber {
  readonly value: number;
  readonly digits: number;
}

/** No date takes more characters. */
const LONGEST = 200;

/** Without nulls at the end, and white space at both ends. */
function trimmed(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return text.slice(0, end).trim();
}

/** What has been read so far. */
class Reader {
  at = 0;
  readonly numbers: DateNumber[] = [];
  /** 1 to 12 once a month was named; then how many date numbers stood before it. */
  month = 0;
  numbersBeforeMonth = 0;
  dayOfWeek = -1;
  time: { hour: number; minute: number; second: number; fraction: number } | null = null;
  /** Date parts seen before the time. */
  partsBeforeTime = 0;
  meridiem = "";
  offset: number | null = null;
  isUtc = false;
  needsTime = false;

  constructor(readonly text: string) {}

  get parts(): number {
    return this.numbers.length + (this.month > 0 ? 1 : 0);
  }

  /** Reads everything; false if something does not belong. */
  read(): boolean {
    while (this.skipSpace()) {
      const code = this.text.charCodeAt(this.at);
      const isRead = isDigit(code) ? this.number() : isLetter(code) ? this.word() : this.zoneOffset();
      if (!isRead) return false;
    }
    return !this.needsTime;
  }

  /** False at the end. Commas count as space. */
  private skipSpace(): boolean {
    while (isSpace(this.text.charCodeAt(this.at)) || this.text[this.at] === ",") this.at++;
    return this.at < this.text.length;
  }

  private digits(): DateNumber {
    const from = this.at;
    while (isDigit(this.text.charCodeAt(this.at))) this.at++;
    return { value: Number(this.text.slice(from, Math.min(this.at, from + 9))), digits: this.at - from };
  }

  private number(): boolean {
    const number = this.digits();
    // Inside a date a colon that stands apart makes no time of the number before it.
    const mayStandApart = this.parts === 0 || this.parts === 3;
    if ((mayStandApart || this.text[this.at] === ":") && this.colon()) return this.clock(number);
    const meridiem = /^\s*([ap]m)(?![a-z])/i.exec(this.text.slice(this.at, this.at + 40));
    if (meridiem !== null && this.time === null && number.digits <= 2) return this.setTime(number.value, 0, 0, 0);
    if (this.needsTime || number.digits > 4) return false;
    this.numbers.push(number);
    this.separator();
    return this.parts <= 3;
  }

  /** Skips what stands between parts of a date. */
  private separator(): void {
    const match = /^\s*([/.-])\s*(?=[\da-z])/i.exec(this.text.slice(this.at, this.at + 40));
    if (match === null || this.parts >= 3) return;
    this.at += match[0].length;
  }

  /** Goes behind a colon, if one is next, and the white space around it. */
  private colon(): boolean {
    const match = /^\s*:\s*/.exec(this.text.slice(this.at, this.at + 40));
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }

  private clock(hour: DateNumber): boolean {
    // Behind a `T` every part has two digits.
    const isStrict = this.needsTime;
    const minute = this.digits();
    let second: DateNumber = { value: 0, digits: 0 };
    let fraction = 0;
    if (this.colon()) {
      second = this.digits();
      if (second.digits === 0) return false;
      if (this.text[this.at] === ".") {
        const from = ++this.at;
        if (this.digits().digits === 0 && isStrict) return false;
        fraction = Math.round(Number(`0.${this.text.slice(from, this.at)}`) * 1e7);
      }
    }
    if (minute.digits === 0 || hour.digits > 2 || minute.digits > 2 || second.digits > 2 || this.text[this.at] === ":")
      return false;
    if (isStrict && [hour, minute, second].some(({ digits }) => digits === 1)) return false;
    return this.setTime(hour.value, minute.value, second.value, fraction);
  }

  private setTime(hour: number, minute: number, second: number, fraction: number): boolean {
    if (this.time !== null || hour > 23 || minute > 59 || second > 59) return false;
    this.time = { hour, minute, second, fraction };
    this.partsBeforeTime = this.parts;
    this.needsTime = false;
    return true;
  }

  private word(): boolean {
    const [word] = /^[a-z]+(?:\.[a-z]\.)?/i.exec(this.text.slice(this.at, this.at + 20))!;
    this.at += word.length;
    const lower = word.toLowerCase();
    if (lower === "am" || lower === "pm") {
      if (this.time === null || this.meridiem !== "") return false;
      this.meridiem = lower;
      return true;
    }
    if (lower === "z" || lower === "gmt") {
      if (this.offset !== null || this.parts + (this.time === null ? 0 : 1) === 0) return false;
      this.offset = 0;
      this.isUtc = true;
      return true;
    }
    if (lower === "t") {
      this.needsTime = true;
      return this.time === null && this.parts > 1 && isDigit(this.text.charCodeAt(this.at));
    }
    if (lower === "a.d." || lower === "ad") return true;
    const day = nameIndex(DAY_NAMES, lower);
    if (day >= 0) {
      if (this.dayOfWeek >= 0) return false;
      this.dayOfWeek = day;
      return true;
    }
    const month = nameIndex(MONTH_NAMES, lower);
    if (month < 0 || this.month > 0) return false;
    this.month = month + 1;
    this.numbersBeforeMonth = this.numbers.length;
    this.separator();
    return this.parts <= 3;
  }

  private zoneOffset(): boolean {
    const match = /^([+-])(?:(\d{2})(\d{2})|(\d{1,2})(?::(\d{2}))?)(?!\d)/.exec(this.text.slice(this.at, this.at + 12));
    if (match === null || this.offset !== null) return false;
    if (this.time === null && this.parts < 3) return false;
    this.offset = offsetMinutes(match[1]!, Number(match[2] ?? match[4]), Number(match[3] ?? match[5] ?? 0));
    this.at += match[0].length;
    return this.offset !== null;
  }
}

const isDigit = (code: number) => code >= 48 && code <= 57;
const isLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122;
const isSpace = (code: number) => code === 32 || (code >= 9 && code <= 13) || code === 0xa0;

/** The index of a full or three-letter name. */
function nameIndex(names: readonly string[], lower: string): number {
  return names.findIndex((name) => {
    const full = name.toLowerCase();
    return full === lower || full.slice(0, 3) === lower;
  });
}

interface DateChoice {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Year, month and day out of the numbers and the named month; null if they make no date. */
function chooseDate(reader: Reader, thisYear: number): DateChoice | null {
  const { numbers, month } = reader;
  const isYear = (number: DateNumber) => number.digits > 2;
  const year = (number: DateNumber) => (isYear(number) ? number.value : fullYear(number.value));
  const [first, second, third] = numbers;
  if (first === undefined) return null;
  if (month > 0) {
    if (second === undefined) {
      // `March 10` is a day, `10 March` a year, as in the pattern "yyyy MMMM".
      if (isYear(first) || reader.numbersBeforeMonth === 1) return { year: year(first), month, day: 1 };
      return { year: thisYear, month, day: first.value };
    }
    if (isYear(first)) return isYear(second) ? null : { year: first.value, month, day: second.value };
    const usual = { year: year(second), month, day: first.value };
    if (isYear(second) || isValidDate(usual.year, usual.month, usual.day)) return usual;
    return { year: year(first), month, day: second.value };
  }
  if (second === undefined) return null;
  if (third === undefined) {
    if (isYear(first)) return isYear(second) ? null : { year: first.value, month: second.value, day: 1 };
    if (isYear(second)) return { year: second.value, month: first.value, day: 1 };
    return { year: thisYear, month: first.value, day: second.value };
  }
  if (isYear(second) || (isYear(first) && isYear(third))) return null;
  return isYear(first)
    ? { year: first.value, month: second.value, day: third.value }
    : { year: year(third), month: first.value, day: second.value };
}

/** The hour on a clock of 24, null if it contradicts AM or PM. */
export function hourOf24(hour: number, meridiem: string): number | null {
  if (meridiem === "am") return hour > 12 ? null : hour === 12 ? 0 : hour;
  return meridiem === "pm" && hour < 12 ? hour + 12 : hour;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,7}))?(Z|[+-]\d\d:\d\d)?)?$/;

/** The form that nearly all machines write, without the detour. Null: not that form, or not a date. */
function readIso(text: string): ParsedMoment | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (!isValidDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return null;
  const zone = match[8];
  const offset =
    zone === undefined ? null : zone === "Z" ? 0 : offsetMinutes(zone[0]!, Number(zone.slice(1, 3)), Number(zone.slice(4)));
  if (zone !== undefined && offset === null) return null;
  const fraction = match[7] === undefined ? 0 : Number(match[7].padEnd(7, "0"));
  return { ticks: ticksOf(year, month, day, hour * 3600 + minute * 60 + second, fraction), offset, isUtc: zone === "Z" };
}

/**
 * Reads a date and time.
 * @param now ticks of the current moment: for texts without a date or year
 * @returns the exception where a `TryParse` would say false
 */
export function parseMoment(text: string | null, styles: number, now: () => bigint): ParsedMoment | NetException {
  if (text === null) return raise.argumentNull("s");
  const iso = readIso(text);
  if (iso !== null) return iso;
  const reader = new Reader(trimmed(text));
  if (reader.text === "" || reader.text.length > LONGEST || !reader.read()) return badDate();
  const { time, meridiem } = reader;
  // A time must not stand inside a date.
  if (time !== null && reader.partsBeforeTime > 0 && reader.partsBeforeTime < reader.parts) return badDate();
  let date: DateChoice | null;
  if (reader.parts === 0) {
    if (time === null) return badDate();
    date =
      (styles & DateTimeStyles.NoCurrentDateDefault) !== 0
        ? { year: 1, month: 1, day: 1 }
        : dateOf(Number(now() / TICKS_PER_DAY));
  } else date = chooseDate(reader, dateOf(Number(now() / TICKS_PER_DAY)).year);
  if (date === null || !isValidDate(date.year, date.month, date.day)) return badDate();
  const hour = time === null ? 0 : hourOf24(time.hour, meridiem);
  if (hour === null) return badDate();
  const seconds = time === null ? 0 : hour * 3600 + time.minute * 60 + time.second;
  const ticks = ticksOf(date.year, date.month, date.day, seconds, time?.fraction ?? 0);
  if (reader.dayOfWeek >= 0 && Number((ticks / TICKS_PER_DAY + 1n) % 7n) !== reader.dayOfWeek) return badDayOfWeek();
  return { ticks, offset: reader.offset, isUtc: reader.isUtc };
}
