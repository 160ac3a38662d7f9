import { Buffer } from "node:buffer";
import { NetException, raise } from "../../runtime/exceptions.js";
import { type CallSite, type Implementation, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { byteArray } from "../bytes.js";
import { fromBase64 } from "../convert/base64.js";
import { toDateTime as convertToDateTime, toChar } from "../convert/conversions.js";
import { Guid, parseGuid } from "../guid.js";
import { Uri, UriKind } from "../net/uri.js";
import type { Decimal } from "../numbers/decimal.js";
import { integerKinds } from "../numbers/integers.js";
import { toText } from "../object.js";
import { DateTime } from "../time/date-time.js";
import { DateTimeOffset } from "../time/date-time-offset.js";
import { parseDateTimeOffset } from "../time/date-time-offset-type.js";
import { TimeSpan } from "../time/time-span.js";
import { parseTimeSpan } from "../time/time-span-parse.js";
import { JProperty } from "./property.js";
import type { JToken } from "./token.js";
import { JTokenType, tokenTypeName } from "./token-type.js";
import { TOKEN } from "./type-names.js";
import { JValue } from "./value.js";
import { textOf } from "./value-compare.js";
import { baseOf, toBoolean, toDecimal, toInteger, toReal } from "./value-convert.js";

/** The conversions between tokens and values, with Newtonsoft.Json's rules and texts. */

const T = JTokenType;
const TEXTS: readonly number[] = [T.String, T.Comment, T.Raw];
const NUMBERS = [T.Integer, T.Float, T.Boolean, ...TEXTS];
const STRINGS = [T.Date, T.Integer, T.Float, T.Boolean, T.Bytes, T.Guid, T.TimeSpan, T.Uri, ...TEXTS];
const CHARS = [T.Integer, T.Float, ...TEXTS];

/** The value behind a token: a JValue's own, or a property's. */
function heldValue(token: JToken): JToken {
  return token instanceof JProperty && token.value !== null ? token.value : token;
}

const cannot = (token: JToken, to: string) => raise.argument(`Can not convert ${typeName(token)} to ${to}.`);

function typeName(token: JToken): string {
  return tokenTypeName(heldValue(token).type);
}

function orThrow<V>(value: V | NetException): V {
  if (value instanceof NetException) throw value;
  return value;
}

interface Target {
  /** C#'s name of the type. */
  readonly keyword: string;
  /** In messages. */
  readonly name: string;
  readonly from: readonly number[];
  readonly isReference?: boolean;
  read(site: CallSite, value: JValue): unknown;
}

function readChar(_site: CallSite, value: JValue): unknown {
  return value.kind === "big" ? toInteger(value, integerKinds.UInt16) : toChar(baseOf(value)!);
}

function readDateTime(site: CallSite, value: JValue): unknown {
  if (value.value instanceof DateTimeOffset) return value.value.toDateTime(0);
  return convertToDateTime(site, baseOf(value)!);
}

function readDateTimeOffset(site: CallSite, value: JValue): unknown {
  if (value.value instanceof DateTimeOffset) return value.value;
  if (value.value instanceof DateTime) return DateTimeOffset.ofDateTime(value.value);
  return orThrow(parseDateTimeOffset(site, textOf(value)));
}

function readGuid(_site: CallSite, value: JValue): unknown {
  if (value.value instanceof NetArray) return Guid.ofBytes(value.value.items as Uint8Array);
  return value.value instanceof Guid ? value.value : orThrow(parseGuid(textOf(value)));
}

function readTimeSpan(_site: CallSite, value: JValue): unknown {
  return value.value instanceof TimeSpan ? value.value : orThrow(parseTimeSpan(textOf(value)));
}

function readUri(_site: CallSite, value: JValue): unknown {
  return value.value instanceof Uri ? value.value : Uri.create(textOf(value), UriKind.absolute);
}

function readBytes(site: CallSite, value: JValue): unknown {
  if (value.value instanceof NetArray) return value.value;
  return byteArray(site, fromBase64(textOf(value)));
}

function readText(_site: CallSite, value: JValue): unknown {
  if (value.value instanceof NetArray) return Buffer.from(value.value.items as Uint8Array).toString("base64");
  return textOf(value);
}

const integers: readonly Target[] = Object.values(integerKinds).map((kind) => ({
  keyword: kind.keyword,
  name: kind.name,
  from: NUMBERS,
  read: (_site, value) => toInteger(value, kind),
}));

/** What a token converts to, by C#'s name of the type. */
export const targets: ReadonlyMap<string, Target> = new Map(
  [
    ...integers,
    { keyword: "bool", name: "Boolean", from: NUMBERS, read: (_site, value) => toBoolean(value) } satisfies Target,
    { keyword: "double", name: "Double", from: NUMBERS, read: (_site, value) => toReal(value, false) } satisfies Target,
    { keyword: "float", name: "Single", from: NUMBERS, read: (_site, value) => toReal(value, true) } satisfies Target,
    { keyword: "decimal", name: "Decimal", from: NUMBERS, read: (_site, value) => toDecimal(value) } satisfies Target,
    { keyword: "char", name: "Char", from: CHARS, read: readChar },
    { keyword: "DateTime", name: "DateTime", from: [T.Date, ...TEXTS], read: readDateTime },
    { keyword: "DateTimeOffset", name: "DateTimeOffset", from: [T.Date, ...TEXTS], read: readDateTimeOffset },
    { keyword: "TimeSpan", name: "TimeSpan", from: [T.TimeSpan, ...TEXTS], read: readTimeSpan },
    { keyword: "Guid", name: "Guid", from: [T.Guid, T.Bytes, ...TEXTS], read: readGuid },
    { keyword: "string", name: "String", from: STRINGS, isReference: true, read: readText },
    { keyword: "byte[]", name: "byte array", from: [T.Bytes, T.Integer, ...TEXTS], isReference: true, read: readBytes },
    { keyword: "Uri", name: "Uri", from: [T.Uri, ...TEXTS], isReference: true, read: readUri },
  ].map((target: Target) => [target.keyword, target]),
);

/** `(T)token`. `isNullable`: null gives null. Throws ArgumentException, and what the conversion itself throws. */
export function convertToken(site: CallSite, token: JToken | null, target: Target, isNullable: boolean): unknown {
  const allowsNull = isNullable || target.isReference === true;
  if (token === null) {
    if (allowsNull) return null;
    throw raise.argumentNull("value");
  }
  const value = heldValue(token);
  const isEmpty = (value.type === T.Null || value.type === T.Undefined) && target.keyword !== "byte[]";
  if (!(value instanceof JValue) || !(target.from.includes(value.type) || (allowsNull && isEmpty)))
    throw cannot(token, target.name);
  if (value.kind === "null") {
    if (allowsNull) return null;
    throw cannot(token, target.name);
  }
  if (target.keyword === "byte[]" && value.type === T.Integer) throw cannot(token, target.name);
  return target.read(site, value);
}

/** All explicit conversions of JToken. */
export function explicitConversions(): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const target of targets.values()) {
    const to = (mark: string) => `static explicit operator ${target.keyword}${mark}(${TOKEN} value)`;
    members[to("")] = withCall((site, token: JToken | null) => convertToken(site, token, target, false));
    if (target.isReference !== true)
      members[to("?")] = withCall((site, token: JToken | null) => convertToken(site, token, target, true));
  }
  return members;
}

