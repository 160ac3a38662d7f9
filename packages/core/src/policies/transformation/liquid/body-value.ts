import { decodeText, isJson, isXml, mediaType } from "../../bodies/content-type.js";
import { JsonNumber, type JsonValue, parseJson } from "../../bodies/json.js";
import { parseXml, type XmlNode } from "../../bodies/xml.js";
import { TemplateDate } from "./date.js";

export interface BodyOptions {
  /** Texts that look like a date and time become one. */
  readonly parseDate: boolean;
  /** What elements marked xsi:nil are: the empty text or null. */
  readonly nil: "blank" | "null";
}

const XSI = "http://www.w3.org/2001/XMLSchema-instance";

/**
 * A message's body as templates see it under `body`: JSON by member names, XML by local element names from the root's on, anything else
 * as text. Repeated XML siblings are a list; attributes cannot be reached. Throws SyntaxError if the body is not what its type says.
 */
export function bodyValue(bytes: Uint8Array | null, contentType: string | null, options: BodyOptions): unknown {
  if (bytes === null || bytes.length === 0) return "";
  const text = decodeText(bytes, contentType);
  if (text === null) throw new SyntaxError("The body is not text in the encoding that its Content-Type says.");
  const type = mediaType(contentType);
  if (isJson(type)) return fromJson(parseJson(text), options);
  if (!isXml(type)) return text;
  const { root } = parseXml(text);
  return members([[localName(root.name), fromXml(root, options)]]);
}

function fromJson(value: JsonValue, options: BodyOptions): unknown {
  if (typeof value === "string") return dated(value, options);
  if (value instanceof JsonNumber) return numberOf(value.text);
  if (Array.isArray(value)) return value.map((item) => fromJson(item, options));
  if (value instanceof Map) return members([...value].map(([name, one]) => [name, fromJson(one, options)]));
  return value;
}

function numberOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) || /[.eE]/.test(text) ? number : BigInt(text);
}

function fromXml(node: XmlNode, options: BodyOptions): unknown {
  if (isNil(node)) return options.nil === "null" ? null : "";
  const elements = node.content.filter((one) => typeof one !== "string");
  if (elements.length === 0) return dated(node.content.join(""), options);
  const byName = new Map<string, unknown[]>();
  for (const element of elements) {
    const name = localName(element.name);
    const siblings = byName.get(name);
    if (siblings === undefined) byName.set(name, [fromXml(element, options)]);
    else siblings.push(fromXml(element, options));
  }
  return members([...byName].map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}

function isNil(node: XmlNode): boolean {
  for (const [name, value] of node.attributes) {
    if (localName(name) !== "nil" || !name.includes(":") || (value !== "true" && value !== "1")) continue;
    const declared = node.attributes.get(`xmlns:${name.slice(0, name.indexOf(":"))}`);
    return declared === undefined || declared === XSI;
  }
  return false;
}

function dated(text: string, options: BodyOptions): unknown {
  return (options.parseDate ? TemplateDate.parse(text) : null) ?? text;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** An object without prototype: names from a body must not reach one. */
function members(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  for (const [name, value] of entries) result[name] = value;
  return result;
}
