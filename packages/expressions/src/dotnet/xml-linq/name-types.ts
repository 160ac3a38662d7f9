import { raise } from "../../runtime/exceptions.js";
import { defineType } from "../../types/declare.js";
import { nameHeader, namespaceHeader, noNamespace, XName, XNamespace, xmlNamespace, xmlnsNamespace } from "./names.js";

const NAME = "System.Xml.Linq.XName";
const NAMESPACE = "System.Xml.Linq.XNamespace";

type Name = XName | null;
type Namespace = XNamespace | null;

const sameName = (a: Name, b: Name) => (a === null || b === null ? a === b : a.equals(b));
const sameNamespace = (a: Namespace, b: Namespace) => (a === null || b === null ? a === b : a.equals(b));

/** `System.Xml.Linq.XName`, as expressions know it. */
export const nameType = defineType(nameHeader.header, {
  [`static ${NAME} Get(string expandedName)`]: (text: string | null) => XName.get(text),
  [`static ${NAME} Get(string localName, string namespaceName)`]: (local: string | null, namespace: string | null) =>
    XName.of(local, XNamespace.get(namespace).name),
  "string LocalName { get; }": (self: XName) => self.local,
  [`${NAMESPACE} Namespace { get; }`]: (self: XName) => new XNamespace(self.namespace),
  "string NamespaceName { get; }": (self: XName) => self.namespace,
  [`static implicit operator ${NAME}(string expandedName)`]: (text: string | null) => (text === null ? null : XName.get(text)),
  [`static bool operator ==(${NAME} left, ${NAME} right)`]: sameName,
  [`static bool operator !=(${NAME} left, ${NAME} right)`]: (a: Name, b: Name) => !sameName(a, b),
});

/** `System.Xml.Linq.XNamespace`, as expressions know it. */
export const namespaceType = defineType(namespaceHeader.header, {
  [`static ${NAMESPACE} Get(string namespaceName)`]: (name: string | null) => XNamespace.get(name),
  [`static ${NAMESPACE} None { get; }`]: () => noNamespace,
  [`static ${NAMESPACE} Xml { get; }`]: () => xmlNamespace,
  [`static ${NAMESPACE} Xmlns { get; }`]: () => xmlnsNamespace,
  "string NamespaceName { get; }": (self: XNamespace) => self.name,
  [`${NAME} GetName(string localName)`]: (self: XNamespace, local: string | null) => XName.of(local, self.name),
  [`static implicit operator ${NAMESPACE}(string namespaceName)`]: (name: string | null) =>
    name === null ? null : new XNamespace(name),
  [`static ${NAME} operator +(${NAMESPACE} ns, string localName)`]: (namespace: Namespace, local: string | null) => {
    if (namespace === null) throw raise.argumentNull("ns");
    return XName.of(local, namespace.name);
  },
  [`static bool operator ==(${NAMESPACE} left, ${NAMESPACE} right)`]: sameNamespace,
  [`static bool operator !=(${NAMESPACE} left, ${NAMESPACE} right)`]: (a: Namespace, b: Namespace) => !sameNamespace(a, b),
});
