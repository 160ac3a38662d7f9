import { raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { checkNcName } from "./chars.js";

/** The namespace of `xml:`. */
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";
/** The namespace of `xmlns:`. */
export const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";

/** The header of System.Xml.Linq.XNamespace. */
export const namespaceHeader: TypeHeader = { header: "sealed class System.Xml.Linq.XNamespace" };

/** System.Xml.Linq.XNamespace: to expressions there is one object for each name. */
export class XNamespace extends NetObject {
  constructor(readonly name: string) {
    super();
  }

  static get(name: string | null): XNamespace {
    if (name === null) throw raise.argumentNull("namespaceName");
    return new XNamespace(name);
  }

  override get declaration() {
    return namespaceHeader;
  }

  override get isInterned(): boolean {
    return true;
  }

  override toText(): string {
    return this.name;
  }

  override equals(other: unknown): boolean {
    return other instanceof XNamespace && other.name === this.name;
  }

  override get key(): string {
    return `System.Xml.Linq.XNamespace:${this.name}`;
  }
}

/** The namespace of names without one. */
export const noNamespace = new XNamespace("");
/** The namespace of `xml:`, as an object. */
export const xmlNamespace = new XNamespace(XML_NAMESPACE);
/** The namespace of `xmlns:`, as an object. */
export const xmlnsNamespace = new XNamespace(XMLNS_NAMESPACE);

/** The header of System.Xml.Linq.XName. */
export const nameHeader: TypeHeader = { header: "sealed class System.Xml.Linq.XName : System.IEquatable<System.Xml.Linq.XName>" };

/** System.Xml.Linq.XName, a namespace and a local name: to expressions there is one object for each. */
export class XName extends NetObject {
  /** The parts must be valid: see {@link XName.of} and {@link XName.get}. */
  constructor(
    readonly namespace: string,
    readonly local: string,
  ) {
    super();
  }

  /** A checked local name in a namespace. */
  static of(local: string | null, namespace: string): XName {
    if (local === null) throw raise.argumentNull("localName");
    return new XName(namespace, checkNcName(local));
  }

  /** `XName.Get("{namespace}local")`. */
  static get(expanded: string | null): XName {
    if (expanded === null) throw raise.argumentNull("expandedName");
    const invalid = () => raise.argument(`'${expanded}' is an invalid expanded name.`);
    if (expanded === "") throw invalid();
    if (!expanded.startsWith("{")) return XName.of(expanded, "");
    const end = expanded.lastIndexOf("}");
    if (end <= 1 || end === expanded.length - 1) throw invalid();
    return XName.of(expanded.slice(end + 1), expanded.slice(1, end));
  }

  override get declaration() {
    return nameHeader;
  }

  override get isInterned(): boolean {
    return true;
  }

  override toText(): string {
    return this.namespace === "" ? this.local : `{${this.namespace}}${this.local}`;
  }

  override equals(other: unknown): boolean {
    return other instanceof XName && other.local === this.local && other.namespace === this.namespace;
  }

  override get key(): string {
    return `System.Xml.Linq.XName:${this.toText()}`;
  }
}

/** True if an element's or attribute's name matches the one asked for. Null asks for all. */
export function matches(name: XName, wanted: XName | null): boolean {
  return wanted === null || (name.local === wanted.local && name.namespace === wanted.namespace);
}
