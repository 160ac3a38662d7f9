import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, withCall } from "../../types/declare.js";
import { annotationMembers } from "../annotations.js";
import { ancestors, elementsAmong, siblings } from "./axes.js";
import { XNodeDocumentOrderComparer, XNodeEqualityComparer } from "./comparers.js";
import { XDocument } from "./document.js";
import type { XElement } from "./element.js";
import {
  cdataHeader,
  commentHeader,
  declarationHeader,
  documentTypeHeader,
  instructionHeader,
  XCData,
  XComment,
  XDeclaration,
  XDocumentType,
  XProcessingInstruction,
} from "./leaf.js";
import type { XName } from "./names.js";
import { elementSequence, nodeSequence } from "./sequence.js";
import { compareDocumentOrder, deepEquals, textHeader, type XNode, type XObject, XText } from "./tree.js";

type Text = string | null;
type Name = XName | null;

const given = (value: Text, name = "value"): string => {
  if (value === null) throw raise.argumentNull(name);
  return value;
};
const copied = <T>(other: T | null): T => {
  if (other === null) throw raise.argumentNull("other");
  return other;
};

/** `System.Xml.Linq.XObject`, as expressions know it. */
export const objectType = defineType("abstract class System.Xml.Linq.XObject", {
  "XElement Parent { get; }": (self: XObject) => self.parentElement,
  "XDocument Document { get; }": (self: XObject) => (self.root instanceof XDocument ? self.root : null),
  "System.Xml.XmlNodeType NodeType { get; }": (self: XObject) => self.nodeType,
  "string BaseUri { get; }": () => "",
  ...annotationMembers,
});

const elementAxis = (items: (self: XNode, name: Name) => Iterable<XElement | null>) => ({
  all: withCall((site: CallSite, self: XNode) => elementSequence(site, () => items(self, null))),
  byName: withCall((site: CallSite, self: XNode, name: Name) =>
    elementSequence(site, () => (name === null ? [] : items(self, name))),
  ),
});

const ancestorAxis = elementAxis((self, name) => ancestors(self, name, false));
const afterAxis = elementAxis((self, name) => elementsAmong(siblings(self, true), name));
const beforeAxis = elementAxis((self, name) => elementsAmong(siblings(self, false), name));

const addBefore = withCall((site: CallSite, self: XNode, content: unknown) => self.addBeforeSelf(content, site.run));
const addAfter = withCall((site: CallSite, self: XNode, content: unknown) => self.addAfterSelf(content, site.run));
const replace = withCall((site: CallSite, self: XNode, content: unknown) => self.replaceWith(content, site.run));
const text = withCall((site: CallSite, self: XNode, options = 0) => {
  const xml = self.toXml((options & 1) === 0);
  site.run.allocate(xml.length);
  return xml;
});

/** `System.Xml.Linq.XNode`, as expressions know it. */
export const nodeType = defineType("abstract class System.Xml.Linq.XNode : XObject", {
  "XNode NextNode { get; }": (self: XNode) => self.next,
  "XNode PreviousNode { get; }": (self: XNode) => self.previous,
  "void AddBeforeSelf(object content)": addBefore,
  "void AddBeforeSelf(params object[] content)": addBefore,
  "void AddAfterSelf(object content)": addAfter,
  "void AddAfterSelf(params object[] content)": addAfter,
  "void ReplaceWith(object content)": replace,
  "void ReplaceWith(params object[] content)": replace,
  "void Remove()": (self: XNode) => self.remove(),
  "string ToString()": text,
  "string ToString(SaveOptions options)": text,
  "System.Collections.Generic.IEnumerable<XElement> Ancestors()": ancestorAxis.all,
  "System.Collections.Generic.IEnumerable<XElement> Ancestors(XName name)": ancestorAxis.byName,
  "System.Collections.Generic.IEnumerable<XElement> ElementsAfterSelf()": afterAxis.all,
  "System.Collections.Generic.IEnumerable<XElement> ElementsAfterSelf(XName name)": afterAxis.byName,
  "System.Collections.Generic.IEnumerable<XElement> ElementsBeforeSelf()": beforeAxis.all,
  "System.Collections.Generic.IEnumerable<XElement> ElementsBeforeSelf(XName name)": beforeAxis.byName,
  "System.Collections.Generic.IEnumerable<XNode> NodesAfterSelf()": withCall((site: CallSite, self: XNode) =>
    nodeSequence(site, () => siblings(self, true)),
  ),
  "System.Collections.Generic.IEnumerable<XNode> NodesBeforeSelf()": withCall((site: CallSite, self: XNode) =>
    nodeSequence(site, () => siblings(self, false)),
  ),
  "bool IsAfter(XNode node)": (self: XNode, node: XNode) => self.compareOrder(node) > 0,
  "bool IsBefore(XNode node)": (self: XNode, node: XNode) => self.compareOrder(node) < 0,
  "static bool DeepEquals(XNode n1, XNode n2)": (a: XNode | null, b: XNode | null) => deepEquals(a, b),
  "static int CompareDocumentOrder(XNode n1, XNode n2)": compareDocumentOrder,
  "static XNodeEqualityComparer EqualityComparer { get; }": () => XNodeEqualityComparer.shared,
  "static XNodeDocumentOrderComparer DocumentOrderComparer { get; }": () => XNodeDocumentOrderComparer.shared,
});

