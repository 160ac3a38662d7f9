import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import type { XDeclaration, XDocumentType } from "./leaf.js";
import type { PrefixResolver } from "./prefix-resolver.js";
import { type Meter, NodeType, XContainer, type XNode } from "./tree.js";
import type { XmlWriter } from "./xml-writer.js";

/** The header of System.Xml.Linq.XDocument. */
export const wholeDocumentHeader: TypeHeader = { header: "class System.Xml.Linq.XDocument : XContainer" };

/** System.Xml.Linq.XDocument. */
export class XDocument extends XContainer {
  xmlDeclaration: XDeclaration | null = null;

  override get declaration() {
    return wholeDocumentHeader;
  }

  override get nodeType(): number {
    return NodeType.document;
  }

  get rootElement(): XContainer | null {
    return this.firstOf(NodeType.element) as XContainer | null;
  }

  get documentType(): XDocumentType | null {
    return this.firstOf(NodeType.documentType) as XDocumentType | null;
  }

  private firstOf(type: number): XNode | null {
    for (let node = this.first; node !== null; node = node.next) if (node.nodeType === type) return node;
    return null;
  }

  override addAttribute(): void {
    throw raise.argument("An attribute cannot be added to content.");
  }

  override clone(meter: Meter): XDocument {
    const copy = new XDocument();
    copy.xmlDeclaration = this.xmlDeclaration;
    this.cloneChildrenInto(copy, 0, meter);
    return copy;
  }

  override writeTo(writer: XmlWriter, resolver: PrefixResolver): void {
    for (let node = this.first; node !== null; node = node.next) node.writeTo(writer, resolver);
  }

  override deepEquals(other: XNode, depth: number): boolean {
    return this.equalChildren(other as XDocument, depth);
  }

  protected override checkNode(node: XNode, before: XNode | null): void {
    const wrong = () => raise.invalidOperation("This operation would create an incorrectly structured document.");
    switch (node.nodeType) {
      case NodeType.document:
        throw raise.argument("A node of type Document cannot be added to content.");
      case NodeType.cdata:
        throw raise.argument("A node of type CDATA cannot be added to content.");
      case NodeType.text:
        this.checkText((node as XNode & { value: string }).value);
        return;
      case NodeType.element: {
        if (this.rootElement !== null) throw wrong();
        for (let at = before; at !== null; at = at.next) if (at.nodeType === NodeType.documentType) throw wrong();
        return;
      }
      case NodeType.documentType: {
        if (this.documentType !== null) throw wrong();
        for (let at = before === null ? this.last : before.previous; at !== null; at = at.previous)
          if (at.nodeType === NodeType.element) throw wrong();
        return;
      }
      default:
    }
  }

  protected override checkText(text: string): void {
    if (/[^ \t\r\n]/.test(text)) throw raise.argument("Non-whitespace characters cannot be added to content.");
  }
}
