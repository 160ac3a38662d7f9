import { NetException } from "../../../runtime/exceptions.js";
import { Boxed, NetArray } from "../../../runtime/values.js";
import type { CallSite } from "../../../types/declare.js";
import type { NetType } from "../../../types/net-type.js";
import { byteArray } from "../../bytes.js";
import { fromBase64 } from "../../convert/base64.js";
import { toChar } from "../../convert/conversions.js";
import { parseEnum } from "../../enum.js";
import { parseGuid } from "../../guid.js";
import { Uri, UriKind } from "../../net/uri.js";
import { integerKinds } from "../../numbers/integers.js";
import { NumberStyles } from "../../numbers/number-styles.js";
import { parseDecimal } from "../../numbers/parse.js";
import { toText } from "../../object.js";
import { DateTime } from "../../time/date-time.js";
import { DateTimeOffset } from "../../time/date-time-offset.js";
import { parseDateTimeOffset } from "../../time/date-time-offset-type.js";
import { parseDateTime } from "../../time/date-time-type.js";
import { parseTimeSpan } from "../../time/time-span-parse.js";
import { dateOfText } from "../dates.js";
import { jsonError } from "../errors.js";
import type { JToken } from "../token.js";
import { JTokenType } from "../token-type.js";
import { JValue, ReadNumber } from "../value.js";
import { textOf } from "../value-compare.js";
import { baseOf, toBoolean, toDecimal, toInteger, toReal } from "../value-convert.js";

/** How the serializer reads scalars: not by casts, but by the reader's own rules and texts. */
type Read = (site: CallSite, token: JToken, type: NetType) => unknown;

function orThrow<V>(value: V | NetException): V {
  if (value instanceof NetException) throw value;
  return value;
}

const TOKEN_NAMES: Readonly<Record<number, string>> = {
  [JTokenType.Object]: "StartObject",
  [JTokenType.Array]: "StartArray",
  [JTokenType.Constructor]: "StartConstructor",
};

/** The value of a token; containers are refused. */
function heldValue(token: JToken, what: string): JValue {
  if (token instanceof JValue) return token;
  throw jsonError.reader(
    `Error reading ${what}. Unexpected token: ${TOKEN_NAMES[token.type] ?? "Comment"}. Path '${token.path}'.`,
  );
}

/** Reads through `read`; a failure becomes a JsonReaderException that names the text. */
const reading =
  (what: string, read: (site: CallSite, value: JValue, type: NetType) => unknown): Read =>
  (site, token, type) => {
    const value = heldValue(token, what);
    try {
      return read(site, value, type);
    } catch (error) {
      if (!(error instanceof NetException)) throw error;
      throw jsonError.reader(`Could not convert string to ${what}: ${textOf(value)}. Path '${token.path}'.`);
    }
  };

/** Reads through a conversion; a failure becomes a JsonSerializationException around it. */
const converting =
  (read: (site: CallSite, value: JValue, type: NetType) => unknown): Read =>
  (site, token, type) => {
    const failed = (inner: NetException | null) =>
      new NetException(
        "Newtonsoft.Json.JsonSerializationException",
        `Error converting value ${token instanceof JValue ? `"${textOf(token)}"` : "{}"} to type '${type.fullName}'. Path '${token.path}'.`,
        inner,
      );
    if (!(token instanceof JValue)) throw failed(null);
    try {
      return read(site, token, type);
    } catch (error) {
      throw error instanceof NetException ? failed(error) : error;
    }
  };

function integer(_site: CallSite, value: JValue): unknown {
  if (value.type === JTokenType.Float)
    throw jsonError.reader(`Input string '${textOf(value)}' is not a valid integer. Path '${value.path}'.`);
  return toInteger(value, integerKinds.Int32);
}

/** Decimals keep the digits of the text. */
function decimal(_site: CallSite, value: JValue): unknown {
  return value instanceof ReadNumber ? orThrow(parseDecimal(value.source, NumberStyles.Float)) : toDecimal(value);
}

function dateTime(site: CallSite, value: JValue): unknown {
  if (value.value instanceof DateTime) return value.value;
  if (value.value instanceof DateTimeOffset) return value.value.toDateTime(0);
  const text = textOf(value);
  return dateOfText(text) ?? orThrow(parseDateTime(site, text));
}

function dateTimeOffset(site: CallSite, value: JValue): unknown {
  if (value.value instanceof DateTimeOffset) return value.value;
  if (value.value instanceof DateTime) return DateTimeOffset.ofDateTime(value.value);
  return orThrow(parseDateTimeOffset(site, textOf(value)));
}

function bytes(site: CallSite, value: JValue): unknown {
  return value.value instanceof NetArray ? value.value : byteArray(site, fromBase64(textOf(value)));
}

function enumValue(_site: CallSite, value: JValue, type: NetType): unknown {
  if (value.type === JTokenType.String) return parseEnum(type, value.value as string, true);
  return toInteger(value, integerKinds.Int32);
}

function objectOr(parse: (text: string) => unknown) {
  return (_site: CallSite, { kind, value }: JValue): unknown => {
    if (kind === "string") return parse(value as string);
    return value instanceof Boxed ? parse(toText(value)) : kind === "other" ? value : parse(String(value));
  };
}

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  [
    "System.String",
    reading("string", (_site, value) => (value.value instanceof NetArray ? toText(value.value) : value.toText())),
  ],
  [
    "System.Int32",
    (site, token, type) =>
      token instanceof JValue && token.type === JTokenType.Float
        ? integer(site, token)
        : reading("integer", integer)(site, token, type),
  ],
  ["System.Decimal", reading("decimal", decimal)],
  ["System.DateTime", reading("DateTime", dateTime)],
  ["System.DateTimeOffset", reading("DateTimeOffset", dateTimeOffset)],
  ["System.Boolean", converting((_site, value) => toBoolean(value))],
  ["System.Double", converting((_site, value) => toReal(value, false))],
  ["System.Single", converting((_site, value) => toReal(value, true))],
  ["System.Char", converting((_site, value) => toChar(baseOf(value)!))],
  ["System.Guid", converting(objectOr((text) => orThrow(parseGuid(text))))],
  ["System.TimeSpan", converting(objectOr((text) => orThrow(parseTimeSpan(text))))],
  ["System.Uri", converting(objectOr((text) => Uri.create(text, UriKind.relativeOrAbsolute)))],
  ...Object.values(integerKinds)
    .filter((kind) => kind.name !== "Int32")
    .map((kind): [string, Read] => [`System.${kind.name}`, converting((_site, value) => toInteger(value, kind))]),
]);

const readBytes = reading("bytes", bytes);
const readEnum = converting(enumValue);

/** The reader of a scalar type; null for other types. */
export function scalarOf(type: NetType): Read | null {
  if (type.kind === "enum") return readEnum;
  if (type.kind === "array") return type.elementType!.definitionName === "System.Byte" && type.rank === 1 ? readBytes : null;
  return READERS.get(type.definitionName) ?? null;
}
