import { type CompiledExpression, compileExpression, type Host } from "@turnpike/expressions";

/** ISO 8601 with a time: the minutes at least, a zone or none. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,7})\d*)?)?(Z|[+-]\d{2}:?\d{2})?$/;
/** What older .NET serializers write: milliseconds since 1970, with a zone that only matters for display. */
const MICROSOFT = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** A date-time in a template. Prints as .NET's invariant culture does: `MM/dd/yyyy HH:mm:ss`; compares by time. */
export class TemplateDate {
  private constructor(
    /** Milliseconds since 1970, in UTC or, where the text had no zone, as written. */
    readonly time: number,
  ) {}

  /** A text as a date-time; null if it is none. */
  static parse(text: string): TemplateDate | null {
    const microsoft = MICROSOFT.exec(text);
    if (microsoft !== null) return TemplateDate.at(Number(microsoft[1]));
    const match = ISO.exec(text);
    if (match === null) return null;
    const [, year, month, day, hour, minute, second = "00", fraction = "", zone = "Z"] = match;
    const normal = `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}`;
    return TemplateDate.at(Date.parse(normal + (zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone)));
  }

  private static at(time: number): TemplateDate | null {
    return Math.abs(time) < 8.64e15 ? new TemplateDate(time) : null;
  }

  valueOf(): number {
    return this.time;
  }

  toString(): string {
    const [date, time] = this.toIso().split("T") as [string, string];
    const [year, month, day] = date.split("-") as [string, string, string];
    return `${month}/${day}/${year} ${time.slice(0, 8)}`;
  }

  toJSON(): string {
    return this.toIso();
  }

  /** `yyyy-MM-ddTHH:mm:ss.fff`. */
  toIso(): string {
    return new Date(this.time).toISOString().slice(0, -1);
  }
}

let formatter: CompiledExpression | null = null;

/** The text of a date-time under a .NET format string; null if `text` is no date-time. Throws NetException for a bad format. */
export function formatDate(text: string, format: string, host: Host): string | null {
  formatter ??= compileExpression(
    "@{ DateTime date; return DateTime.TryParse(text, out date) ? date.ToString(format) : null; }",
    {
      globals: { text: "string", format: "string" },
      allowBeyond: true,
    },
  ).expression!;
  return formatter.evaluate([text, format], host) as string | null;
}
