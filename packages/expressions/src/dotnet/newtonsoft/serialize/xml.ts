import { Weight } from "../../../runtime/weights.js";
import type { CallSite } from "../../../types/declare.js";
import { NodeType, type XAttribute, XContainer, XDocument, XElement, type XNode, type XObject } from "../../xml-linq/index.js";
import { JArray } from "../array.js";
import { JObject } from "../object.js";
import { JProperty } from "../property.js";
import type { JToken } from "../token.js";
import { JValue } from "../value.js";

/**
 * XML as JSON the way Newtonsoft's XmlNodeConverter writes it: attributes as `@name`, text beside others as `#text`, elements of
 * one name as an array.
 */

/** Converts a node or attribute. */
export function tokenOfXml(site: CallSite, node: XObject): JToken {
  const object = new JObject();
  if (node instanceof XElement) put(object, qualifiedName(node), elementToken(site, node));
  else if (node instanceof XDocument) {
    if (node.xmlDeclaration !== null) put(object, "?xml", declarationToken(node.xmlDeclaration));
    addChildren(site, object, childrenOf(node));
  } else if (node instanceof XContainer) addChildren(site, object, childrenOf(node));
  else if (node.nodeType === NodeType.attribute)
    put(object, `@${attributeName(node as XAttribute)}`, text((node as XAttribute).value));
  else return leafToken(node as XNode);
  return object;
}

/** `<?xml …?>` as an object of its parts. */
function declarationToken(declaration: NonNullable<XDocument["xmlDeclaration"]>): JObject {
  const object = new JObject();
  const { version, encoding, standalone } = declaration;
  for (const [name, value] of Object.entries({ version, encoding, standalone }))
    if (value !== null && value !== "") put(object, `@${name}`, text(value));
  return object;
}

type Leaf = XNode & { readonly value?: string; readonly data?: string; readonly target?: string };

const text = (value: string) => JValue.ofString(value);

function leafToken(node: Leaf): JToken {
  return text(node.value ?? node.data ?? "");
}

function childrenOf(node: XContainer): XNode[] {
  return [...node.children()];
}

function put(object: JObject, name: string, token: JToken): void {
  const known = object.property(name);
  if (known === null) object.attach(JProperty.of(name, token));
  else known.attach(token);
}

function prefixOf(element: XElement, namespace: string): string {
  if (namespace === "") return "";
  for (let at: XObject | null = element; at instanceof XElement; at = at.parent)
    for (const attribute of at.attributes)
      if (attribute.isNamespaceDeclaration && attribute.value === namespace) return attribute.declaredPrefix;
  return "";
}

function qualifiedName(element: XElement): string {
  const { name } = element;
  const prefix = prefixOf(element, name.namespace);
  return prefix === "" ? name.local : `${prefix}:${name.local}`;
}

function attributeName(attribute: XAttribute): string {
  if (attribute.isNamespaceDeclaration) return attribute.declaredPrefix === "" ? "xmlns" : `xmlns:${attribute.declaredPrefix}`;
  const { name, owner } = attribute;
  const prefix = owner === null ? "" : prefixOf(owner, name.namespace);
  return prefix === "" ? name.local : `${prefix}:${name.local}`;
}

function elementToken(site: CallSite, element: XElement): JToken {
  site.run.step();
  site.run.allocate(Weight.token * 2);
  const attributes = [...element.attributes];
  const children = childrenOf(element);
  if (attributes.length === 0) {
    if (children.length === 0) return element.isEmpty ? JValue.ofNull() : text("");
    if (children.every(isText)) return text(children.map((child) => (child as Leaf).value ?? "").join(""));
  }
  const object = new JObject();
  for (const attribute of attributes) put(object, `@${attributeName(attribute)}`, text(attribute.value));
  addChildren(site, object, children);
  return object;
}

const isText = (node: XNode) => node.nodeType === NodeType.text;

/** Children by name, in the order in which the names first come; of several of one name an array. */
function addChildren(site: CallSite, object: JObject, children: readonly XNode[]): void {
  const groups = new Map<string, XNode[]>();
  for (const child of children) {
    const name = childName(child);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [child]);
    else group.push(child);
  }
  for (const [name, nodes] of groups) {
    const tokens = nodes.map((node) => (node instanceof XElement ? elementToken(site, node) : leafToken(node as Leaf)));
    if (tokens.length === 1 && !(nodes[0] instanceof XElement && isForcedArray(nodes[0]))) put(object, name, tokens[0]!);
    else {
      const array = new JArray();
      for (const token of tokens) array.attach(token);
      put(object, name, array);
    }
  }
}

/** `json:Array="true"`. */
function isForcedArray(element: XElement): boolean {
  for (const { name, value } of element.attributes)
    if (name.local === "Array" && name.namespace === "http://james.newtonking.com/projects/json") return value === "true";
  return false;
}

function childName(node: XNode): string {
  switch (node.nodeType) {
    case NodeType.element:
      return qualifiedName(node as XElement);
    case NodeType.cdata:
      return "#cdata-section";
    case NodeType.comment:
      return "#comment";
    case NodeType.instruction:
      return `?${(node as Leaf).target ?? ""}`;
    case NodeType.documentType:
      return "!DOCTYPE";
    default:
      return "#text";
  }
}