const textValue = {
  get: (self: XText) => self.value,
  set: (self: XText, value: Text) => {
    self.value = given(value);
  },
};

/** `System.Xml.Linq.XText`, as expressions know it. */
export const textType = defineType(textHeader.header, {
  "new(string value)": (value: Text) => new XText(given(value)),
  "new(XText other)": (other: XText | null) => new XText(copied(other).value),
  "string Value { get; set; }": textValue,
});

/** `System.Xml.Linq.XCData`, as expressions know it. */
export const cdataType = defineType(cdataHeader.header, {
  "new(string value)": (value: Text) => new XCData(given(value)),
  "new(XCData other)": (other: XCData | null) => new XCData(copied(other).value),
});

/** `System.Xml.Linq.XComment`, as expressions know it. */
export const commentType = defineType(commentHeader.header, {
  "new(string value)": (value: Text) => new XComment(given(value)),
  "new(XComment other)": (other: XComment | null) => new XComment(copied(other).value),
  "string Value { get; set; }": {
    get: (self: XComment) => self.value,
    set: (self: XComment, value: Text) => {
      self.value = given(value);
    },
  },
});

/** `System.Xml.Linq.XProcessingInstruction`, as expressions know it. */
export const instructionType = defineType(instructionHeader.header, {
  "new(string target, string data)": (target: Text, data: Text) =>
    new XProcessingInstruction(given(target, "target"), given(data, "data")),
  "new(XProcessingInstruction other)": withCall((site: CallSite, other: XProcessingInstruction | null) =>
    copied(other).clone(site.run),
  ),
  "string Target { get; set; }": {
    get: (self: XProcessingInstruction) => self.target,
    set: (self: XProcessingInstruction, value: Text) => {
      self.target = new XProcessingInstruction(given(value), "").target;
    },
  },
  "string Data { get; set; }": {
    get: (self: XProcessingInstruction) => self.data,
    set: (self: XProcessingInstruction, value: Text) => {
      self.data = given(value);
    },
  },
});

type DocumentTypeField = "publicId" | "systemId" | "internalSubset";
const field = (name: DocumentTypeField) => ({
  get: (self: XDocumentType) => self[name],
  set: (self: XDocumentType, value: Text) => {
    self[name] = value;
  },
});

/** `System.Xml.Linq.XDocumentType`, as expressions know it. */
export const documentTypeType = defineType(documentTypeHeader.header, {
  "new(string name, string publicId, string systemId, string internalSubset)": (
    name: Text,
    publicId: Text,
    systemId: Text,
    subset: Text,
  ) => new XDocumentType(given(name, "name"), publicId, systemId, subset),
  "new(XDocumentType other)": withCall((site: CallSite, other: XDocumentType | null) => copied(other).clone(site.run)),
  "string Name { get; set; }": {
    get: (self: XDocumentType) => self.name,
    set: (self: XDocumentType, value: Text) => {
      self.name = given(value);
    },
  },
  "string PublicId { get; set; }": field("publicId"),
  "string SystemId { get; set; }": field("systemId"),
  "string InternalSubset { get; set; }": field("internalSubset"),
});

type DeclarationField = "version" | "encoding" | "standalone";
const declarationField = (name: DeclarationField) => ({
  get: (self: XDeclaration) => self[name],
  set: (self: XDeclaration, value: Text) => {
    self[name] = value;
  },
});

/** `System.Xml.Linq.XDeclaration`, as expressions know it. */
export const declarationType = defineType(declarationHeader.header, {
  "new(string version, string encoding, string standalone)": (version: Text, encoding: Text, standalone: Text) =>
    new XDeclaration(version, encoding, standalone),
  "new(XDeclaration other)": (other: XDeclaration | null) => {
    const { version, encoding, standalone } = copied(other);
    return new XDeclaration(version, encoding, standalone);
  },
  "string Version { get; set; }": declarationField("version"),
  "string Encoding { get; set; }": declarationField("encoding"),
  "string Standalone { get; set; }": declarationField("standalone"),
});
