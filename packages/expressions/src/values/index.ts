/**
 * What .NET values are made of at run time, for hosts that declare types of their own and build values for expressions:
 * how each .NET type is represented stands in `runtime/values.ts`.
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
export { Guid, parseGuid } from "../dotnet/guid.js";
export { IPAddress, parseIPAddress, Uri, UriKind, urlDecode, urlEncode } from "../dotnet/net/index.js";
export {
  JArray,
  JContainer,
  JObject,
  JProperty,
  JToken,
  JTokenType,
  JValue,
  jtokenOf,
  parseJson,
  writeJson,
} from "../dotnet/newtonsoft/index.js";
export {
  box,
  compare,
  elementTypeOf,
  enumerate,
  equal,
  hashCode,
  keyOf,
  toFormat,
  toText,
  typeOf,
  unbox,
} from "../dotnet/object.js";
export { Regex } from "../dotnet/regex/regex.js";
export { type Charset, charsetByName, latin1, utf8, utf16be, utf16le } from "../dotnet/text/charset.js";
export { findLastText, findText, replaceAllText, splitText } from "../dotnet/text/find.js";
export { DateTime } from "../dotnet/time/date-time.js";
export { TimeSpan } from "../dotnet/time/time-span.js";
export { parseDocument, parseElement, XDocument, XElement, XNode } from "../dotnet/xml-linq/index.js";
export { withRun } from "../runtime/current.js";
export { LimitError, NetException, raise } from "../runtime/exceptions.js";
export { Run } from "../runtime/run.js";
export { AnonymousObject, Boxed, NetArray, type NetDelegate, NetEnumerable, NetObject } from "../runtime/values.js";
export type { NetType, TypeScopeView } from "../types/net-type.js";
export { createTypeScope } from "../types/scope.js";
export { zeroOf } from "../types/zero.js";
