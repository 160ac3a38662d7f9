import { defineType, type TypeDeclaration } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import type { EqualityProtocol } from "../collections/equality.js";
import type { OrderProtocol } from "../collections/ordering.js";
import { hashCode } from "../object.js";
import { compareDocumentOrder, deepEquals, type XNode } from "./tree.js";

/** System.Xml.Linq.XNodeEqualityComparer: nodes are equal if they are so in depth. */
export class XNodeEqualityComparer extends NetObject implements EqualityProtocol {
  static readonly shared = new XNodeEqualityComparer();

  override get declaration(): TypeDeclaration {
    return equalityComparerType;
  }

  equalValues(a: unknown, b: unknown): boolean {
    return deepEquals(a as Node, b as Node);
  }

  keyOfValue(node: unknown): unknown {
    return node === null ? null : (node as XNode).toXml(false);
  }
}

/** System.Xml.Linq.XNodeDocumentOrderComparer. */
export class XNodeDocumentOrderComparer extends NetObject implements OrderProtocol {
  static readonly shared = new XNodeDocumentOrderComparer();

  override get declaration(): TypeDeclaration {
    return orderComparerType;
  }

  compareValues(a: unknown, b: unknown): number {
    return compareDocumentOrder(a as Node, b as Node);
  }
}

type Node = XNode | null;

/** `System.Xml.Linq.XNodeEqualityComparer`, as expressions know it. */
export const equalityComparerType: TypeDeclaration = defineType(
  "sealed class System.Xml.Linq.XNodeEqualityComparer : System.Collections.Generic.IEqualityComparer<XNode>",
  {
    "new()": () => new XNodeEqualityComparer(),
    "bool Equals(XNode x, XNode y)": (_self: unknown, a: Node, b: Node) => deepEquals(a, b),
    "int GetHashCode(XNode obj)": (_self: unknown, node: Node) => (node === null ? 0 : hashCode(node.toXml(false))),
  },
);

/** `System.Xml.Linq.XNodeDocumentOrderComparer`, as expressions know it. */
export const orderComparerType: TypeDeclaration = defineType(
  "sealed class System.Xml.Linq.XNodeDocumentOrderComparer : System.Collections.Generic.IComparer<XNode>",
  {
    "new()": () => new XNodeDocumentOrderComparer(),
    "int Compare(XNode x, XNode y)": (_self: unknown, a: Node, b: Node) => compareDocumentOrder(a, b),
  },
);
