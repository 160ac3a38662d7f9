import type { XmlNode } from "../bodies/xml.js";

const ENVELOPES = new Set(["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"]);

/** The document inside a SOAP envelope as text, with the namespaces that hold there. Throws Error if it is no envelope with something inside. */
export function soapContent(envelope: XmlNode): string {
  const spaces = declarations(envelope, new Map());
  if (localName(envelope) !== "Envelope" || !ENVELOPES.has(spaceOf(envelope, spaces) ?? ""))
    throw new Error("The body is no SOAP envelope.");
  const body = elements(envelope).find((element) => localName(element) === "Body");
  if (body === undefined) throw new Error("The SOAP envelope has no Body.");
  const inside = declarations(body, spaces);
  const [content] = elements(body);
  if (content === undefined) throw new Error("The SOAP envelope's Body is empty.");
  return xmlText({ ...content, attributes: new Map([...inside, ...content.attributes]) });
}

/** XML text of a node. */
export function xmlText(node: XmlNode): string {
  const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");
  const content = node.content.map((part) => (typeof part === "string" ? escaped(part) : xmlText(part))).join("");
  return `<${node.name}${attributes}>${content}</${node.name}>`;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"\r]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" })[char]!);
const localName = (node: XmlNode): string => node.name.slice(node.name.indexOf(":") + 1);
const elements = (node: XmlNode): XmlNode[] => node.content.filter((part) => typeof part !== "string");

/** Namespace declarations that hold inside a node, by attribute name. */
function declarations(node: XmlNode, outer: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...outer, ...[...node.attributes].filter(([name]) => name === "xmlns" || name.startsWith("xmlns:"))]);
}

function spaceOf(node: XmlNode, spaces: ReadonlyMap<string, string>): string | undefined {
  const colon = node.name.indexOf(":");
  return spaces.get(colon < 0 ? "xmlns" : `xmlns:${node.name.slice(0, colon)}`);
}
