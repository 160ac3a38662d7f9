import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { NetType } from "../../types/net-type.js";
import { type NetArray, NetEnumerable } from "../../types/values.js";
import { Enumerator } from "./enumerator.js";
import { arrayOfItems, takeItems } from "./list-type.js";
import { collectionModified, copyItems, equalItems } from "./protocol.js";

/** What Queue and Stack share: items in raw form, enumerated in the order in which they leave. */
abstract class Line extends NetEnumerable {
  protected items: unknown[];
  protected version = 0;

  constructor(
    override readonly elementType: NetType,
    items: unknown[] = [],
  ) {
    super();
    this.items = items;
  }

  override get typeArguments(): readonly NetType[] {
    return [this.elementType];
  }

  abstract get count(): number;
  /** The item that leaves `index` turns from now. */
  protected abstract itemAt(index: number): unknown;
  abstract take(): unknown;

  override get knownCount(): number {
    return this.count;
  }

  override *[Symbol.iterator](): Generator<unknown> {
    const { version, count } = this;
    for (let i = 0; i < count; i++) {
      yield this.itemAt(i);
      if (version !== this.version) throw collectionModified();
    }
  }

  put(item: unknown): void {
    this.items.push(item);
    this.version++;
  }

  peek(): unknown {
    return this.itemAt(0);
  }

  clear(): void {
    this.items = [];
    this.version++;
  }
}

const SPARE = 1024;

/** System.Collections.Generic.Queue. */
export class Queue extends Line {
  private head = 0;

  override get declaration(): TypeDeclaration {
    return queueType;
  }

  override get count(): number {
    return this.items.length - this.head;
  }

  protected override itemAt(index: number): unknown {
    return this.items[this.head + index];
  }

  override take(): unknown {
    const item = this.items[this.head];
    this.items[this.head++] = null;
    if (this.head > SPARE && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    this.version++;
    return item;
  }

  override clear(): void {
    super.clear();
    this.head = 0;
  }
}

/** System.Collections.Generic.Stack. */
export class Stack extends Line {
  override get declaration(): TypeDeclaration {
    return stackType;
  }

  override get count(): number {
    return this.items.length;
  }

  protected override itemAt(index: number): unknown {
    return this.items[this.items.length - 1 - index];
  }

  override take(): unknown {
    this.version++;
    return this.items.pop();
  }
}

function notEmpty(self: Line, name: string): Line {
  if (self.count === 0) throw raise.invalidOperation(`${name} empty.`);
  return self;
}

function members(make: new (type: NetType, items?: unknown[]) => Line, name: string, put: string, take: string) {
  const all: Record<string, Implementation> = {
    "new()": withCall((site) => new make(site.declaringArguments[0]!)),
    "new(int capacity)": withCall((site, capacity: number) => {
      if (capacity < 0) throw raise.argumentOutOfRange("capacity", "Non-negative number required.");
      return new make(site.declaringArguments[0]!);
    }),
    "new(IEnumerable<T> collection)": withCall(
      (site: CallSite, source: unknown) => new make(site.declaringArguments[0]!, takeItems(site, source, "collection")),
    ),
    "int Count { get; }": (self: Line) => self.count,
    [`void ${put}(T item)`]: withCall((site, self: Line, item: unknown) => {
      site.run.allocate(Weight.item);
      self.put(item);
    }),
    [`T ${take}()`]: (self: Line) => notEmpty(self, name).take(),
    "T Peek()": (self: Line) => notEmpty(self, name).peek(),
    "void Clear()": (self: Line) => self.clear(),
    "bool Contains(T item)": withCall((site, self: Line, item: unknown) => {
      site.run.steps(self.count);
      for (const held of self) if (equalItems(held, item)) return true;
      return false;
    }),
    "T[] ToArray()": withCall((site, self: Line) => {
      site.run.allocate(self.count * Weight.item);
      return arrayOfItems(self.elementType, [...self]);
    }),
    "void CopyTo(T[] array, int arrayIndex)": withCall((site, self: Line, target: NetArray | null, index: number) => {
      site.run.steps(self.count);
      if (target !== null && index > target.items.length) throw raise.listIndex();
      copyItems(self, self.count, target, index);
    }),
    "void TrimExcess()": () => undefined,
    "IEnumerator<T> GetEnumerator()": withCall((site, self: Line) => new Enumerator(self.elementType, self, site.run)),
  };
  return all;
}

const BASES = "System.Collections.Generic.IReadOnlyCollection<T>, System.Collections.ICollection";

/** `System.Collections.Generic.Queue<T>`, as expressions know it. */
export const queueType = defineType(
  `class System.Collections.Generic.Queue<T> : ${BASES}`,
  members(Queue, "Queue", "Enqueue", "Dequeue"),
);
/** `System.Collections.Generic.Stack<T>`, as expressions know it. */
export const stackType = defineType(
  `class System.Collections.Generic.Stack<T> : ${BASES}`,
  members(Stack, "Stack", "Push", "Pop"),
);
