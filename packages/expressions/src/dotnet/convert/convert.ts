import { NetException, raise } from "../../runtime/exceptions.js";
import {
  type CallSite,
  defineEnum,
  defineType,
  type Implementation,
  type TypeDeclaration,
  withCall,
} from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";
import { dbNullType, isDbNull } from "../db-null.js";
import { integerKinds } from "../numbers/integers.js";
import { box, toText, typeOf } from "../object.js";
import { fromCodes } from "../text/codes.js";
import { RAW_TEXT } from "../text/raw-text.js";
import type { NetTypeObject } from "../type.js";
import { base64Length, fromBase64, toBase64 } from "./base64.js";
import { type BaseType, baseTypeOf, convertible, convertTo } from "./conversions.js";
import { parseInBase, textInBase } from "./radix.js";

/** System.Convert. */

/** The base types with their C# keywords. */
const KEYWORDS: readonly (readonly [BaseType, string])[] = [
  ["Boolean", "bool"],
  ["Char", "char"],
  ["SByte", "sbyte"],
  ["Byte", "byte"],
  ["Int16", "short"],
  ["UInt16", "ushort"],
  ["Int32", "int"],
  ["UInt32", "uint"],
  ["Int64", "long"],
  ["UInt64", "ulong"],
  ["Single", "float"],
  ["Double", "double"],
  ["Decimal", "decimal"],
  ["DateTime", "DateTime"],
  ["String", "string"],
];

/** `ToInt32(T)` for all T, and so on for every base type but string. */
function conversionMembers(): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const [to, result] of KEYWORDS) {
    if (to === "String") continue;
    for (const [type, keyword] of KEYWORDS)
      members[`static ${result} To${to}(${keyword} value)`] = withCall((site, raw: unknown) =>
        convertTo(site, { type, raw }, to),
      );
    members[`static ${result} To${to}(string value, IFormatProvider provider)`] = withCall((site, raw: unknown) =>
      convertTo(site, { type: "String", raw }, to),
    );
    const ofObject = withCall((site, value: unknown) =>
      value === null
        ? convertTo(site, to === "Char" ? { type: "Int32", raw: 0 } : { type: "String", raw: null }, to)
        : convertTo(site, convertible(site, value, "System.IConvertible"), to),
    );
    members[`static ${result} To${to}(object value)`] = ofObject;
    members[`static ${result} To${to}(object value, IFormatProvider provider)`] = ofObject;
  }
  for (const kind of Object.values(integerKinds))
    members[`static ${kind.keyword} To${kind.name}(string value, int fromBase)`] = (text: string | null, base: number) =>
      parseInBase(kind, text, base);
  return members;
}

/** `ToString(T)` for all T. */
function textMembers(): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (const [type, keyword] of KEYWORDS) {
    if (type === "String") continue;
    const textOf = type === "DateTime" ? (value: unknown) => toText(value) : RAW_TEXT[keyword]!;
    members[`static string ToString(${keyword} value)`] = textOf;
    members[`static string ToString(${keyword} value, IFormatProvider provider)`] = (value: never) => textOf(value);
  }
  for (const [keyword, bits] of [
    ["byte", 8],
    ["short", 16],
    ["int", 32],
    ["long", 64],
  ] as const)
    members[`static string ToString(${keyword} value, int toBase)`] = (value: number | bigint, base: number) =>
      textInBase(value, bits, base);
  return {
    ...members,
    "static string ToString(string value)": (value: string | null) => value,
    "static string ToString(string value, IFormatProvider provider)": (value: string | null) => value,
    "static string ToString(object value)": (value: unknown) => toText(value),
    "static string ToString(object value, IFormatProvider provider)": (value: unknown) => toText(value),
  };
}

/** `ChangeType`: identity where the type is right already; enums and other types are out of its reach. */
function changeType(site: CallSite, value: unknown, target: NetTypeObject | null): unknown {
  if (target === null) throw raise.argumentNull("conversionType");
  const { type } = target;
  if (value === null) {
    if (type.isValueType)
      throw new NetException("System.InvalidCastException", "Null object cannot be converted to a value type.");
    return null;
  }
  const own = typeOf(value, site.scope);
  if (own === type || type.definitionName === "System.Object") return value;
  const to = baseTypeOf(type);
  const base = convertible(site, value, "System.IConvertible");
  if (to === null || type.kind === "enum")
    throw new NetException("System.InvalidCastException", `Invalid cast from '${own?.fullName}' to '${type.fullName}'.`);
  return box(convertTo(site, base, to), type);
}

