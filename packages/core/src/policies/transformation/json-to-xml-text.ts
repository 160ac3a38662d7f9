import { JsonNumber, type JsonValue } from "../bodies/json.js";
import { dateAsUtc } from "./json-to-xml-date.js";

/** What json-to-xml is told by its attributes. */
export interface JsonToXmlOptions {
  readonly parseDate: boolean;
  /** Separates prefix and local name in property names. */
  readonly separator: string;
  /** Properties of this name, or beginning with it and the separator, declare namespaces; null: none do. */
  readonly namespacePrefix: string | null;
  /** The property whose members become attributes; null: none does. */
  readonly attributeBlock: string | null;
  /** Blanks round texts are left out. */
  readonly trimsValues: boolean;
  /** An empty text is written as null is. */
  readonly emptyIsNull: boolean;
  /** Most characters that the XML may have. */
  readonly longest: number;
}

/** The XML would be longer than it may be: names and prefixes are repeated, so that it may be far longer than the JSON. */
export class XmlTooLongError extends Error {}

const XSI = ' xsi:nil="true" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const NAME_START = /[A-Z_a-z\u00c0-\u02ff\u0370-\u1fff\u2070-\ud7ff]/;
const NAME_CHARACTER = /[-.0-9A-Z_a-z\u00b7\u00c0-\u02ff\u0370-\u1fff\u2070-\ud7ff]/;
/** Characters that stand nowhere in a name. */
const OTHERS = new RegExp(`[^${NAME_CHARACTER.source.slice(1)}`, "gu");
const OTHERS_ONE = new RegExp(OTHERS.source, "u");
/** Of ASCII: 1 for characters of names. */
const KEPT = Uint8Array.from({ length: 128 }, (_, code) => (NAME_CHARACTER.test(String.fromCharCode(code)) ? 1 : 0));
const SHORTEST_ESCAPE = "_x0020_".length;
const NAME = new RegExp(`^${NAME_START.source}${NAME_CHARACTER.source}*$`);
const UNSAFE = /[^\t\n\r\x20-%'-;=?-\uffff]/;
const NO_XML = /[^\t\n\r\x20-\uffff]/g;

/**
 * JSON as XML text. One property with an object or simple value is the root; anything else is put into `Document`. Throws SyntaxError for a
 * prefix that nobody declares, {@link XmlTooLongError} before it makes more than it may.
 */
export function toXmlText(value: JsonValue, options: JsonToXmlOptions): string {
  const writer = new Writer(options);
  if (value instanceof Map && value.size === 1) {
    const [name, only] = [...value][0]!;
    if (!Array.isArray(only)) return writer.element(name, only, XML_ONLY);
  }
  if (Array.isArray(value))
    return `<Document>${value.map((item) => writer.element("Document", item, XML_ONLY)).join("")}</Document>`;
  return writer.element("Document", value, XML_ONLY);
}

const XML_ONLY: ReadonlySet<string> = new Set(["xml"]);

/** What copying one prefix costs, in characters: about as long as writing so many takes. */
const COST_OF_COPY = 16;

class Writer {
  private left: number;
  private readonly encoded = new Map<string, string>();

  constructor(private readonly options: JsonToXmlOptions) {
    this.left = options.longest;
  }

  element(property: string, given: JsonValue, outer: ReadonlySet<string>): string {
    const value = this.wanted(given);
    if (Array.isArray(value)) {
      if (value.length === 0) return this.element(property, "", outer);
      return value.map((item) => this.element(property, item, outer)).join("");
    }
    const { attributes, prefixes } = value instanceof Map ? this.attributes(value, outer) : { attributes: "", prefixes: outer };
    const name = this.name(property, prefixes);
    if (value === null) return this.charged(`<${name}${XSI} />`);
    this.charge(2 * name.length + attributes.length);
    const content = value instanceof Map ? this.members(value, prefixes) : this.charged(escapeText(this.text(value)));
    return content === "" ? `<${name}${attributes} />` : `<${name}${attributes}>${content}</${name}>`;
  }

  private wanted(value: JsonValue): JsonValue {
    if (typeof value !== "string") return value;
    const text = this.options.trimsValues ? value.trim() : value;
    return text === "" && this.options.emptyIsNull ? null : text;
  }

  private charged(text: string): string {
    this.charge(text.length);
    return text;
  }

  private charge(length: number): void {
    this.left -= length;
    if (this.left < 0) throw new XmlTooLongError();
  }

  private members(value: ReadonlyMap<string, JsonValue>, prefixes: ReadonlySet<string>): string {
    let content = "";
    for (const [property, member] of value)
      if (property !== this.options.attributeBlock && this.declared(property, member) === null)
        content += this.element(property, member, prefixes);
    return content;
  }

  /** Namespace declarations and attributes of an element, and the prefixes that hold in it. */
  private attributes(
    value: ReadonlyMap<string, JsonValue>,
    outer: ReadonlySet<string>,
  ): { readonly attributes: string; readonly prefixes: ReadonlySet<string> } {
    let attributes = "";
    let own: Set<string> | null = null;
    const add = (prefix: string): void => {
      if (prefix === "" || (own ?? outer).has(prefix)) return;
      if (own === null) {
        this.charge(COST_OF_COPY * outer.size);
        own = new Set(outer);
      }
      own.add(prefix);
    };
    for (const [property, member] of value) {
      const prefix = this.declared(property, member);
      if (prefix === null) continue;
      add(prefix);
      attributes += ` xmlns${prefix === "" ? "" : `:${prefix}`}="${escapeAttribute(member as string)}"`;
    }
    const block = this.options.attributeBlock === null ? undefined : value.get(this.options.attributeBlock);
    if (block instanceof Map)
      for (const [property, member] of block) {
        const prefix = this.declared(property, member);
        if (prefix !== null) add(prefix);
        const name = prefix === null ? this.name(property, own ?? outer) : `xmlns${prefix === "" ? "" : `:${prefix}`}`;
        attributes += ` ${name}="${escapeAttribute(this.text(member))}"`;
      }
    return { attributes, prefixes: own ?? outer };
  }

  /** The prefix that a property declares, empty for the default namespace; null if it is an ordinary property. */
  private declared(property: string, value: JsonValue): string | null {
    const { namespacePrefix, separator } = this.options;
    if (namespacePrefix === null || typeof value !== "string") return null;
    if (property === namespacePrefix) return "";
    const start = namespacePrefix + separator;
    return property.startsWith(start) && property.length > start.length ? this.encode(property.slice(start.length)) : null;
  }

  private name(property: string, prefixes: ReadonlySet<string>): string {
    const { separator } = this.options;
    const at = separator === "" ? -1 : property.indexOf(separator);
    if (at <= 0 || at + separator.length >= property.length) return this.encode(property);
    const prefix = this.encode(property.slice(0, at));
    if (!prefixes.has(prefix)) {
      if (separator === ":")
        throw new SyntaxError(`The prefix '${shortened(prefix)}' of '${shortened(property)}' is not declared.`);
      return this.encode(property);
    }
    return `${prefix}:${this.encode(property.slice(at + separator.length))}`;
  }

  /** A name as XML takes it; other characters become `_xHHHH_`, as .NET's XmlConvert writes them. */
  private encode(name: string): string {
    if (NAME.test(name)) return name;
    let encoded = this.encoded.get(name);
    if (encoded === undefined) this.encoded.set(name, (encoded = this.encodeAnew(name)));
    return encoded;
  }

  private encodeAnew(name: string): string {
    if (name === "") return "_";
    for (let i = 0; i < name.length; i++) if (!isKept(name.charCodeAt(i))) this.charge(SHORTEST_ESCAPE / 2);
    const [first] = name as Iterable<string>;
    const begins = NAME_START.test(first!) || OTHERS_ONE.test(first!);
    return (begins ? "" : escapeOf(first!)) + (begins ? name : name.slice(1)).replace(OTHERS, escapeOf);
  }

  private text(value: JsonValue): string {
    if (value instanceof JsonNumber) return value.text;
    if (typeof value === "boolean") return value ? "True" : "False";
    if (typeof value !== "string") return "";
    return (this.options.parseDate ? dateAsUtc(value) : null) ?? value;
  }
}

/** Is it a character of names as they are, or half of one that is not? */
const isKept = (code: number): boolean => (code < 0x80 ? KEPT[code] === 1 : NAME_CHARACTER.test(String.fromCharCode(code)));

/** `_xHHHH_` of characters below U+0100, as most are. */
const escapes: string[] = [];

function escapeOf(char: string): string {
  const code = char.codePointAt(0)!;
  const known = escapes[code];
  if (known !== undefined) return known;
  const written = `_x${code.toString(16).toUpperCase().padStart(4, "0")}_`;
  if (code < 0x100) escapes[code] = written;
  return written;
}

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** Characters that no XML 1.0 document may hold are left out. Replacing one text by another at a time is what the engine does quickest. */
function escapeText(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return text.replace(NO_XML, "").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function escapeAttribute(text: string): string {
  const escaped = escapeText(text);
  if (!/["\n\t\r]/.test(escaped)) return escaped;
  return escaped.replace(/"/g, "&quot;").replace(/\n/g, "&#10;").replace(/\t/g, "&#9;").replace(/\r/g, "&#13;");
}
