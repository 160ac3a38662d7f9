import type { Run } from "../../runtime/run.js";
import { type CallSite, defineType } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetArray, NetEnumerable } from "../../types/values.js";
import type { XObject } from "./tree.js";

/**
 * What LINQ to XML's axes give: enumerated anew each time, over the tree as it then is. Every item looked at is a step; null stands for
 * one that does not belong to the sequence.
 */
export class XmlSequence<T extends XObject> extends NetEnumerable {
  constructor(
    private readonly run: Run,
    override readonly elementType: NetType,
    private readonly items: () => Iterable<T | null>,
  ) {
    super();
  }

  override get declaration() {
    return sequenceType;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  override *[Symbol.iterator](): Generator<T> {
    for (const item of this.items()) {
      this.run.step();
      if (item !== null) yield item;
    }
  }
}

/** `System.Xml.Linq.XSequence<T>`, as expressions know it. */
export const sequenceType = defineType(
  "sealed class System.Xml.Linq.XSequence<T> : System.Collections.Generic.IEnumerable<T>",
  {},
  { unnamed: true },
);

const sequenceOf =
  <T extends XObject>(typeName: string) =>
  (site: CallSite, items: () => Iterable<T | null>): XmlSequence<T> =>
    new XmlSequence(site.run, site.scope.find(`System.Xml.Linq.${typeName}`)!, items);

/** A lazy sequence of elements. */
export const elementSequence = sequenceOf("XElement");
/** A lazy sequence of nodes. */
export const nodeSequence = sequenceOf("XNode");
/** A lazy sequence of attributes. */
export const attributeSequence = sequenceOf("XAttribute");

/** Content with its lazy sequences enumerated: what replaces old content may be a query over it. */
export function settled(content: unknown): unknown {
  if (content instanceof NetArray && !(content.items instanceof Uint8Array))
    return new NetArray(content.elementType, content.items.map(settled));
  return content instanceof NetEnumerable ? new NetArray(content.elementType, [...content]) : content;
}
