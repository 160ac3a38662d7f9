import { raise } from "../../runtime/exceptions.js";
import { chargeText } from "../../runtime/text-work.js";
import { type CallSite, defineType, withCall } from "../../types/declare.js";
import type { NetArray } from "../../types/values.js";
import type { StringWriter } from "../text/readers.js";
import { ancestors, children, descendants } from "./axes.js";
import { conversionsFrom } from "./conversions.js";
import { wholeDocumentHeader, XDocument } from "./document.js";
import { attributeHeader, elementHeader, XAttribute, XElement } from "./element.js";
import type { XDeclaration } from "./leaf.js";
import { matches, type XName, XNamespace } from "./names.js";
import { parseDocument, parseElement } from "./parser.js";
import { attributeSequence, elementSequence, nodeSequence, settled } from "./sequence.js";
import type { XContainer, XNode } from "./tree.js";
import { valueText } from "./value-text.js";

type Text = string | null;
type Name = XName | null;

const required = <T>(value: T | null, name: string): T => {
  if (value === null) throw raise.argumentNull(name);
  return value;
};

const IEnumerable = "System.Collections.Generic.IEnumerable";
/** `LoadOptions.PreserveWhitespace`. */
const PRESERVE = 1;

/** A pair of members: an axis of elements, and the same by name. A null name gives none. */
const axis = <T extends XNode>(items: (self: T, name: Name) => Iterable<XElement | null>) => ({
  all: withCall((site: CallSite, self: T) => elementSequence(site, () => items(self, null))),
  byName: withCall((site: CallSite, self: T, name: Name) =>
    elementSequence(site, () => (name === null ? [] : items(self, name))),
  ),
});

const childAxis = axis<XContainer>(children);
const descendantAxis = axis<XContainer>((self, name) => descendants(self, name, false));
const selfAndBelow = axis<XElement>((self, name) => descendants(self, name, true));
const selfAndAbove = axis<XElement>((self, name) => ancestors(self, name, true));

const add = withCall((site: CallSite, self: XContainer, content: unknown) => self.add(content, site.run));
const addFirst = withCall((site: CallSite, self: XContainer, content: unknown) => self.insert(content, self.firstNode, site.run));
const replaceNodes = withCall((site: CallSite, self: XContainer, content: unknown) => {
  const items = settled(content);
  self.removeNodes();
  self.add(items, site.run);
});

/** `Save(TextWriter)`: writers are strings here, whose encoding is UTF-16. */
const save = (standaloneOf: (self: XContainer) => Text) =>
  withCall((site: CallSite, self: XContainer, writer: StringWriter | null, options = 0) => {
    const text = self.toFile((options & 1) === 0, "utf-16", standaloneOf(self));
    required(writer, "output").write(site, text);
  });

const saveElement = save(() => null);
const saveDocument = save((self) => (self as XDocument).xmlDeclaration?.standalone ?? null);

/** `System.Xml.Linq.XContainer`, as expressions know it. */
export const containerType = defineType("abstract class System.Xml.Linq.XContainer : XNode", {
  "XNode FirstNode { get; }": (self: XContainer) => self.firstNode,
  "XNode LastNode { get; }": (self: XContainer) => self.lastNode,
  "void Add(object content)": add,
  "void Add(params object[] content)": add,
  "void AddFirst(object content)": addFirst,
  "void AddFirst(params object[] content)": addFirst,
  "void RemoveNodes()": (self: XContainer) => self.removeNodes(),
  "void ReplaceNodes(object content)": replaceNodes,
  "void ReplaceNodes(params object[] content)": replaceNodes,
  "XElement Element(XName name)": withCall((site: CallSite, self: XContainer, name: Name) => {
    if (name === null) return null;
    for (const child of children(self, name)) {
      site.run.step();
      if (child !== null) return child;
    }
    return null;
  }),
  [`${IEnumerable}<XElement> Elements()`]: childAxis.all,
  [`${IEnumerable}<XElement> Elements(XName name)`]: childAxis.byName,
  [`${IEnumerable}<XElement> Descendants()`]: descendantAxis.all,
  [`${IEnumerable}<XElement> Descendants(XName name)`]: descendantAxis.byName,
  [`${IEnumerable}<XNode> Nodes()`]: withCall((site: CallSite, self: XContainer) => nodeSequence(site, () => self.children())),
  [`${IEnumerable}<XNode> DescendantNodes()`]: withCall((site: CallSite, self: XContainer) =>
    nodeSequence(site, () => self.descendantNodes(false)),
  ),
});

