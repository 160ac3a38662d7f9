import { raise } from "../../../runtime/exceptions.js";
import type { CallSite } from "../../../types/declare.js";
import {
  contentText,
  XAttribute,
  XCData,
  XComment,
  XDocument,
  XElement,
  XMLNS_NAMESPACE,
  XName,
  XProcessingInstruction,
  XText,
} from "../../xml-linq/index.js";
import { JArray } from "../array.js";
import { jsonError } from "../errors.js";
import { JObject } from "../object.js";
import type { JToken } from "../token.js";
import { JValue } from "../value.js";

/**
 * JSON as XML the way Newtonsoft's XmlNodeConverter reads it: `@name` is an attribute, `#text` text beside others, an array several
 * elements of one name. The reverse of `xml.ts`.
 */

/** Prefixes in sight and their namespaces. */
type Prefixes = ReadonlyMap<string, string>;

/** The document that a token stands for; null for null. Throws JsonSerializationException for what is no document. */
export function documentOfJson(site: CallSite, token: JToken): XDocument | null {
  if (token instanceof JValue && token.kind === "null") return null;
  if (!(token instanceof JObject))
    throw jsonError.serialization("XmlNodeConverter can only convert JSON that begins with an object.");
  const document = new XDocument();
  for (const { name, value } of token.children) {
    const values = value instanceof JArray ? value.children : [value];
    for (const item of values) {
      if (name.startsWith("?") || name.startsWith("!")) continue;
      if (name.startsWith("@") || name.startsWith("#text") || document.rootElement !== null)
        throw jsonError.serialization(
          "JSON root object has multiple properties. The root object must have a single property in order to create a valid XML document. Consider specifying a DeserializeRootElementName.",
        );
      document.add(elementOf(site, name, item, new Map()), site.run);
    }
  }
  return document;
}

/** The root element, taken out of its document. Throws NullReferenceException for a document without one. */
export function takenRoot(document: XDocument | null): XElement | null {
  if (document === null) return null;
  const root = document.rootElement;
  if (!(root instanceof XElement)) throw raise.nullReference();
  root.remove();
  return root;
}

function elementOf(site: CallSite, name: string, token: JToken | null, outer: Prefixes): XElement {
  site.run.step();
  site.run.allocate(1);
  const prefixes = token instanceof JObject ? declared(token, outer) : outer;
  const element = new XElement(nameOf(name, prefixes, true));
  if (token instanceof JObject) addMembers(site, element, token, prefixes);
  else if (token instanceof JArray)
    for (const item of token.children) element.add(elementOf(site, name, item, prefixes), site.run);
  else addText(site, element, token);
  return element;
}

function declared(token: JObject, outer: Prefixes): Prefixes {
  const own = token.children.filter(({ name }) => name === "@xmlns" || name.startsWith("@xmlns:"));
  if (own.length === 0) return outer;
  return new Map([...outer, ...own.map(({ name, value }) => [name.slice(7), textOf(value) ?? ""] as const)]);
}

function addMembers(site: CallSite, element: XElement, token: JObject, prefixes: Prefixes): void {
  for (const { name, value } of token.children) {
    if (name.startsWith("@") && !(value instanceof JObject) && !(value instanceof JArray)) {
      element.add(new XAttribute(attributeName(name.slice(1), prefixes), textOf(value) ?? ""), site.run);
      continue;
    }
    for (const item of value instanceof JArray ? value.children : [value]) {
      if (name === "#text") addText(site, element, item);
      else if (name === "#cdata-section") element.add(new XCData(textOf(item) ?? ""), site.run);
      else if (name === "#comment") element.add(new XComment(textOf(item) ?? ""), site.run);
      else if (name.startsWith("?")) element.add(new XProcessingInstruction(name.slice(1), textOf(item) ?? ""), site.run);
      else element.add(elementOf(site, name, item, prefixes), site.run);
    }
  }
}

function addText(site: CallSite, element: XElement, token: JToken | null): void {
  const text = textOf(token);
  if (text !== null) element.add(new XText(text), site.run);
}

function textOf(token: JToken | null): string | null {
  if (!(token instanceof JValue) || token.value === null) return null;
  return contentText(token.value);
}

function nameOf(name: string, prefixes: Prefixes, isElement: boolean): XName {
  const at = name.indexOf(":");
  const prefix = at < 0 ? "" : name.slice(0, at);
  const namespace = prefix === "" && !isElement ? "" : (prefixes.get(prefix) ?? "");
  return XName.of(at < 0 || namespace === "" ? name.replace(":", "_x003A_") : name.slice(at + 1), namespace);
}

function attributeName(name: string, prefixes: Prefixes): XName {
  if (name === "xmlns") return XName.of(name, "");
  return name.startsWith("xmlns:") ? XName.of(name.slice(6), XMLNS_NAMESPACE) : nameOf(name, prefixes, false);
}
