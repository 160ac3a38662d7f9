import { LimitError, raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import { NetArray, NetEnumerable, NetObject } from "../../types/values.js";
import { box } from "../object.js";
import type { XName } from "./names.js";
import { matches } from "./names.js";
import { PrefixResolver } from "./prefix-resolver.js";
import { contentText } from "./value-text.js";
import { XmlWriter } from "./xml-writer.js";

/** `XmlNodeType` values of LINQ to XML's nodes. */
export const NodeType = {
  element: 1,
  attribute: 2,
  text: 3,
  cdata: 4,
  instruction: 7,
  comment: 8,
  document: 9,
  documentType: 10,
} as const;

const DEEPEST = 1_000;

/** What the size of a tree is charged to: the evaluation's {@link Run}. */
export interface Meter {
  allocate(count: number): void;
}

/** System.Xml.Linq.XObject: a node or an attribute. */
export abstract class XObject extends NetObject {
  parent: XContainer | null = null;

  abstract get nodeType(): number;

  /** `Parent`: the element around; null below a document. */
  get parentElement(): XContainer | null {
    return this.parent !== null && this.parent.nodeType === NodeType.element ? this.parent : null;
  }

  /** The outermost object that this one belongs to. */
  get root(): XObject {
    let top: XObject = this;
    while (top.parent !== null) top = top.parent;
    return top;
  }

  /** Puts this, or a copy if it belongs to something, into a container. */
  abstract addTo(container: XContainer, meter: Meter): void;
}

/** System.Xml.Linq.XNode: linked to its siblings. */
export abstract class XNode extends XObject {
  next: XNode | null = null;
  previous: XNode | null = null;

  /** A copy with all that is below. */
  abstract clone(meter: Meter): XNode;
  abstract writeTo(writer: XmlWriter, resolver: PrefixResolver): void;
  /** `XNode.DeepEquals` with a node of the same class. */
  abstract deepEquals(other: XNode, depth: number): boolean;

  override toText(): string {
    return this.toXml(true);
  }

  /** `ToString(SaveOptions)`. */
  toXml(indents: boolean): string {
    const writer = new XmlWriter(indents, this.nodeType !== NodeType.text && this.nodeType !== NodeType.cdata);
    this.writeTo(writer, new PrefixResolver());
    return writer.text;
  }

  /** The text of a file: an XML declaration, then the node. */
  toFile(indents: boolean, encoding: string, standalone: string | null): string {
    const writer = new XmlWriter(indents, true);
    writer.xmlDeclaration(encoding, standalone);
    this.writeTo(writer, new PrefixResolver());
    return writer.text;
  }

  override addTo(container: XContainer, meter: Meter): void {
    container.insert(this, null, meter);
  }

  remove(): void {
    if (this.parent === null) throw raise.invalidOperation("The parent is missing.");
    this.parent.removeNode(this);
  }

  /** Throws InvalidOperationException for a node without parent. */
  get owner(): XContainer {
    if (this.parent === null) throw raise.invalidOperation("The parent is missing.");
    return this.parent;
  }

  addBeforeSelf(content: unknown, meter: Meter): void {
    this.owner.insert(content, this, meter);
  }

  addAfterSelf(content: unknown, meter: Meter): void {
    this.owner.insert(content, this.next, meter);
  }

  replaceWith(content: unknown, meter: Meter): void {
    const { owner, next } = this;
    owner.removeNode(this);
    owner.insert(content, next, meter);
  }

  /** -1, 0 or 1 by place in the document. Throws InvalidOperationException for nodes of different trees. */
  compareOrder(other: XNode): number {
    if (this === other) return 0;
    const mine = pathOf(this);
    const its = pathOf(other);
    if (mine[0] !== its[0]) throw raise.invalidOperation("A common ancestor is missing.");
    let i = 0;
    while (i < mine.length && i < its.length && mine[i] === its[i]) i++;
    if (i === mine.length) return -1;
    if (i === its.length) return 1;
    for (let node = mine[i]!.next; node !== null; node = node.next) if (node === its[i]) return -1;
    return 1;
  }
}

function pathOf(node: XNode): XNode[] {
  const path: XNode[] = [];
  for (let at: XNode | null = node; at !== null; at = at.parent) path.push(at);
  return path.reverse();
}

/** `XNode.DeepEquals`. */
export function deepEquals(a: XNode | null, b: XNode | null, depth = 0): boolean {
  if (a === b) return true;
  if (a === null || b === null || a.nodeType !== b.nodeType) return false;
  if (depth > DEEPEST) throw new LimitError("depth", `XML elements are nested more than ${DEEPEST} deep.`);
  return a.deepEquals(b, depth);
}

/** The header of System.Xml.Linq.XText. */
export const textHeader: TypeHeader = { header: "class System.Xml.Linq.XText : XNode" };

/** System.Xml.Linq.XText. */
export class XText extends XNode {
  constructor(public value: string) {
    super();
  }

  override get declaration() {
    return textHeader;
  }

  override get nodeType(): number {
    return NodeType.text;
  }

  override clone(meter: Meter): XText {
    meter.allocate(this.value.length + Weight.node);
    return new XText(this.value);
  }

  override writeTo(writer: XmlWriter, _resolver: PrefixResolver): void {
    writer.string(this.value);
  }

  override deepEquals(other: XNode): boolean {
    return (other as XText).value === this.value;
  }
}

/** System.Xml.Linq.XContainer: a document or an element. */
export abstract class XContainer extends XNode {
  protected first: XNode | null = null;
  protected last: XNode | null = null;
  /** True if an empty text was added while there was nothing else. It makes `<a></a>` of `<a />`. */
  protected hasEmptyText = false;

  /** Throws where such a node cannot stand here. */
  protected abstract checkNode(node: XNode, before: XNode | null): void;
  protected abstract checkText(text: string): void;
  abstract addAttribute(attribute: XObject): void;

  get firstNode(): XNode | null {
    return this.first;
  }

  get lastNode(): XNode | null {
    return this.last;
  }

  get hasContent(): boolean {
    return this.first !== null || this.hasEmptyText;
  }

  /** `Add(object)`: nodes, attributes, text, values, and sequences of these. */
  add(content: unknown, meter: Meter): void {
    this.insert(content, null, meter);
  }

  /** Puts content before a node; null: at the end. Nested sequences are flattened. */
  insert(content: unknown, before: XNode | null, meter: Meter, depth = 0): void {
    if (content === null || content === undefined) return;
    if (depth > DEEPEST) throw new LimitError("depth", `XML content is nested more than ${DEEPEST} deep.`);
    if (content instanceof XNode) this.insertNode(content, before, meter);
    else if (content instanceof XObject) content.addTo(this, meter);
    else if (typeof content === "string") this.insertText(content, before, meter);
    else if (content instanceof NetArray || content instanceof NetEnumerable) {
      const type = content.elementType;
      for (const item of [...content]) this.insert(box(item, type), before, meter, depth + 1);
    } else this.insertText(contentText(content), before, meter);
  }

  private insertNode(node: XNode, before: XNode | null, meter: Meter): void {
    this.checkNode(node, before);
    // A node stands in one place: one that has a place, or around this one, is copied.
    const own = node.parent !== null || node === this.root ? node.clone(meter) : node;
    this.link(own, before);
  }

  private insertText(text: string, before: XNode | null, meter: Meter): void {
    this.checkText(text);
    meter.allocate(text.length + Weight.node);
    if (text === "") {
      if (this.first === null) this.hasEmptyText = true;
      return;
    }
    const previous = before === null ? this.last : before.previous;
    if (previous !== null && previous.nodeType === NodeType.text) (previous as XText).value += text;
    else this.link(new XText(text), before);
  }

  /** Appends without checks: for parsers and copies. */
  append(node: XNode): void {
    this.link(node, null);
  }

  private link(node: XNode, before: XNode | null): void {
    const previous = before === null ? this.last : before.previous;
    node.parent = this;
    node.previous = previous;
    node.next = before;
    if (previous === null) this.first = node;
    else previous.next = node;
    if (before === null) this.last = node;
    else before.previous = node;
    this.hasEmptyText = false;
  }

  removeNode(node: XNode): void {
    if (node.previous === null) this.first = node.next;
    else node.previous.next = node.next;
    if (node.next === null) this.last = node.previous;
    else node.next.previous = node.previous;
    node.parent = null;
    node.previous = null;
    node.next = null;
  }

  removeNodes(): void {
    for (let node = this.first; node !== null; node = this.first) this.removeNode(node);
    this.hasEmptyText = false;
  }

  /** Children as they are while the loop goes on: one that is removed in the loop ends it, as in .NET. */
  *children(): Generator<XNode> {
    let node = this.first;
    while (node !== null) {
      yield node;
      if (node.parent !== this) return;
      node = node.next;
    }
  }

  /** The first child element of a name. */
  element(name: XName | null): XContainer | null {
    if (name === null) return null;
    for (let node = this.first; node !== null; node = node.next) if (isNamed(node, name)) return node;
    return null;
  }

  /** All nodes below, in document order. Throws NullReferenceException if the place is lost because a node was removed. */
  *descendantNodes(includeSelf: boolean): Generator<XNode> {
    if (includeSelf) yield this;
    let node: XNode | null = this.first;
    while (node !== null) {
      yield node;
      let up: XNode = node;
      if (node instanceof XContainer && node.first !== null) {
        node = node.first;
        continue;
      }
      while (up !== this && up.next === null) {
        if (up.parent === null) throw raise.nullReference();
        up = up.parent;
      }
      node = up === this ? null : up.next;
    }
  }

  protected cloneChildrenInto(copy: XContainer, depth: number, meter: Meter): void {
    if (depth > DEEPEST) throw new LimitError("depth", `XML elements are nested more than ${DEEPEST} deep.`);
    for (let node = this.first; node !== null; node = node.next) copy.append(node.clone(meter));
    copy.hasEmptyText = this.hasEmptyText;
  }

  protected equalChildren(other: XContainer, depth: number): boolean {
    let a = this.first;
    let b = other.first;
    for (; a !== null && b !== null; a = a.next, b = b.next) if (!deepEquals(a, b, depth + 1)) return false;
    return a === b && this.hasContent === other.hasContent;
  }
}

/** True if a node is an element of that name (null: of any). */
export function isNamed(node: XNode, name: XName | null): node is XContainer & { name: XName } {
  return node.nodeType === NodeType.element && matches((node as XContainer & { name: XName }).name, name);
}

/** `XNode.CompareDocumentOrder`: null comes first. */
export function compareDocumentOrder(a: XNode | null, b: XNode | null): number {
  if (a === b) return 0;
  if (a === null) return -1;
  return b === null ? 1 : a.compareOrder(b);
}
