import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { xmlError } from "./chars.js";
import type { PrefixResolver } from "./prefix-resolver.js";
import { type Meter, NodeType, XNode, XText } from "./tree.js";
import type { XmlWriter } from "./xml-writer.js";

/** The header of System.Xml.Linq.XCData. */
export const cdataHeader: TypeHeader = { header: "class System.Xml.Linq.XCData : XText" };

/** System.Xml.Linq.XCData. */
export class XCData extends XText {
  override get declaration() {
    return cdataHeader;
  }

  override get nodeType(): number {
    return NodeType.cdata;
  }

  override clone(meter: Meter): XCData {
    meter.allocate(this.value.length + Weight.node);
    return new XCData(this.value);
  }

  override writeTo(writer: XmlWriter, _resolver: PrefixResolver): void {
    writer.cdata(this.value);
  }
}

/** The header of System.Xml.Linq.XComment. */
export const commentHeader: TypeHeader = { header: "class System.Xml.Linq.XComment : XNode" };

/** System.Xml.Linq.XComment. */
export class XComment extends XNode {
  constructor(public value: string) {
    super();
  }

  override get declaration() {
    return commentHeader;
  }

  override get nodeType(): number {
    return NodeType.comment;
  }

  override clone(meter: Meter): XComment {
    meter.allocate(this.value.length + Weight.node);
    return new XComment(this.value);
  }

  override writeTo(writer: XmlWriter): void {
    writer.comment(this.value);
  }

  override deepEquals(other: XNode): boolean {
    return (other as XComment).value === this.value;
  }
}

/** The header of System.Xml.Linq.XProcessingInstruction. */
export const instructionHeader: TypeHeader = { header: "class System.Xml.Linq.XProcessingInstruction : XNode" };

/** System.Xml.Linq.XProcessingInstruction. */
export class XProcessingInstruction extends XNode {
  constructor(
    public target: string,
    public data: string,
  ) {
    super();
    if (target.toLowerCase() === "xml") throw raise.argument(`'${target}' is an invalid name for a processing instruction.`);
    if (!/^[^\s:<>?]+$/.test(target)) throw xmlError(`'${target}' is an invalid name for processing instructions.`);
  }

  override get declaration() {
    return instructionHeader;
  }

  override get nodeType(): number {
    return NodeType.instruction;
  }

  override clone(meter: Meter): XProcessingInstruction {
    meter.allocate(this.data.length + Weight.node);
    return new XProcessingInstruction(this.target, this.data);
  }

  override writeTo(writer: XmlWriter): void {
    writer.instruction(this.target, this.data);
  }

  override deepEquals(other: XNode): boolean {
    return (other as XProcessingInstruction).target === this.target && (other as XProcessingInstruction).data === this.data;
  }
}

/** The header of System.Xml.Linq.XDocumentType. */
export const documentTypeHeader: TypeHeader = { header: "class System.Xml.Linq.XDocumentType : XNode" };

/** System.Xml.Linq.XDocumentType. */
export class XDocumentType extends XNode {
  constructor(
    public name: string,
    public publicId: string | null,
    public systemId: string | null,
    public internalSubset: string | null,
  ) {
    super();
  }

  override get declaration() {
    return documentTypeHeader;
  }

  override get nodeType(): number {
    return NodeType.documentType;
  }

  override clone(meter: Meter): XDocumentType {
    meter.allocate((this.internalSubset?.length ?? 0) + Weight.node);
    return new XDocumentType(this.name, this.publicId, this.systemId, this.internalSubset);
  }

  override writeTo(writer: XmlWriter): void {
    writer.documentType(this.name, this.publicId, this.systemId, this.internalSubset);
  }

  override deepEquals(other: XNode): boolean {
    const type = other as XDocumentType;
    return (
      type.name === this.name &&
      type.publicId === this.publicId &&
      type.systemId === this.systemId &&
      type.internalSubset === this.internalSubset
    );
  }
}

/** The header of System.Xml.Linq.XDeclaration. */
export const declarationHeader: TypeHeader = { header: "class System.Xml.Linq.XDeclaration" };

/** System.Xml.Linq.XDeclaration. */
export class XDeclaration extends NetObject {
  constructor(
    public version: string | null,
    public encoding: string | null,
    public standalone: string | null,
  ) {
    super();
  }

  override get declaration() {
    return declarationHeader;
  }

  override toText(): string {
    let text = "<?xml";
    if (this.version !== null) text += ` version="${this.version}"`;
    if (this.encoding !== null) text += ` encoding="${this.encoding}"`;
    if (this.standalone !== null) text += ` standalone="${this.standalone}"`;
    return `${text}?>`;
  }
}
