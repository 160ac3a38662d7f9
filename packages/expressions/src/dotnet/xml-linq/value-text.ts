import { raise } from "../../runtime/exceptions.js";
import { Boxed, NetObject } from "../../types/values.js";
import { toFormat } from "../format/value.js";
import { toText } from "../object.js";

/**
 * The text of a value that becomes XML content: as XmlConvert writes it. Value in object form, not null. Throws ArgumentException for
 * XML objects, which are no values; names and namespaces are.
 */
export function contentText(value: unknown): string {
  if (typeof value === "boolean") return value ? "true" : "false";
  if (value instanceof Boxed) {
    const name = value.type.definitionName;
    return name === "System.Double" || name === "System.Single" ? realText(value) : toText(value);
  }
  if (!(value instanceof NetObject)) return toText(value);
  switch (/struct (System\.\w+)/.exec(value.declaration.header)?.[1]) {
    case "System.DateTime":
      return value.toFormat("yyyy-MM-ddTHH:mm:ss.FFFFFFFK");
    case "System.DateTimeOffset":
      return value.toFormat("yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz").replace(/\+00:00$/, "Z");
    case "System.TimeSpan":
      return durationText(value.toFormat("c"));
    default:
  }
  if (/ System\.Xml\.Linq\.X(?!Name\b|Namespace\b)/.test(value.declaration.header))
    throw raise.argument("An XObject cannot be used as a value.");
  return toText(value);
}

/** What may be given as a value: not null (ArgumentNullException). */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) throw raise.argumentNull("value");
  return typeof value === "string" ? value : contentText(value);
}

function realText(value: Boxed): string {
  const number = value.value as number;
  if (Number.isFinite(number)) return Object.is(number, -0) ? "-0" : toFormat(value, "R");
  return Number.isNaN(number) ? "NaN" : number > 0 ? "INF" : "-INF";
}

/** `[-][d.]hh:mm:ss[.fffffff]` → `PT1H30M`. */
function durationText(constant: string): string {
  const [, sign, days, hours, minutes, seconds, fraction] =
    /^(-?)(?:(\d+)\.)?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/.exec(constant) ?? [];
  const fractionText = fraction?.replace(/0+$/, "") ?? "";
  const date = days === undefined ? "" : `${Number(days)}D`;
  let time = "";
  if (Number(hours) > 0) time += `${Number(hours)}H`;
  if (Number(minutes) > 0) time += `${Number(minutes)}M`;
  if (Number(seconds) > 0 || fractionText !== "") time += `${Number(seconds)}${fractionText === "" ? "" : `.${fractionText}`}S`;
  if (date === "" && time === "") return "PT0S";
  return `${sign}P${date}${time === "" ? "" : `T${time}`}`;
}
