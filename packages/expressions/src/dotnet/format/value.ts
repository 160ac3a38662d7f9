import { chargeWork } from "../../runtime/current.js";
import { Boxed, NetObject } from "../../types/values.js";
import { enumFormat } from "../enum-text.js";
import { toText } from "../object.js";
import { formatDouble, formatInteger, formatSingle } from "./number.js";

/**
 * `IFormattable.ToString(format, invariant)` of a value in object form; values that are not IFormattable (string, bool, char,
 * collections) ignore the format. Throws FormatException for a format that the type does not know.
 */
export function formatValue(value: unknown, format: string): string {
  if (typeof value === "number") return formatInteger(value, 32, format);
  if (value instanceof NetObject) return value.toFormat === NetObject.prototype.toFormat ? toText(value) : value.toFormat(format);
  if (!(value instanceof Boxed)) return toText(value);
  const { type, value: raw } = value;
  if (type.kind === "enum") return enumFormat(type, raw as number, format);
  switch (type.definitionName) {
    case "System.Int64":
    case "System.UInt64":
      return formatInteger(raw, 64, format);
    case "System.UInt32":
      return formatInteger(raw, 32, format);
    case "System.Int16":
    case "System.UInt16":
      return formatInteger(raw, 16, format);
    case "System.Byte":
    case "System.SByte":
      return formatInteger(raw, 8, format);
    case "System.Double":
      return formatDouble(raw as number, format);
    case "System.Single":
      return formatSingle(raw as number, format);
    default:
      return toText(value);
  }
}

/** A long format is gone through several times, at a step's time for a fraction of a character. */
const CHARACTERS_OF_FORMAT_PER_STEP = 1 / 50;

/** `string.Format("{0:format}", value)`: the text of a value under a format string; without one the plain text. */
export function toFormat(value: unknown, format: string | null): string {
  if (format === null || format === "") return toText(value);
  chargeWork(format.length, CHARACTERS_OF_FORMAT_PER_STEP);
  return formatValue(value, format);
}
