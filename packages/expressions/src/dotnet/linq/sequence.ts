import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { NetArray, NetEnumerable } from "../../types/values.js";
import { enumerate } from "../object.js";

/** A function argument in raw form. */
export type Fn = (...args: unknown[]) => unknown;

/** What a deferred LINQ operator gives: computed anew each time it is enumerated. Items are raw values of the element type. */
export class LazySequence extends NetEnumerable {
  constructor(
    override readonly elementType: NetType,
    private readonly items: () => Iterable<unknown>,
  ) {
    super();
  }

  override get declaration() {
    return lazySequenceType;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  override [Symbol.iterator](): Iterator<unknown> {
    return this.items()[Symbol.iterator]();
  }
}

/** `System.Linq.Enumerable.Iterator<T>`, as expressions know it. */
export const lazySequenceType = defineType(
  "sealed class System.Linq.Enumerable.Iterator<T> : System.Collections.Generic.IEnumerable<T>",
  {},
  { unnamed: true },
);

/** Throws ArgumentNullException if an argument is null. */
export function notNull<T>(value: T | null, name: string): T {
  if (value === null) throw raise.argumentNull(name);
  return value;
}

/** The items of a source of type `IEnumerable<T>` that has been checked. */
export function itemsOf(site: CallSite, source: unknown, typeArgument = 0): Iterable<unknown> {
  return enumerate(source, site.typeArguments[typeArgument]);
}

/** All items at once, charged as they come. Arrays are copied too: whoever asks may keep them. */
export function bufferOf(site: CallSite, source: unknown): unknown[] {
  const { run } = site;
  if (source instanceof NetArray) {
    run.allocate(source.items.length * Weight.item);
    run.steps(source.items.length);
    return [...source.items];
  }
  const items: unknown[] = [];
  for (const item of itemsOf(site, source)) {
    run.step();
    run.allocate(Weight.item);
    items.push(item);
  }
  return items;
}

/** A deferred sequence of the type argument at an index. */
export function lazy(site: CallSite, typeArgument: number, items: () => Iterable<unknown>): LazySequence {
  return new LazySequence(site.typeArguments[typeArgument]!, items);
}

/** What LINQ throws for an empty sequence. */
export const noElements = () => raise.invalidOperation("Sequence contains no elements");
/** What LINQ throws where no element matches. */
export const noMatch = () => raise.invalidOperation("Sequence contains no matching element");
/** What `Single` throws for more elements than one. */
export const severalElements = () => raise.invalidOperation("Sequence contains more than one element");
/** What `Single` throws where more elements than one match. */
export const severalMatches = () => raise.invalidOperation("Sequence contains more than one matching element");
