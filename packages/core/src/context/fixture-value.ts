import { defaultLimits } from "@turnpike/expressions";
import {
  Boxed,
  box,
  builtinScope,
  createTypeScope,
  DateTime,
  Dictionary,
  List,
  NetArray,
  type NetType,
  parseDocument,
  parseElement,
  Run,
  Uri,
  UriKind,
} from "@turnpike/expressions/values";
import { fixtureResponse, type ResponseFixture } from "./fixture-message.js";
import { invokeStatic } from "./invoke.js";
import { parseJwt } from "./jwt.js";
import { ResponseView } from "./response.js";
import { contextTypes } from "./types.js";

/** A variable of a fixture: its type (see `variableTypes`) and its value as JSON can hold it. */
export interface VariableFixture {
  readonly type: string;
  readonly value?: unknown;
}

const UNIX_TICKS = 621_355_968_000_000_000n;
const KIND = { unspecified: 0, utc: 1, local: 2 } as const;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,7}))?)?)?(?:(Z)|([+-])(\d\d):(\d\d))?$/;

/** An ISO 8601 time; with `Z` its kind is Utc, with an offset Local, with neither Unspecified. Throws an Error for other text. */
export function fixtureTime(text: string): DateTime {
  const match = ISO.exec(text);
  if (match === null) throw new Error(`"${text}" is not an ISO 8601 time.`);
  const [, year, month, day, hour, minute, second, fraction, zulu, sign, offsetHours, offsetMinutes] = match;
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  const offset = sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes));
  const ticks = BigInt(local - offset * 60_000) * 10_000n + BigInt((fraction ?? "").padEnd(7, "0")) + UNIX_TICKS;
  return new DateTime(ticks, zulu !== undefined ? KIND.utc : sign !== undefined ? KIND.local : KIND.unspecified);
}

/** Names of .NET types that read themselves from text. */
const PARSED: ReadonlyMap<string, string> = new Map([
  ["int", "System.Int32"],
  ["long", "System.Int64"],
  ["double", "System.Double"],
  ["decimal", "System.Decimal"],
  ["bool", "System.Boolean"],
  ["datetimeoffset", "System.DateTimeOffset"],
  ["timespan", "System.TimeSpan"],
  ["guid", "System.Guid"],
]);

const JSON_TYPES: ReadonlyMap<string, string> = new Map([
  ["jobject", "Newtonsoft.Json.Linq.JObject"],
  ["jarray", "Newtonsoft.Json.Linq.JArray"],
  ["jtoken", "Newtonsoft.Json.Linq.JToken"],
]);

/** A variable's value in object form. `now`, in milliseconds since the epoch, is the day of times without one. Throws an Error that names what is wrong, or the .NET exception of a parser. */
export function fixtureValue({ type: declared, value }: VariableFixture, now = 0): unknown {
  if (value === null || value === undefined) return null;
  const type = declared.toLowerCase().replaceAll(" ", "");
  const scope = createTypeScope(contextTypes, builtinScope);
  const host = { now: () => now, randomBytes: (length: number) => new Uint8Array(length), elapsed: () => 0 };
  const site = { run: new Run(host, defaultLimits), scope };
  const named = (name: string): NetType => scope.find(name)!;
  const string = named("System.String");
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);

  const parsed = PARSED.get(type);
  if (parsed !== undefined) return box(invokeStatic(site, parsed, "Parse", text), named(parsed));
  const json = JSON_TYPES.get(type);
  if (json !== undefined) return invokeStatic(site, json, "Parse", JSON.stringify(value));
  switch (type) {
    case "string":
      return text;
    case "char":
      return new Boxed(named("System.Char"), text.charCodeAt(0) || 0);
    case "datetime":
      return fixtureTime(text);
    case "uri":
      return Uri.create(text, UriKind.absolute);
    case "xelement":
      return parseElement(site.run, text);
    case "xdocument":
      return parseDocument(site.run, text);
    case "string[]":
      return new NetArray(string, texts(value));
    case "int[]":
      return new NetArray(named("System.Int32"), texts(value).map(Number));
    case "byte[]":
      return new NetArray(named("System.Byte"), new Uint8Array(Buffer.from(text, "base64")));
    case "list<string>":
      return new List(string, texts(value));
    case "dictionary<string,string>": {
      const dictionary = new Dictionary([string, string]);
      for (const [key, item] of Object.entries(value as object)) dictionary.set(key, item === null ? null : String(item));
      return dictionary;
    }
    case "response":
      return new ResponseView(fixtureResponse(value as ResponseFixture));
    case "jwt":
      return parseJwt(text);
    default:
      throw new Error(`"${declared}" is not a type of variables in fixtures.`);
  }
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
