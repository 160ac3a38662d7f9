import { NetException } from "../../../runtime/exceptions.js";
import type { CallSite } from "../../../types/declare.js";
import type { NetType } from "../../../types/net-type.js";
import { NetArray } from "../../../types/values.js";
import { byteArray } from "../../bytes.js";
import { fromBase64 } from "../../convert/base64.js";
import { toChar } from "../../convert/conversions.js";
import { parseEnum } from "../../enum-text.js";
import { Guid, parseGuid } from "../../guid.js";
import { Uri, UriKind } from "../../net/uri.js";
import type { Decimal } from "../../numbers/decimal.js";
import { integerKinds, parseOrThrow } from "../../numbers/integers.js";
import { NumberStyles } from "../../numbers/number-styles.js";
import { parseDecimal } from "../../numbers/parse.js";
import { DateTime } from "../../time/date-time.js";
import { DateTimeOffset } from "../../time/date-time-offset.js";
import { parseDateTimeOffset } from "../../time/date-time-offset-type.js";
import { parseDateTime } from "../../time/date-time-type.js";
import { TimeSpan } from "../../time/time-span.js";
import { parseTimeSpan } from "../../time/time-span-parse.js";
import { JArray } from "../array.js";
import { dateOfText } from "../dates.js";
import { jsonError } from "../errors.js";
import type { JToken } from "../token.js";
import { JTokenType, tokenTypeName } from "../token-type.js";
import { JValue, ReadNumber } from "../value.js";
import { textOf } from "../value-compare.js";
import { baseOf, toBoolean, toDecimal, toInteger, toReal } from "../value-convert.js";

/**
 * How the serializer reads scalars. Text, int, decimal, dates and bytes are read by the reader itself, whose failures are
 * JsonReaderExceptions; anything else is converted, whose failures are JsonSerializationExceptions.
 *
 * @param isText the token was read of a text for this: numbers are then read as the text has them
 * @returns null where an empty text stands for null
 */
export type ReadScalar = (site: CallSite, token: JToken, type: NetType, isText: boolean) => unknown;

function orThrow<V>(value: V | NetException): V {
  if (value instanceof NetException) throw value;
  return value;
}

const TOKEN_NAMES: Readonly<Record<number, string>> = {
  [JTokenType.Object]: "StartObject",
  [JTokenType.Array]: "StartArray",
  [JTokenType.Constructor]: "StartConstructor",
};

function unexpected(token: JToken, what: string): NetException {
  const name = TOKEN_NAMES[token.type] ?? tokenTypeName(token.type);
  return jsonError.reader(`Error reading ${what}. Unexpected token: ${name}. Path '${token.path}'.`);
}

/** Reads a text through `read`; what it throws becomes a JsonReaderException that names the text. */
function readText<V>(token: JToken, what: string, read: (text: string) => V): V {
  const text = (token as JValue).value as string;
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    throw jsonError.reader(`Could not convert string to ${what}: ${text}. Path '${token.path}'.`);
  }
}

const isEmpty = (token: JToken) => token instanceof JValue && token.value === "";
const isNumber = (token: JToken): token is JValue => token.type === JTokenType.Integer || token.type === JTokenType.Float;
const isString = (token: JToken): boolean => token.type === JTokenType.String;

const string: ReadScalar = (_site, token) => {
  if (!(token instanceof JValue) || token.value instanceof NetArray) throw unexpected(token, "string");
  return textOf(token);
};

const int: ReadScalar = (_site, token, _type, isText) => {
  if (isEmpty(token)) return null;
  if (isString(token)) return readText(token, "integer", (text) => parseOrThrow(integerKinds.Int32, text, NumberStyles.Integer));
  if (!isNumber(token)) throw unexpected(token, "integer");
  if (!isText) return toInteger(token, integerKinds.Int32);
  const source = token instanceof ReadNumber ? token.source : textOf(token);
  if (token.type === JTokenType.Float)
    throw jsonError.reader(`Input string '${source}' is not a valid integer. Path '${token.path}'.`);
  try {
    return toInteger(token, integerKinds.Int32);
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    throw jsonError.reader(`JSON integer ${source} is too large or small for an Int32. Path '${token.path}'.`);
  }
};

const parseExact = (text: string): Decimal => orThrow(parseDecimal(text, NumberStyles.Float));

/** Decimals keep the digits of the text. */
const decimal: ReadScalar = (_site, token, _type, isText) => {
  if (isEmpty(token)) return null;
  if (isString(token)) return readText(token, "decimal", (text) => orThrow(parseDecimal(text, NumberStyles.Number)));
  if (!isNumber(token)) throw unexpected(token, "decimal");
  if (!isText) return toDecimal(token);
  try {
    return token instanceof ReadNumber ? parseExact(token.source) : toDecimal(token);
  } catch (error) {
    if (!(error instanceof NetException)) throw error;
    throw jsonError.reader(`Input string '${textOf(token)}' is not a valid decimal. Path '${token.path}'.`);
  }
};