const small = (value: number | null) => (value === null ? JValue.ofNull() : JValue.ofLong(value));
const other = (value: object | null) => JValue.of(value);

/** How a value of each type becomes a token: C# integers all become long. */
const SOURCES: Readonly<Record<string, (value: never) => JValue>> = {
  ...Object.fromEntries(["sbyte", "byte", "short", "ushort", "int", "uint", "long"].map((type) => [type, small])),
  ulong: (value: bigint | null) => (value === null ? JValue.ofNull() : new JValue(T.Integer, "ulong", value)),
  bool: (value: boolean | null) => (value === null ? JValue.ofNull() : JValue.ofBoolean(value)),
  double: (value: number | null) => (value === null ? JValue.ofNull() : JValue.ofDouble(value)),
  float: (value: number | null) => (value === null ? JValue.ofNull() : new JValue(T.Float, "float", value)),
  decimal: (value: Decimal | null) => other(value),
  DateTime: other,
  DateTimeOffset: other,
  TimeSpan: other,
  Guid: other,
};

/** All implicit conversions to JToken. */
export function implicitConversions(): Record<string, Implementation> {
  const from = (type: string) => `static implicit operator ${TOKEN}(${type} value)`;
  const members: Record<string, Implementation> = {};
  for (const [type, make] of Object.entries(SOURCES)) {
    members[from(type)] = make;
    members[from(`${type}?`)] = make;
  }
  members[from("string")] = (value: string | null) => JValue.ofString(value);
  members[from("byte[]")] = (value: NetArray | null) => typedNull(T.Bytes, value);
  members[from("Uri")] = (value: Uri | null) => typedNull(T.Uri, value);
  return members;
}

/** A null of a reference type keeps the type. */
export function typedNull(type: number, value: object | null): JValue {
  return value === null ? new JValue(type, "null", null) : JValue.of(value);
}

/** A token's text for messages and `Value<string>()`. */
export function plainText(value: JValue): string | null {
  return value.kind === "null" ? null : toText(value);
}
