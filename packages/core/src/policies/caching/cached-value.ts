import { type CompiledExpression, compileExpression, type Host } from "@turnpike/expressions";
import { Boxed, NetArray, NetObject } from "@turnpike/expressions/values";
import type { CacheEntry } from "../../stores/store.js";
import { netTypeName } from "../net-type-name.js";

/** How values of a .NET type become text and come back. */
interface Codec {
  /** C# over `value` (an object) that gives the text. */
  readonly write: string;
  /** C# over `text` that gives the value. */
  readonly read: string;
}

const parsed = (type: string): Codec => ({ write: "@(value.ToString())", read: `@(${type}.Parse(text))` });
const exact = (type: string): Codec => ({
  write: `@(((${type})value).ToString("R", System.Globalization.CultureInfo.InvariantCulture))`,
  read: `@(${type}.Parse(text, System.Globalization.CultureInfo.InvariantCulture))`,
});
const time = (type: string): Codec => ({
  write: `@(((${type})value).ToString("o"))`,
  read: `@(${type}.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.RoundtripKind))`,
});
const json: Codec = {
  write: "@(((Newtonsoft.Json.Linq.JToken)value).ToString(Newtonsoft.Json.Formatting.None))",
  read: "@(Newtonsoft.Json.Linq.JToken.Parse(text))",
};

/** What a cache can hold besides text, int, bool and bytes. */
const codecs: ReadonlyMap<string, Codec> = new Map([
  ...["Byte", "SByte", "Int16", "UInt16", "UInt32", "Int64", "UInt64", "Decimal", "Guid", "TimeSpan"].map(
    (name) => [`System.${name}`, parsed(name)] as const,
  ),
  ["System.Char", { write: "@(((int)(char)value).ToString())", read: "@((char)int.Parse(text))" }],
  ["System.Single", exact("Single")],
  ["System.Double", exact("Double")],
  ["System.DateTime", time("DateTime")],
  ["System.DateTimeOffset", time("DateTimeOffset")],
  ["System.Uri", { write: "@(((Uri)value).OriginalString)", read: "@(new Uri(text, UriKind.RelativeOrAbsolute))" }],
  ["Newtonsoft.Json.Linq.JObject", json],
  ["Newtonsoft.Json.Linq.JArray", json],
  ["Newtonsoft.Json.Linq.JValue", json],
  ["Newtonsoft.Json.Linq.JToken", json],
  ["System.Xml.Linq.XElement", { write: "@(value.ToString())", read: "@(System.Xml.Linq.XElement.Parse(text))" }],
  ["System.Xml.Linq.XDocument", { write: "@(value.ToString())", read: "@(System.Xml.Linq.XDocument.Parse(text))" }],
]);

const compiled = new Map<string, CompiledExpression | null>();

function run(source: string, name: "value" | "text", input: unknown, host: Host): unknown {
  let expression = compiled.get(source);
  if (expression === undefined) {
    const globals = name === "value" ? { value: "object" } : { text: "string" };
    expression = compileExpression(source, { globals, allowBeyond: true }).expression;
    compiled.set(source, expression);
  }
  if (expression === null) throw new Error(`The expression ${source} does not compile.`);
  return expression.evaluate([input], host);
}

/** A value in the form in which stores keep it; null for types that no cache can hold. Its .NET type survives. */
export function toEntry(value: unknown, storedAt: number, host: Host): CacheEntry | null {
  const entry = (type: string, bytes: Uint8Array): CacheEntry => ({ value: bytes, meta: JSON.stringify({ type }), storedAt });
  if (typeof value === "string")
    return /\p{Surrogate}/u.test(value) ? entry("utf16", Buffer.from(value, "utf16le")) : entry("string", Buffer.from(value));
  if (typeof value === "number" || typeof value === "boolean") return entry(typeof value, Buffer.from(String(value)));
  if (value instanceof NetArray)
    return value.items instanceof Uint8Array && value.rank === 1 ? entry("bytes", value.items.slice()) : null;
  const type = value instanceof Boxed ? value.type.definitionName : value instanceof NetObject ? netTypeName(value) : "";
  const codec = codecs.get(type);
  return codec === undefined ? null : entry(type, Buffer.from(run(codec.write, "value", value, host) as string));
}

/**
 * What {@link toEntry} made of a value; undefined for an entry that this version cannot read. A store may be shared with others, and hold what none
 * of ours has written.
 */
export function fromEntry(entry: CacheEntry, host: Host): unknown {
  try {
    const { type } = JSON.parse(entry.meta) as { readonly type: string };
    return type === "bytes"
      ? run("@(Convert.FromBase64String(text))", "text", Buffer.from(entry.value).toString("base64"), host)
      : fromText(type, Buffer.from(entry.value).toString(type === "utf16" ? "utf16le" : "utf8"), host);
  } catch {
    return undefined;
  }
}

function fromText(type: string, text: string, host: Host): unknown {
  switch (type) {
    case "utf16":
    case "string":
      return text;
    case "number":
      return /^-?\d{1,10}$/.test(text) ? Number(text) | 0 : undefined;
    case "boolean":
      return text === "true" || text === "false" ? text === "true" : undefined;
    default: {
      const codec = codecs.get(type);
      return codec === undefined ? undefined : run(codec.read, "text", text, host);
    }
  }
}