const dateTime: ReadScalar = (site, token) => {
  if (isEmpty(token)) return null;
  const value = token instanceof JValue ? token.value : null;
  if (value instanceof DateTime) return value;
  if (value instanceof DateTimeOffset) return value.toDateTime(0);
  if (!isString(token)) throw unexpected(token, "date");
  return readText(token, "DateTime", (text) => dateOfText(text) ?? orThrow(parseDateTime(site, text)));
};

const dateTimeOffset: ReadScalar = (site, token) => {
  if (isEmpty(token)) return null;
  const value = token instanceof JValue ? token.value : null;
  if (value instanceof DateTimeOffset) return value;
  if (value instanceof DateTime) return DateTimeOffset.ofDateTime(value);
  if (!isString(token)) throw unexpected(token, "date");
  return readText(token, "DateTimeOffset", (text) => orThrow(parseDateTimeOffset(site, text)));
};

/** Base64, or an array of numbers. */
const bytes: ReadScalar = (site, token) => {
  if (token instanceof JValue && token.value instanceof NetArray) return token.value;
  if (isString(token)) return byteArray(site, fromBase64((token as JValue).value as string));
  if (!(token instanceof JArray)) throw unexpected(token, "bytes");
  return byteArray(
    site,
    Uint8Array.from(token.children, (item) => {
      if (item instanceof JValue && item.type === JTokenType.Integer) return Number(toInteger(item, integerKinds.Byte));
      throw unexpected(item, "bytes");
    }),
  );
};

type Convert = (value: JValue, type: NetType, isText: boolean) => unknown;

/** Converts a value; a failure becomes a JsonSerializationException around it. */
const converting =
  (convert: Convert): ReadScalar =>
  (_site, token, type, isText) => {
    if (!(token instanceof JValue)) throw failed(token, type, null);
    try {
      return convert(token, type, isText);
    } catch (error) {
      throw error instanceof NetException ? failed(token, type, error) : error;
    }
  };

function failed(token: JToken, type: NetType, inner: NetException | null): NetException {
  const shown = !(token instanceof JValue) ? "{}" : isString(token) ? `"${textOf(token)}"` : textOf(token);
  return new NetException(
    "Newtonsoft.Json.JsonSerializationException",
    `Error converting value ${shown} to type '${type.fullName}'. Path '${token.path}'.`,
    inner,
  );
}

const notConvertible = () => new NetException("System.ArgumentException", "Could not cast or convert the value.");

/** For types that only text, or a value of their own, converts to. */
const ofText = (isOwn: (value: unknown) => boolean, parse: (text: string) => unknown): ReadScalar =>
  converting((token) => {
    if (isOwn(token.value)) return token.value;
    if (!isString(token)) throw notConvertible();
    return parse(token.value as string);
  });

const enumValue = converting((token, type) => {
  if (isString(token)) return parseEnum(type, token.value as string, true);
  if (token.type !== JTokenType.Integer || token.kind === "big") throw notConvertible();
  return Number(BigInt.asIntN(32, BigInt(toInteger(token, integerKinds.Int64))));
});

const READERS: ReadonlyMap<string, ReadScalar> = new Map<string, ReadScalar>([
  ["System.String", string],
  ["System.Int32", int],
  ["System.Decimal", decimal],
  ["System.DateTime", dateTime],
  ["System.DateTimeOffset", dateTimeOffset],
  ["System.Boolean", converting((token) => toBoolean(token))],
  ["System.Double", converting((token) => toReal(token, false))],
  ["System.Single", converting((token) => toReal(token, true))],
  [
    "System.Char",
    converting((token) => {
      const base = baseOf(token);
      if (base === null) throw notConvertible();
      return toChar(base);
    }),
  ],
  [
    "System.Guid",
    ofText(
      (value) => value instanceof Guid,
      (text) => orThrow(parseGuid(text)),
    ),
  ],
  [
    "System.TimeSpan",
    ofText(
      (value) => value instanceof TimeSpan,
      (text) => orThrow(parseTimeSpan(text)),
    ),
  ],
  [
    "System.Uri",
    ofText(
      (value) => value instanceof Uri,
      (text) => Uri.create(text, UriKind.relativeOrAbsolute),
    ),
  ],
  ...Object.values(integerKinds)
    .filter((kind) => kind.name !== "Int32")
    .map((kind): [string, ReadScalar] => [`System.${kind.name}`, converting((token) => toInteger(token, kind))]),
]);

/** The reader of a scalar type; null for other types. */
export function scalarOf(type: NetType): ReadScalar | null {
  if (type.kind === "enum") return enumValue;
  if (type.kind === "array") return type.elementType!.definitionName === "System.Byte" && type.rank === 1 ? bytes : null;
  return READERS.get(type.definitionName) ?? null;
}
