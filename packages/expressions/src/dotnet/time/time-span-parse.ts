import { NetException, raise } from "../../runtime/exceptions.js";
import { quoted, runLength } from "./format-scan.js";
import { TimeSpan } from "./time-span.js";

/** Reading System.TimeSpan. The functions return the exception where a `TryParse` would say false. */

const badFormat = () => raise.format("String was not recognized as a valid TimeSpan.");
const badRange = () =>
  raise.overflow(
    "The TimeSpan could not be parsed because at least one of the numeric components is out of range or contains too many digits.",
  );

interface Components {
  readonly negative: boolean;
  readonly days: string;
  readonly hours: string;
  readonly minutes: string;
  readonly seconds: string;
  /** Digits after the decimal point. */
  readonly fraction: string;
}

function fromComponents(parts: Components): TimeSpan | NetException {
  const significant = (text: string) => text.replace(/^0+/, "");
  const number = (text: string, most: number) =>
    significant(text).length > 8 || Number(text) > most ? -1 : Number(text === "" ? "0" : text);
  const days = number(parts.days, 10_675_199);
  const hours = number(parts.hours, 23);
  const minutes = number(parts.minutes, 59);
  const seconds = number(parts.seconds, 59);
  if (days < 0 || hours < 0 || minutes < 0 || seconds < 0 || parts.fraction.length > 7) return badRange();
  const ticks =
    BigInt(days * 86_400 + hours * 3600 + minutes * 60 + seconds) * 10_000_000n + BigInt(parts.fraction.padEnd(7, "0") || "0");
  try {
    return TimeSpan.of(parts.negative ? -ticks : ticks);
  } catch (error) {
    if (error instanceof NetException) return badRange();
    throw error;
  }
}

const ANY = /^(-?)(?:(\d+)|(?:(\d+)([.:]))?(\d+):(\d+)(?::(\d*)(?:\.(\d+))?)?)$/;

/** `TimeSpan.Parse`: `d`, `[d.]hh:mm[:ss[.fffffff]]` and `d:hh:mm:ss[.fffffff]`. */
export function parseTimeSpan(text: string | null): TimeSpan | NetException {
  if (text === null) return raise.argumentNull("input");
  const match = ANY.exec(text.trim());
  if (match === null) return badFormat();
  const [, sign, onlyDays, days = "", separator, hours = "", minutes = "", seconds = "", fraction = ""] = match;
  const negative = sign === "-";
  if (onlyDays !== undefined)
    return fromComponents({ negative, days: onlyDays, hours: "", minutes: "", seconds: "", fraction: "" });
  // Three numbers between colons are hours, minutes and seconds.
  if (separator === ":" && match[7] === undefined)
    return fromComponents({ negative, days: "", hours: days, minutes: hours, seconds: minutes, fraction });
  return fromComponents({ negative, days, hours, minutes, seconds, fraction });
}

const STANDARD: Readonly<Record<string, RegExp>> = {
  c: /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?$/,
  g: /^(-?)(?:(\d+):)?(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,7}))?$/,
  G: /^(-?)(\d+):(\d{1,2}):(\d{1,2}):(\d{1,2})\.(\d{1,7})$/,
};

/** `TimeSpan.ParseExact` with one format. `assumeNegative`: TimeSpanStyles.AssumeNegative. */
export function parseTimeSpanExact(text: string | null, format: string | null, assumeNegative: boolean): TimeSpan | NetException {
  if (text === null) return raise.argumentNull("input");
  if (format === null) return raise.argumentNull("format");
  if (format === "") return raise.format("Format specifier was invalid.");
  if (format.length === 1) {
    const pattern = STANDARD[format === "t" || format === "T" ? "c" : format];
    if (pattern === undefined) return raise.format("Format specifier was invalid.");
    const match = pattern.exec(text);
    if (match === null) return badFormat();
    const [, sign, days = "", hours = "", minutes = "", seconds = "", fraction = ""] = match;
    return fromComponents({ negative: sign === "-", days, hours, minutes, seconds, fraction });
  }
  return parseCustom(text, format, assumeNegative);
}

function parseCustom(text: string, format: string, negative: boolean): TimeSpan | NetException {
  const found: Record<string, string> = {};
  let at = 0;
  for (let i = 0; i < format.length; ) {
    let ch = format[i]!;
    let length = 1;
    if (ch === "%") {
      ch = format[++i] ?? "";
      if (ch === "" || ch === "%") return raise.format("Format specifier was invalid.");
    }
    if (ch === "'" || ch === '"') {
      const quote = quoted(format, i);
      if (!text.startsWith(quote.text, at)) return badFormat();
      at += quote.text.length;
      length = quote.length;
    } else if (ch === "\\") {
      if (text[at++] !== format[i + 1]) return badFormat();
      length = 2;
    } else if ("dhmsfF".includes(ch)) {
      length = runLength(format, i);
      const name = ch.toLowerCase();
      if (found[name] !== undefined || length > (ch === "d" ? 8 : name === "f" ? 7 : 2))
        return raise.format("Format specifier was invalid.");
      // One letter takes one or two digits; `d` up to eight; a fraction takes as many as it has letters.
      const most = ch === "d" ? (length === 1 ? 8 : length) : name === "f" ? length : 2;
      const least = ch === "F" ? 0 : length;
      let end = at;
      while (end < at + most && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
      if (end - at < least) return badFormat();
      found[name] = text.slice(at, end);
      at = end;
    } else return raise.format("Format specifier was invalid.");
    i += length;
  }
  if (at !== text.length) return badFormat();
  const { d = "", h = "", m = "", s = "", f = "" } = found;
  return fromComponents({ negative, days: d, hours: h, minutes: m, seconds: s, fraction: f });
}