/** `System.Xml.Linq.XAttribute`, as expressions know it. */
export const attributeType = defineType(attributeHeader.header, {
  "new(XName name, object value)": (name: Name, value: unknown) => new XAttribute(required(name, "name"), valueText(value)),
  "new(XAttribute other)": (other: XAttribute | null) => {
    const { name, value } = required(other, "other");
    return new XAttribute(name, value);
  },
  "XName Name { get; }": (self: XAttribute) => self.name,
  "string Value { get; set; }": {
    get: (self: XAttribute) => self.value,
    set: (self: XAttribute, value: Text) => {
      self.value = required(value, "value");
    },
  },
  "bool IsNamespaceDeclaration { get; }": (self: XAttribute) => self.isNamespaceDeclaration,
  "XAttribute NextAttribute { get; }": (self: XAttribute) => self.sibling(1),
  "XAttribute PreviousAttribute { get; }": (self: XAttribute) => self.sibling(-1),
  "void Remove()": (self: XAttribute) => self.remove(),
  "void SetValue(object value)": (self: XAttribute, value: unknown) => {
    self.value = valueText(value);
  },
  [`static ${IEnumerable}<XAttribute> EmptySequence { get; }`]: withCall((site: CallSite) => attributeSequence(site, () => [])),
  ...conversionsFrom("XAttribute", "attribute"),
});

const newElement = withCall((site: CallSite, name: Name, content: unknown) => {
  const element = new XElement(required(name, "name"));
  element.add(content, site.run);
  return element;
});

const removeAll = (self: XElement) => {
  self.removeAttributes();
  self.removeNodes();
};
const replaceAll = withCall((site: CallSite, self: XElement, content: unknown) => {
  const items = settled(content);
  removeAll(self);
  self.add(items, site.run);
});
const replaceAttributes = withCall((site: CallSite, self: XElement, content: unknown) => {
  const items = settled(content);
  self.removeAttributes();
  self.add(items, site.run);
});
const attributesOf = (self: XElement, name: Name) => self.attributes.filter((attribute) => matches(attribute.name, name));

/** A text that is about to be read. One that takes more work than it may is refused before. */
function charged({ run }: CallSite, text: Text): string {
  const given = required(text, "s");
  chargeText(run, given);
  return given;
}

