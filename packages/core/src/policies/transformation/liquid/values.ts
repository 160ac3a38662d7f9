import { Boxed, builtinScope } from "@turnpike/expressions/values";
import type { Rendering } from "./rendering.js";

/**
 * What templates work with. Simple values are those of expressions in object form: null, string, boolean, number (int), `Boxed` (long, double,
 * char), Decimal, DateTime. A list is a JavaScript array. The rest is here.
 */

const CHAR = builtinScope.find("System.Char")!;

/** A member of an object, or an entry of a dictionary. */
export class Pair {
  constructor(
    readonly key: string,
    readonly value: unknown,
    /** Of an object of a body or variable: loops treat such pairs in their own way. */
    readonly isMember: boolean,
  ) {}
}

/** Something that has values by name: what is `IDictionary` to the engine. */
export abstract class Keyed {
  abstract readonly count: number;
  abstract has(key: string): boolean;
  /** Null for what is not there. */
  abstract get(key: string): unknown;
  abstract pairs(): Iterable<Pair>;
}

/** An object of a JSON body or of a variable. */
export class Hash extends Keyed {
  constructor(readonly members: Map<string, unknown>) {
    super();
  }

  get count(): number {
    return this.members.size;
  }

  has(key: string): boolean {
    return this.members.has(key);
  }

  get(key: string): unknown {
    return this.members.get(key) ?? null;
  }

  *pairs(): Iterable<Pair> {
    for (const [key, value] of this.members) yield new Pair(key, value, true);
  }
}

/** A list that is made while it is read: a range, or what a filter gives. It has no places: `[0]` finds nothing. */
export class Sequence {
  constructor(
    readonly count: number,
    readonly item: (index: number) => unknown,
  ) {}

  /** Whole numbers from `first` to `last`; none if that is below it. */
  static range(first: number, last: number): Sequence {
    return new Sequence(Math.max(0, last - first + 1), (index) => first + index);
  }

  static of(items: readonly unknown[]): Sequence {
    return new Sequence(items.length, (index) => items[index]);
  }
}

/** An object of the gateway that shows some members, by case. It prints as nothing, or as its text. */
export interface Drop {
  readonly kind: "drop";
  /** Undefined for a member that it has not. */
  member(name: string): unknown;
  readonly text: string;
}

/** Is it an object that gives templates its members? */
export function isDrop(value: unknown): value is Drop {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "drop";
}

/** `blank` and `empty`: equal to what is a text, list or object without items. */
export const EMPTY = Symbol("empty");

/** An element of an XML body that has children: their names lead to them, and it is the list of them as well. */
export interface ElementLike extends Keyed {
  readonly items: readonly unknown[];
}

/** Is it an element of XML? */
export function isElement(value: unknown): value is ElementLike {
  return value instanceof Keyed && "items" in value;
}

/** The items of what is a list to the engine (`IList`); null for anything else. */
export function listOf(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  return isElement(value) ? value.items : null;
}

/** Can it be enumerated: text, list, sequence, object? */
export function isEnumerable(value: unknown): boolean {
  return typeof value === "string" || Array.isArray(value) || value instanceof Keyed || value instanceof Sequence;
}

/** The number of items of what can be enumerated. */
export function countOf(value: unknown): number {
  if (typeof value === "string" || Array.isArray(value)) return value.length;
  if (isElement(value)) return value.items.length;
  return value instanceof Keyed || value instanceof Sequence ? value.count : 0;
}

/** The items of what can be enumerated, each charged as a step: characters of a text, pairs of an object. */
export function* itemsOf(value: unknown, r: Rendering): Generator<unknown, void> {
  if (value instanceof Sequence) {
    for (let i = 0; i < value.count; i++) {
      r.run.step();
      yield value.item(i);
    }
    return;
  }
  if (typeof value === "string") {
    for (let i = 0; i < value.length; i++) {
      r.run.step();
      yield character(value, i);
    }
    return;
  }
  const items = listOf(value) ?? (value instanceof Keyed ? value.pairs() : []);
  for (const item of items) {
    r.run.step();
    yield item;
  }
}

/** The first or last item; null if there is none. */
export function endOf(value: unknown, end: "first" | "last", r: Rendering): unknown {
  const count = countOf(value);
  if (count === 0) return null;
  const index = end === "first" ? 0 : count - 1;
  if (typeof value === "string") return character(value, index);
  if (value instanceof Sequence) return value.item(index);
  const list = listOf(value);
  if (list !== null) return list[index];
  let found: unknown = null;
  for (const item of itemsOf(value, r)) {
    found = item;
    if (end === "first") break;
  }
  return found;
}

function character(text: string, index: number): Boxed {
  return new Boxed(CHAR, text.charCodeAt(index));
}

/** The items of nested lists, sequences and objects, one after the other; texts stay whole. */
export function* flattened(value: unknown, r: Rendering): Generator<unknown, void> {
  for (const item of itemsOf(value, r)) {
    if (typeof item !== "string" && isEnumerable(item)) yield* flattened(item, r);
    else yield item;
  }
}
