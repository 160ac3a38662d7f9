import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, withCall } from "../../types/declare.js";
import { enumerate } from "../object.js";
import { ancestors, children, descendants } from "./axes.js";
import type { XAttribute, XElement } from "./element.js";
import { matches, type XName } from "./names.js";
import { attributeSequence, elementSequence, nodeSequence } from "./sequence.js";
import type { XContainer, XNode } from "./tree.js";
import { compareDocumentOrder } from "./tree.js";

type Name = XName | null;
type Source = unknown;

const IEnumerable = "System.Collections.Generic.IEnumerable";

function from<T>(source: Source): Iterable<T> {
  if (source === null) throw raise.argumentNull("source");
  return enumerate(source) as Iterable<T>;
}

function* flatMap<T, R>(source: Source, items: (item: T) => Iterable<R | null>): Generator<R | null> {
  for (const item of from<T | null>(source)) {
    yield null;
    if (item !== null) yield* items(item);
  }
}

/** The same axis for each item of a sequence, one after the other. */
const axis = <T>(items: (self: T, name: Name) => Iterable<XElement | null>) => ({
  all: withCall((site: CallSite, source: Source) =>
    elementSequence(site, () => flatMap<T, XElement>(source, (node) => items(node, null))),
  ),
  byName: withCall((site: CallSite, source: Source, name: Name) =>
    elementSequence(site, () => flatMap<T, XElement>(source, (node) => (name === null ? [] : items(node, name)))),
  ),
});

const ancestorAxis = axis<XNode>((node, name) => ancestors(node, name, false));
const selfAndAbove = axis<XElement>((node, name) => ancestors(node, name, true));
const childAxis = axis<XContainer>(children);
const descendantAxis = axis<XContainer>((node, name) => descendants(node, name, false));
const selfAndBelow = axis<XElement>((node, name) => descendants(node, name, true));

const removeEach = (source: Source) => {
  for (const item of [...from<XNode | XAttribute | null>(source)]) item?.remove();
};

/** System.Xml.Linq.Extensions: the axes of whole sequences. */
export const extensionsType = defineType("static class System.Xml.Linq.Extensions", {
  [`static ${IEnumerable}<XElement> Ancestors(this ${IEnumerable}<XNode> source)`]: ancestorAxis.all,
  [`static ${IEnumerable}<XElement> Ancestors(this ${IEnumerable}<XNode> source, XName name)`]: ancestorAxis.byName,
  [`static ${IEnumerable}<XElement> AncestorsAndSelf(this ${IEnumerable}<XElement> source)`]: selfAndAbove.all,
  [`static ${IEnumerable}<XElement> AncestorsAndSelf(this ${IEnumerable}<XElement> source, XName name)`]: selfAndAbove.byName,
  [`static ${IEnumerable}<XElement> Elements(this ${IEnumerable}<XContainer> source)`]: childAxis.all,
  [`static ${IEnumerable}<XElement> Elements(this ${IEnumerable}<XContainer> source, XName name)`]: childAxis.byName,
  [`static ${IEnumerable}<XElement> Descendants(this ${IEnumerable}<XContainer> source)`]: descendantAxis.all,
  [`static ${IEnumerable}<XElement> Descendants(this ${IEnumerable}<XContainer> source, XName name)`]: descendantAxis.byName,
  [`static ${IEnumerable}<XElement> DescendantsAndSelf(this ${IEnumerable}<XElement> source)`]: selfAndBelow.all,
  [`static ${IEnumerable}<XElement> DescendantsAndSelf(this ${IEnumerable}<XElement> source, XName name)`]: selfAndBelow.byName,
  [`static ${IEnumerable}<XNode> Nodes(this ${IEnumerable}<XContainer> source)`]: withCall((site: CallSite, source: Source) =>
    nodeSequence(site, () => flatMap<XContainer, XNode>(source, (node) => node.children())),
  ),
  [`static ${IEnumerable}<XNode> DescendantNodes(this ${IEnumerable}<XContainer> source)`]: withCall(
    (site: CallSite, source: Source) =>
      nodeSequence(site, () => flatMap<XContainer, XNode>(source, (node) => node.descendantNodes(false))),
  ),
  [`static ${IEnumerable}<XNode> DescendantNodesAndSelf(this ${IEnumerable}<XElement> source)`]: withCall(
    (site: CallSite, source: Source) =>
      nodeSequence(site, () => flatMap<XContainer, XNode>(source, (node) => node.descendantNodes(true))),
  ),
  [`static ${IEnumerable}<XAttribute> Attributes(this ${IEnumerable}<XElement> source)`]: withCall(
    (site: CallSite, source: Source) =>
      attributeSequence(site, () => flatMap<XElement, XAttribute>(source, (node) => node.attributes)),
  ),
  [`static ${IEnumerable}<XAttribute> Attributes(this ${IEnumerable}<XElement> source, XName name)`]: withCall(
    (site: CallSite, source: Source, name: Name) =>
      attributeSequence(site, () =>
        flatMap<XElement, XAttribute>(source, (node) =>
          name === null ? [] : node.attributes.filter((a) => matches(a.name, name)),
        ),
      ),
  ),
  [`static ${IEnumerable}<XNode> InDocumentOrder(this ${IEnumerable}<XNode> source)`]: withCall(
    (site: CallSite, source: Source) =>
      nodeSequence(site, () => [...from<XNode | null>(source)].sort(compareDocumentOrder) as XNode[]),
  ),
  [`static void Remove(this ${IEnumerable}<XNode> source)`]: removeEach,
  [`static void Remove(this ${IEnumerable}<XAttribute> source)`]: removeEach,
});
