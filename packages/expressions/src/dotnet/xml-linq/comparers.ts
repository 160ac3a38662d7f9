import { NetObject } from "../../runtime/values.js";
import { defineType } from "../../types/declare.js";
import { hashCode } from "../object.js";
import { compareDocumentOrder } from "./node-types.js";
import { deepEquals, type XNode } from "./tree.js";

/** System.Xml.Linq.XNodeEqualityComparer: nodes are equal if they are so in depth. */
class XNodeEqualityComparer extends NetObject {
  override get declaration() {
    return equalityComparerType;
  }
}

/** System.Xml.Linq.XNodeDocumentOrderComparer. */
class XNodeDocumentOrderComparer extends NetObject {
  override get declaration() {
    return orderComparerType;
  }
}

type Node = XNode | null;

export const equalityComparerType = defineType("sealed class System.Xml.Linq.XNodeEqualityComparer", {
  "new()": () => new XNodeEqualityComparer(),
  "bool Equals(XNode x, XNode y)": (_self: unknown, a: Node, b: Node) => deepEquals(a, b),
  "int GetHashCode(XNode obj)": (_self: unknown, node: Node) => (node === null ? 0 : hashCode(node.toXml(false))),
});

export const orderComparerType = defineType("sealed class System.Xml.Linq.XNodeDocumentOrderComparer", {
  "new()": () => new XNodeDocumentOrderComparer(),
  "int Compare(XNode x, XNode y)": (_self: unknown, a: Node, b: Node) => compareDocumentOrder(a, b),
});
