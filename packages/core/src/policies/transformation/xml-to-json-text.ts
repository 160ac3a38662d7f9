import { type JsonValue, writeJson } from "../bodies/json.js";
import type { XmlBody, XmlNode } from "../bodies/xml.js";

export interface XmlToJsonOptions {
  /** `direct` mirrors the document; `javascript-friendly` leaves out the marks of attributes and the namespace declarations. */
  readonly kind: "direct" | "javascript-friendly";
  /** Child elements are always lists. */
  readonly alwaysArray: boolean;
}

/** XML as JSON text. All values are texts; prefixes are kept, with `$` for their colon. */
export function toJsonText({ declaration, root }: XmlBody, options: XmlToJsonOptions): string {
  const document = new Map<string, JsonValue>();
  if (options.kind === "direct") for (const [name, value] of declaration) document.set(name, value);
  document.set(propertyName(root.name), elementValue(root, options));
  return writeJson(document);
}

function elementValue(node: XmlNode, options: XmlToJsonOptions): JsonValue {
  const isDirect = options.kind === "direct";
  const members = new Map<string, JsonValue>();
  for (const [name, value] of node.attributes) {
    if (!isDirect && (name === "xmlns" || name.startsWith("xmlns:"))) continue;
    members.set(`${isDirect ? "@" : ""}${propertyName(name)}`, value);
  }
  const elements = node.content.filter((one) => typeof one !== "string");
  const texts = node.content.filter((one) => typeof one === "string").filter((one) => elements.length === 0 || one.trim() !== "");
  if (members.size === 0 && elements.length === 0) return texts.length === 0 ? null : texts.join("");

  const byName = new Map<string, JsonValue[]>();
  for (const element of elements) {
    const name = propertyName(element.name);
    const siblings = byName.get(name);
    if (siblings === undefined) byName.set(name, [elementValue(element, options)]);
    else siblings.push(elementValue(element, options));
  }
  for (const [name, values] of byName) members.set(name, values.length > 1 || options.alwaysArray ? values : values[0]!);
  if (texts.length > 0) members.set(isDirect ? "#text" : "text", texts.length === 1 ? texts[0]! : texts);
  return members;
}

function propertyName(name: string): string {
  return name.replace(":", "$");
}
