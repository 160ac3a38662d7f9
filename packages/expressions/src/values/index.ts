/**
 * What .NET values are made of at run time, for hosts that declare types of their own and build values for expressions:
 * how each .NET type is represented stands in `types/values.ts`.
 */

export { builtinScope } from "../dotnet/builtin.js";
export {
  Dictionary,
  type DictionaryProtocol,
  KeyValuePair,
  List,
  ReadOnlyDictionaryObject,
  type ReadOnlyDictionaryProtocol,
} from "../dotnet/collections/index.js";
export { type BaseType, type BaseValue, baseValueOf, convertTo } from "../dotnet/convert/conversions.js";
export {
  type DerExtension,
  type DerValue,
  decryptBytes,
  derChildren,
  derExtensions,
  derOid,
  derTime,
  encryptBytes,
  readDer,
  type SymmetricAlgorithm,
  X509Certificate2,
} from "../dotnet/cryptography/index.js";
export { toFormat } from "../dotnet/format/value.js";
export { Guid, parseGuid } from "../dotnet/guid.js";
export { IPAddress, parseIPAddress, Uri, UriKind, urlDecode, urlEncode } from "../dotnet/net/index.js";
export { dateOfText as jsonDate } from "../dotnet/newtonsoft/dates.js";
export {
  deserializeJson,
  JArray,
  JContainer,
  JObject,
  JProperty,
  type JsonSerializerSettings,
  JToken,
  JTokenType,
  JValue,
  jtokenOf,
  parseJson,
  writeJson,
} from "../dotnet/newtonsoft/index.js";
export { Decimal } from "../dotnet/numbers/decimal.js";
export { NumberStyles } from "../dotnet/numbers/number-styles.js";
export { parseDecimal, parseReal } from "../dotnet/numbers/parse.js";
export {
  box,
  compare,
  elementTypeOf,
  enumerate,
  equal,
  hashCode,
  keyOf,
  toText,
  typeOf,
  unbox,
} from "../dotnet/object.js";
export { Regex } from "../dotnet/regex/regex.js";
export { toLower, toUpper } from "../dotnet/text/case.js";
export { type Charset, charsetByName, latin1, utf8, utf16be, utf16le } from "../dotnet/text/charset.js";
export { CULTURE, endsWith, startsWith } from "../dotnet/text/compare.js";
export { findLastText, findText, replaceAllText, splitText } from "../dotnet/text/find.js";
export { isWhiteSpace } from "../dotnet/text/unicode.js";
export { DateTime } from "../dotnet/time/date-time.js";
export { parseDateTime } from "../dotnet/time/date-time-type.js";
export { DateTimeKind } from "../dotnet/time/parse-styles.js";
export { TimeSpan } from "../dotnet/time/time-span.js";
export { parseDocument, parseElement, XDocument, XElement, XNode } from "../dotnet/xml-linq/index.js";
export { withRun } from "../runtime/current.js";
export { LimitError, NetException, raise } from "../runtime/exceptions.js";
export { Run } from "../runtime/run.js";
export { chargeOfBytes, workOfBytes, workText } from "../runtime/text-work.js";
export type { CallSite } from "../types/declare.js";
export type { NetType, TypeScopeView } from "../types/net-type.js";
export { createTypeScope } from "../types/scope.js";
export { AnonymousObject, Boxed, NetArray, type NetDelegate, NetEnumerable, NetObject } from "../types/values.js";
export { zeroOf } from "../types/zero.js";
