import { chargeWork } from "../../runtime/current.js";
import { LimitError, raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import { matches, XML_NAMESPACE, XMLNS_NAMESPACE, type XName } from "./names.js";
import type { PrefixResolver } from "./prefix-resolver.js";
import { type Meter, NodeType, XContainer, type XNode, XObject } from "./tree.js";
import { valueText } from "./value-text.js";
import { escapeAttribute, type XmlWriter } from "./xml-writer.js";

/** For one text whose making has been charged already. */
const NO_CHARGE: Meter = { allocate: () => undefined };

/** The header of System.Xml.Linq.XAttribute. */
export const attributeHeader: TypeHeader = { header: "class System.Xml.Linq.XAttribute : XObject" };

/** System.Xml.Linq.XAttribute. */
export class XAttribute extends XObject {
  private text: string;

  constructor(
    readonly name: XName,
    value: string,
  ) {
    super();
    this.text = value;
    checkDeclaration(name, value);
  }

  override get declaration() {
    return attributeHeader;
  }

  override get nodeType(): number {
    return NodeType.attribute;
  }

  get value(): string {
    return this.text;
  }

  set value(value: string) {
    checkDeclaration(this.name, value);
    this.text = value;
  }

  get isNamespaceDeclaration(): boolean {
    return this.name.namespace === XMLNS_NAMESPACE || (this.name.namespace === "" && this.name.local === "xmlns");
  }

  /** Of a declaration: the prefix, "" for the default namespace. */
  get declaredPrefix(): string {
    return this.name.namespace === "" ? "" : this.name.local;
  }

  get owner(): XElement | null {
    return this.parent as XElement | null;
  }

  override toText(): string {
    const { namespace, local } = this.name;
    const prefix =
      namespace === ""
        ? ""
        : namespace === XMLNS_NAMESPACE
          ? "xmlns"
          : (this.owner?.prefixOf(namespace) ?? (namespace === XML_NAMESPACE ? "xml" : ""));
    return `${prefix === "" ? local : `${prefix}:${local}`}="${escapeAttribute(this.text)}"`;
  }

  override addTo(container: XContainer, meter: Meter): void {
    meter.allocate(this.value.length + Weight.node);
    container.addAttribute(this);
  }

  remove(): void {
    if (this.owner === null) throw raise.invalidOperation("The parent is missing.");
    this.owner.removeAttribute(this);
  }

  sibling(step: 1 | -1): XAttribute | null {
    const all = this.owner?.attributes ?? [];
    chargeWork(all.length);
    return all[all.indexOf(this) + step] ?? null;
  }
}

function checkDeclaration(name: XName, value: string): void {
  const isPrefixed = name.namespace === XMLNS_NAMESPACE;
  if (!isPrefixed && !(name.namespace === "" && name.local === "xmlns")) return;
  if (isPrefixed && value === "") throw raise.argument(`The prefix '${name.local}' cannot be bound to the empty namespace name.`);
  const isXml = isPrefixed && name.local === "xml";
  if (isXml !== (value === XML_NAMESPACE))
    throw raise.argument(
      isXml
        ? "The prefix 'xml' is bound to the namespace name 'http://www.w3.org/XML/1998/namespace'. Other prefixes must not be bound to this namespace name, and it must not be declared as the default namespace."
        : "The prefix 'xml' is bound to the namespace name 'http://www.w3.org/XML/1998/namespace'.",
    );
  if (value === XMLNS_NAMESPACE || (isPrefixed && name.local === "xmlns"))
    throw raise.argument(
      "The prefix 'xmlns' is bound to the namespace name 'http://www.w3.org/2000/xmlns/'. It must not be declared.",
    );
}

/** The header of System.Xml.Linq.XElement. */
export const elementHeader: TypeHeader = { header: "class System.Xml.Linq.XElement : XContainer" };

/** System.Xml.Linq.XElement. */
export class XElement extends XContainer {
  attributes: XAttribute[] = [];

  constructor(public name: XName) {
    super();
  }

  override get declaration() {
    return elementHeader;
  }

  override get nodeType(): number {
    return NodeType.element;
  }

  get value(): string {
    let value = "";
    for (const text of this.texts()) value += text;
    return value;
  }

  /** The texts below, in order; an empty one for every other node. */
  *texts(): Generator<string> {
    for (const node of this.descendantNodes(false))
      yield node.nodeType === NodeType.text || node.nodeType === NodeType.cdata ? (node as XNode & { value: string }).value : "";
  }

  set value(value: string) {
    this.removeNodes();
    this.add(value, NO_CHARGE);
  }

  get isEmpty(): boolean {
    return !this.hasContent;
  }

  attribute(name: XName | null): XAttribute | null {
    chargeWork(this.attributes.length);
    return name === null ? null : (this.attributes.find((attribute) => matches(attribute.name, name)) ?? null);
  }

  override addAttribute(attribute: XObject): void {
    const own = attribute as XAttribute;
    if (this.attribute(own.name) !== null) throw raise.invalidOperation("Duplicate attribute.");
    this.appendAttribute(own.parent === null ? own : new XAttribute(own.name, own.value));
  }

  /** Appends without checks: for parsers and copies. */
  appendAttribute(attribute: XAttribute): void {
    attribute.parent = this;
    this.attributes.push(attribute);
  }

  removeAttribute(attribute: XAttribute): void {
    chargeWork(this.attributes.length);
    this.attributes = this.attributes.filter((kept) => kept !== attribute);
    attribute.parent = null;
  }

  removeAttributes(): void {
    for (const attribute of this.attributes) attribute.parent = null;
    this.attributes = [];
  }

  setAttributeValue(name: XName, value: unknown): void {
    const existing = this.attribute(name);
    if (value === null) existing?.remove();
    else if (existing !== null) existing.value = valueText(value);
    else this.appendAttribute(new XAttribute(name, valueText(value)));
  }

  setElementValue(name: XName, value: unknown): void {
    const existing = this.element(name) as XElement | null;
    if (value === null) existing?.remove();
    else if (existing !== null) existing.value = valueText(value);
    else {
      const element = new XElement(name);
      element.add(valueText(value), NO_CHARGE);
      this.append(element);
    }
  }

  /** The prefix that this element or one around it declares for a namespace; null if none does. */
  prefixOf(namespace: string): string | null {
    const hidden = new Set<string>();
    for (let at: XContainer | null = this; at instanceof XElement; at = at.parent) {
      for (const attribute of at.attributes) {
        if (!attribute.isNamespaceDeclaration) continue;
        const prefix = attribute.declaredPrefix;
        if (attribute.value === namespace && prefix !== "" && !hidden.has(prefix)) return prefix;
        hidden.add(prefix);
      }
    }
    return namespace === XML_NAMESPACE ? "xml" : namespace === XMLNS_NAMESPACE ? "xmlns" : null;
  }

  /** The namespace declared for a prefix ("" for the default one) here or around; null if there is none. */
  namespaceOf(prefix: string): string | null {
    for (let at: XContainer | null = this; at instanceof XElement; at = at.parent) {
      const found = at.attributes.find((attribute) => attribute.isNamespaceDeclaration && attribute.declaredPrefix === prefix);
      if (found !== undefined) return found.value;
    }
    return prefix === "xml" ? XML_NAMESPACE : prefix === "xmlns" ? XMLNS_NAMESPACE : null;
  }

  override clone(meter: Meter): XElement {
    return this.copy(0, meter);
  }

  private copy(depth: number, meter: Meter): XElement {
    meter.allocate(Weight.node);
    if (depth > 1_000) throw new LimitError("depth", "XML elements are nested more than 1000 deep.");
    const copy = new XElement(this.name);
    for (const attribute of this.attributes) {
      meter.allocate(attribute.value.length + Weight.node);
      copy.appendAttribute(new XAttribute(attribute.name, attribute.value));
    }
    for (let node = this.first; node !== null; node = node.next)
      copy.append(node instanceof XElement ? node.copy(depth + 1, meter) : node.clone(meter));
    copy.hasEmptyText = this.hasEmptyText;
    return copy;
  }

  override writeTo(writer: XmlWriter, resolver: PrefixResolver): void {
    if (resolver.height === 0) this.pushAncestors(resolver);
    this.write(writer, resolver);
  }

  private pushAncestors(resolver: PrefixResolver): void {
    const around: XElement[] = [];
    for (let at = this.parent; at instanceof XElement; at = at.parent) around.push(at);
    for (const element of around.reverse()) element.pushDeclarations(resolver);
  }

  private pushDeclarations(resolver: PrefixResolver): void {
    for (const attribute of this.attributes)
      if (attribute.isNamespaceDeclaration) resolver.add(attribute.declaredPrefix, attribute.value);
  }

  private write(writer: XmlWriter, resolver: PrefixResolver): void {
    const height = resolver.height;
    this.pushDeclarations(resolver);
    const { namespace, local } = this.name;
    writer.startElement(prefixFor(resolver, namespace, true), local, namespace);
    for (const { name, value } of this.attributes) {
      const isDefault = name.namespace === "" && name.local === "xmlns";
      writer.attribute(
        prefixFor(resolver, name.namespace, false),
        name.local,
        isDefault ? XMLNS_NAMESPACE : name.namespace,
        value,
      );
    }
    if (this.hasEmptyText) writer.string("");
    for (let node = this.first; node !== null; node = node.next) {
      if (node instanceof XElement) node.write(writer, resolver);
      else node.writeTo(writer, resolver);
    }
    writer.endElement(this.hasContent);
    resolver.popTo(height);
  }

  override deepEquals(other: XNode, depth: number): boolean {
    const element = other as XElement;
    if (!matches(this.name, element.name) || this.attributes.length !== element.attributes.length) return false;
    const sameAttributes = this.attributes.every((attribute, i) => {
      const its = element.attributes[i]!;
      return matches(attribute.name, its.name) && attribute.value === its.value;
    });
    return sameAttributes && this.equalChildren(element, depth);
  }

  protected override checkNode(node: XNode): void {
    if (node.nodeType === NodeType.document || node.nodeType === NodeType.documentType)
      throw raise.argument(
        `A node of type ${node.nodeType === NodeType.document ? "Document" : "DocumentType"} cannot be added to content.`,
      );
  }

  protected override checkText(): void {
    // Text may stand anywhere in an element.
  }
}

function prefixFor(resolver: PrefixResolver, namespace: string, allowEmpty: boolean): string | null {
  if (namespace === "") return "";
  const found = resolver.find(namespace, allowEmpty);
  if (found !== null) return found;
  return namespace === XML_NAMESPACE ? "xml" : namespace === XMLNS_NAMESPACE ? "xmlns" : null;
}