const INSERT_LINE_BREAKS = 1;

function encode(site: CallSite, array: NetArray | null, offset?: number, length?: number, options = 0): string {
  if (array === null) throw raise.argumentNull("inArray");
  const bytes = bytesOf(array);
  const from = offset ?? 0;
  const count = length ?? bytes.length;
  if (count < 0)
    throw raise.argumentOutOfRange(
      "length",
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  if (from < 0) throw raise.argumentOutOfRange("offset", "Value must be positive.");
  if (from > bytes.length - count)
    throw raise.argumentOutOfRange("offset", "Offset and length must refer to a position in the string.");
  if (options !== 0 && options !== INSERT_LINE_BREAKS) throw raise.argument(`Illegal enum value: ${options}.`);
  site.run.allocate(base64Length(count));
  return toBase64(bytes.subarray(from, from + count), options === INSERT_LINE_BREAKS);
}

function decode(site: CallSite, text: string | null): NetArray {
  if (text === null) throw raise.argumentNull("s");
  return byteArray(site, fromBase64(text));
}

function decodeChars(site: CallSite, array: NetArray | null, offset: number, length: number): NetArray {
  if (array === null) throw raise.argumentNull("inArray");
  if (length < 0)
    throw raise.argumentOutOfRange(
      "length",
      "Index was out of range. Must be non-negative and less than the size of the collection.",
    );
  if (offset < 0 || offset > array.items.length - length)
    throw raise.argumentOutOfRange("offset", "Offset and length must refer to a position in the string.");
  return decode(site, fromCodes(array.items as number[], offset, length));
}

function encodeInto(
  site: CallSite,
  source: NetArray | null,
  offset: number,
  length: number,
  target: NetArray | null,
  at: number,
  options = 0,
): number {
  const text = encode(site, source, offset, length, options);
  if (target === null) throw raise.argumentNull("outArray");
  if (at < 0 || at > target.items.length - text.length)
    throw raise.argumentOutOfRange(
      "offsetOut",
      "Either offset did not refer to a position in the string, or there is an insufficient length of destination character array.",
    );
  for (let i = 0; i < text.length; i++) target.items[at + i] = text.charCodeAt(i);
  return text.length;
}

const convert = defineType("static class System.Convert", {
  ...conversionMembers(),
  ...textMembers(),
  "static bool IsDBNull(object value)": isDbNull,
  "static object ChangeType(object value, Type conversionType)": withCall(changeType),
  "static object ChangeType(object value, Type conversionType, IFormatProvider provider)": withCall(changeType),
  "static string ToBase64String(byte[] inArray)": withCall((site, array: NetArray | null) => encode(site, array)),
  "static string ToBase64String(byte[] inArray, Base64FormattingOptions options)": withCall(
    (site, array: NetArray | null, options: number) => encode(site, array, undefined, undefined, options),
  ),
  "static string ToBase64String(byte[] inArray, int offset, int length)": withCall(encode),
  "static string ToBase64String(byte[] inArray, int offset, int length, Base64FormattingOptions options)": withCall(encode),
  "static byte[] FromBase64String(string s)": withCall(decode),
  "static byte[] FromBase64CharArray(char[] inArray, int offset, int length)": withCall(decodeChars),
  "static int ToBase64CharArray(byte[] inArray, int offsetIn, int length, char[] outArray, int offsetOut)": withCall(encodeInto),
  "static int ToBase64CharArray(byte[] inArray, int offsetIn, int length, char[] outArray, int offsetOut, Base64FormattingOptions options)":
    withCall(encodeInto),
});

/** System.Convert and the options of its Base64 members. */
export const convertTypes: readonly TypeDeclaration[] = [
  convert,
  dbNullType,
  defineEnum("System.Base64FormattingOptions", { None: 0, InsertLineBreaks: INSERT_LINE_BREAKS }, { flags: true, beyond: true }),
];
