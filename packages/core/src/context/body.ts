import type { CallSite } from "@turnpike/expressions";
import {
  charsetByName,
  Dictionary,
  deserializeJson,
  type JsonSerializerSettings,
  List,
  NetArray,
  type NetType,
  parseDocument,
  parseElement,
  parseJson,
  raise,
  urlDecode,
  utf8,
  utf16be,
  utf16le,
} from "@turnpike/expressions/values";
import type { MessageBody } from "../http/body.js";
import type { Headers } from "../http/headers.js";
import { chargeRun } from "../policy/body-work-limit.js";
import type { ResponseMessage } from "../policy/exchange.js";

/** What a body holds once it has been read without `preserveContent`: nothing that can be sent, and nothing that can be read again. */
const CONSUMED = new Uint8Array(0);

/** Is there a body that expressions can read? Not if there is none, or it was used up. */
export function isReadable(body: MessageBody): boolean {
  if (body.isNone) return false;
  return !(body.isBuffered && body.bytes === CONSUMED);
}

/** True after a read without `preserveContent`, or after the body was sent on as a stream. */
export function isConsumed(body: MessageBody): boolean {
  return body.isSpent || (body.isBuffered && body.bytes === CONSUMED);
}

/** A message, for whoever reads its body. */
export type BodyHolder = Pick<ResponseMessage, "headers" | "body">;

/** The bytes of a body. Without `preserve` the body is used up: `Body` is null from then on and an empty body is forwarded. */
function take({ body }: BodyHolder, preserve: boolean): Uint8Array {
  if (isConsumed(body)) throw raise.nullReference();
  const bytes = body.bytes ?? new Uint8Array(0);
  if (!preserve) body.replace(CONSUMED);
  return bytes;
}

/** The text of a message's bytes: charset of Content-Type, else byte order mark, else UTF-8. Unknown charsets count as UTF-8. */
export function bodyText(headers: Headers, bytes: Uint8Array): string {
  const named = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers.get("Content-Type") ?? "")?.[1];
  const charset = (named === undefined ? null : charsetByName(named)) ?? markOf(bytes) ?? utf8;
  const text = charset.decode(bytes);
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

function markOf(bytes: Uint8Array) {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return utf16le;
  return bytes[0] === 0xfe && bytes[1] === 0xff ? utf16be : null;
}

/** `IMessageBody.As<T>`. Throws InvalidCastException for a type that a body cannot be read as, and what the parsers throw. */
export function readBody(site: CallSite, message: BodyHolder, preserve: boolean): unknown {
  const type = site.typeArguments[0]!;
  const target = type.elementType === null ? type.definitionName : type.name;
  if (!READABLE.has(target)) throw raise.invalidCast("IMessageBody", type.fullName);
  if (TAKEN_APART.has(target)) chargeRun(site.run, message.body);
  const bytes = take(message, preserve);
  site.run.allocate(bytes.length);
  if (target === "byte[]") return new NetArray(type.elementType!, bytes.slice());
  const text = bodyText(message.headers, bytes);
  switch (target) {
    case "System.String":
    case "System.Object":
      return text;
    case "System.Xml.Linq.XElement":
      return parseElement(site.run, text);
    case "System.Xml.Linq.XDocument":
    case "System.Xml.Linq.XNode":
      return parseDocument(site.run, text);
    default:
      return parseJson(text, site.run, {}, ROOTS.get(target));
  }
}

/**
 * `IMessageBody.AsJObject` and its like. Without settings as `As<JObject>` reads; with them as JsonConvert does.
 * @param type JObject, JArray or JToken
 */
export function readJsonBody(
  site: CallSite,
  message: BodyHolder,
  preserve: boolean,
  type: NetType,
  settings: JsonSerializerSettings | null,
): unknown {
  if (settings === null) return readBody({ ...site, typeArguments: [type] }, message, preserve);
  chargeRun(site.run, message.body);
  const bytes = take(message, preserve);
  site.run.allocate(bytes.length);
  return deserializeJson(site, bodyText(message.headers, bytes), type, settings);
}

const ROOTS: ReadonlyMap<string, "JObject" | "JArray" | "JToken"> = new Map([
  ["Newtonsoft.Json.Linq.JObject", "JObject"],
  ["Newtonsoft.Json.Linq.JArray", "JArray"],
  ["Newtonsoft.Json.Linq.JToken", "JToken"],
]);

/** What a body is taken apart for. */
const TAKEN_APART = new Set([...ROOTS.keys(), "System.Xml.Linq.XNode", "System.Xml.Linq.XElement", "System.Xml.Linq.XDocument"]);

const READABLE = new Set(["System.String", "System.Object", "byte[]", ...TAKEN_APART]);

/** `IMessageBody.AsFormUrlEncodedContent`: names in order, each with its values. */
export function readForm(site: CallSite, message: BodyHolder, preserve: boolean): Dictionary {
  chargeRun(site.run, message.body);
  const bytes = take(message, preserve);
  site.run.allocate(bytes.length);
  const string = site.scope.find("System.String")!;
  const lists = site.scope.construct(site.scope.find("System.Collections.Generic.IList", 1)!, [string]);
  const form = new Dictionary([string, lists]);
  for (const pair of bodyText(message.headers, bytes).split("&")) {
    if (pair === "") continue;
    site.run.step();
    site.run.allocate(2);
    const equals = pair.indexOf("=");
    const name = urlDecode(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : urlDecode(pair.slice(equals + 1));
    const known = form.lookup(name) as List | undefined;
    if (known === undefined) form.set(name, new List(string, [value]));
    else known.items.push(value);
  }
  return form;
}
