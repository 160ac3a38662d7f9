import { JsonNumber, type JsonValue } from "../bodies/json.js";
import { dateAsUtc } from "./json-to-xml-date.js";

export interface JsonToXmlOptions {
  readonly parseDate: boolean;
  /** Separates prefix and local name in property names. */
  readonly separator: string;
  /** Properties of this name, or beginning with it and the separator, declare namespaces; null: none do. */
  readonly namespacePrefix: string | null;
  /** The property whose members become attributes; null: none does. */
  readonly attributeBlock: string | null;
}

const XSI = ' xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const NAME_START = /[A-Z_a-z\u00c0-\u02ff\u0370-\u1fff\u2070-\ud7ff]/;
const NAME_CHARACTER = /[-.0-9A-Z_a-z\u00b7\u00c0-\u02ff\u0370-\u1fff\u2070-\ud7ff]/;

/**
 * JSON as XML text. One property with an object or simple value is the root; anything else is put into `Document`. Throws SyntaxError for a
 * prefix that nobody declares.
 */
export function toXmlText(value: JsonValue, options: JsonToXmlOptions): string {
  const writer = new Writer(options);
  if (value instanceof Map && value.size === 1) {
    const [name, only] = [...value][0]!;
    if (!Array.isArray(only)) return writer.element(name, only, new Set(["xml"]));
  }
  if (Array.isArray(value))
    return `<Document>${value.map((item) => writer.element("Document", item, new Set(["xml"]))).join("")}</Document>`;
  return writer.element("Document", value, new Set(["xml"]));
}

class Writer {
  constructor(private readonly options: JsonToXmlOptions) {}

  element(property: string, value: JsonValue, outer: ReadonlySet<string>): string {
    if (Array.isArray(value)) {
      if (value.length === 0) return this.element(property, "", outer);
      return value.map((item) => this.element(property, item, outer)).join("");
    }
    const prefixes = new Set(outer);
    const attributes = value instanceof Map ? this.attributes(value, prefixes) : "";
    const name = this.name(property, prefixes);
    if (value === null) return `<${name}${XSI} />`;
    const content = value instanceof Map ? this.members(value, prefixes) : escapeText(this.text(value));
    return content === "" ? `<${name}${attributes} />` : `<${name}${attributes}>${content}</${name}>`;
  }

  private members(value: ReadonlyMap<string, JsonValue>, prefixes: ReadonlySet<string>): string {
    let content = "";
    for (const [property, one] of value)
      if (property !== this.options.attributeBlock && this.declared(property, one) === null)
        content += this.element(property, one, prefixes);
    return content;
  }

  /** Namespace declarations and attributes of an element; the prefixes that it declares are added to those known. */
  private attributes(value: ReadonlyMap<string, JsonValue>, prefixes: Set<string>): string {
    let written = "";
    for (const [property, one] of value) {
      const prefix = this.declared(property, one);
      if (prefix === null) continue;
      if (prefix !== "") prefixes.add(prefix);
      written += ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeAttribute(one as string)}"`;
    }
    const block = this.options.attributeBlock === null ? undefined : value.get(this.options.attributeBlock);
    if (!(block instanceof Map)) return written;
    for (const [property, one] of block) {
      const prefix = this.declared(property, one);
      if (prefix !== null && prefix !== "") prefixes.add(prefix);
      const name = prefix === null ? this.name(property, prefixes) : `xmlns${prefix === "" ? "" : `:${prefix}`}`;
      written += ` ${name}="${escapeAttribute(this.text(one))}"`;
    }
    return written;
  }

  /** The prefix that a property declares, empty for the default namespace; null if it is an ordinary property. */
  private declared(property: string, value: JsonValue): string | null {
    const { namespacePrefix, separator } = this.options;
    if (namespacePrefix === null || typeof value !== "string") return null;
    if (property === namespacePrefix) return "";
    const start = namespacePrefix + separator;
    return property.startsWith(start) && property.length > start.length ? encodeName(property.slice(start.length)) : null;
  }

  private name(property: string, prefixes: ReadonlySet<string>): string {
    const { separator } = this.options;
    const at = separator === "" ? -1 : property.indexOf(separator);
    if (at <= 0 || at + separator.length >= property.length) return encodeName(property);
    const prefix = encodeName(property.slice(0, at));
    if (!prefixes.has(prefix)) {
      if (separator === ":") throw new SyntaxError(`The prefix '${prefix}' of '${property}' is not declared.`);
      return encodeName(property);
    }
    return `${prefix}:${encodeName(property.slice(at + separator.length))}`;
  }

  private text(value: JsonValue): string {
    if (value instanceof JsonNumber) return value.text;
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value !== "string") return "";
    return (this.options.parseDate ? dateAsUtc(value) : null) ?? value;
  }
}

/** A name as XML takes it; other characters become `_xHHHH_`, as .NET's XmlConvert writes them. */
function encodeName(name: string): string {
  let encoded = "";
  for (const [i, char] of [...name].entries())
    encoded += (i === 0 ? NAME_START : NAME_CHARACTER).test(char)
      ? char
      : `_x${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}_`;
  return encoded === "" ? "_" : encoded;
}

/** Characters that no XML 1.0 document may hold are left out. */
function escapeText(text: string): string {
  return text.replace(/[^\t\n\r\x20-\uffff]/g, "").replace(/[&<>]/g, (c) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : "&gt;"));
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;").replaceAll("\r", "&#13;");
}