/** `System.Xml.Linq.XElement`, as expressions know it. */
export const elementType = defineType(elementHeader.header, {
  "new(XName name)": (name: Name) => new XElement(required(name, "name")),
  "new(XName name, object content)": newElement,
  "new(XName name, params object[] content)": newElement,
  "new(XElement other)": withCall((site: CallSite, other: XElement | null) => required(other, "other").clone(site.run)),
  "static XElement Parse(string text)": withCall((site: CallSite, text: Text) => parseElement(site.run, charged(site, text))),
  "static XElement Parse(string text, LoadOptions options)": withCall((site: CallSite, text: Text, options: number) =>
    parseElement(site.run, charged(site, text), (options & PRESERVE) !== 0),
  ),
  [`static ${IEnumerable}<XElement> EmptySequence { get; }`]: withCall((site: CallSite) => elementSequence(site, () => [])),
  "XName Name { get; set; }": {
    get: (self: XElement) => self.name,
    set: (self: XElement, name: Name) => {
      self.name = required(name, "value");
    },
  },
  "string Value { get; set; }": {
    get: withCall((site: CallSite, self: XElement) => {
      let value = "";
      for (const text of self.texts()) {
        site.run.step();
        site.run.allocate(text.length);
        value += text;
      }
      return value;
    }),
    set: (self: XElement, value: Text) => {
      self.value = required(value, "value");
    },
  },
  "bool IsEmpty { get; }": (self: XElement) => self.isEmpty,
  "bool HasElements { get; }": withCall((site: CallSite, self: XElement) => {
    for (const child of children(self, null)) {
      site.run.step();
      if (child !== null) return true;
    }
    return false;
  }),
  "bool HasAttributes { get; }": (self: XElement) => self.attributes.length > 0,
  "XAttribute FirstAttribute { get; }": (self: XElement) => self.attributes[0] ?? null,
  "XAttribute LastAttribute { get; }": (self: XElement) => self.attributes.at(-1) ?? null,
  "XAttribute Attribute(XName name)": (self: XElement, name: Name) => self.attribute(name),
  [`${IEnumerable}<XAttribute> Attributes()`]: withCall((site: CallSite, self: XElement) =>
    attributeSequence(site, () => self.attributes),
  ),
  [`${IEnumerable}<XAttribute> Attributes(XName name)`]: withCall((site: CallSite, self: XElement, name: Name) =>
    attributeSequence(site, () => (name === null ? [] : attributesOf(self, name))),
  ),
  [`${IEnumerable}<XElement> DescendantsAndSelf()`]: selfAndBelow.all,
  [`${IEnumerable}<XElement> DescendantsAndSelf(XName name)`]: selfAndBelow.byName,
  [`${IEnumerable}<XElement> AncestorsAndSelf()`]: selfAndAbove.all,
  [`${IEnumerable}<XElement> AncestorsAndSelf(XName name)`]: selfAndAbove.byName,
  [`${IEnumerable}<XNode> DescendantNodesAndSelf()`]: withCall((site: CallSite, self: XElement) =>
    nodeSequence(site, () => self.descendantNodes(true)),
  ),
  "void RemoveAll()": removeAll,
  "void RemoveAttributes()": (self: XElement) => self.removeAttributes(),
  "void ReplaceAll(object content)": replaceAll,
  "void ReplaceAll(params object[] content)": replaceAll,
  "void ReplaceAttributes(object content)": replaceAttributes,
  "void ReplaceAttributes(params object[] content)": replaceAttributes,
  "void SetValue(object value)": (self: XElement, value: unknown) => {
    self.value = valueText(value);
  },
  "void SetAttributeValue(XName name, object value)": (self: XElement, name: Name, value: unknown) =>
    self.setAttributeValue(required(name, "name"), value),
  "void SetElementValue(XName name, object value)": (self: XElement, name: Name, value: unknown) =>
    self.setElementValue(required(name, "name"), value),
  "void Save(System.IO.TextWriter textWriter)": saveElement,
  "void Save(System.IO.TextWriter textWriter, SaveOptions options)": saveElement,
  "XNamespace GetDefaultNamespace()": (self: XElement) => new XNamespace(self.namespaceOf("") ?? ""),
  "XNamespace GetNamespaceOfPrefix(string prefix)": (self: XElement, prefix: Text) => {
    const namespace = self.namespaceOf(required(prefix, "prefix"));
    return namespace === null ? null : new XNamespace(namespace);
  },
  "string GetPrefixOfNamespace(XNamespace ns)": (self: XElement, namespace: XNamespace | null) =>
    self.prefixOf(required(namespace, "ns").name),
  ...conversionsFrom("XElement", "element"),
});

function newDocument(site: CallSite, declaration: XDeclaration | null, content: NetArray | null): XDocument {
  const document = new XDocument();
  document.xmlDeclaration = declaration;
  document.add(content, site.run);
  return document;
}

/** `System.Xml.Linq.XDocument`, as expressions know it. */
export const wholeDocumentType = defineType(wholeDocumentHeader.header, {
  "new()": () => new XDocument(),
  "new(params object[] content)": withCall((site: CallSite, content: NetArray | null) => newDocument(site, null, content)),
  "new(XDeclaration declaration, params object[] content)": withCall(newDocument),
  "new(XDocument other)": withCall((site: CallSite, other: XDocument | null) => required(other, "other").clone(site.run)),
  "static XDocument Parse(string text)": withCall((site: CallSite, text: Text) => parseDocument(site.run, charged(site, text))),
  "static XDocument Parse(string text, LoadOptions options)": withCall((site: CallSite, text: Text, options: number) =>
    parseDocument(site.run, charged(site, text), (options & PRESERVE) !== 0),
  ),
  "void Save(System.IO.TextWriter textWriter)": saveDocument,
  "void Save(System.IO.TextWriter textWriter, SaveOptions options)": saveDocument,
  "XElement Root { get; }": (self: XDocument) => self.rootElement,
  "XDeclaration Declaration { get; set; }": {
    get: (self: XDocument) => self.xmlDeclaration,
    set: (self: XDocument, value: XDeclaration | null) => {
      self.xmlDeclaration = value;
    },
  },
  "XDocumentType DocumentType { get; }": (self: XDocument) => self.documentType,
});
