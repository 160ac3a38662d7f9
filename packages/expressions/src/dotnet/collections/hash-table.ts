import { chargeMemory } from "../../runtime/current.js";
import { Weight } from "../../runtime/weights.js";
import { collectionModified } from "./protocol.js";

/**
 * The store behind Dictionary and HashSet: Map keys to slots. As in .NET, a slot that was freed is taken by the next entry that
 * is added, the last freed first: after removals the order is no longer that of insertion.
 */
export class HashTable<Entry extends object> {
  private slots: (Entry | null)[] = [];
  private readonly index = new Map<unknown, number>();
  private readonly free: number[] = [];
  /** Changed by every change; enumerators look at it. */
  version = 0;

  constructor() {
    chargeMemory(Weight.table);
  }

  get count(): number {
    return this.index.size;
  }

  has(key: unknown): boolean {
    return this.index.has(key);
  }

  get(key: unknown): Entry | undefined {
    const slot = this.index.get(key);
    return slot === undefined ? undefined : this.slots[slot]!;
  }

  /** The key must not be there. */
  add(key: unknown, entry: Entry): void {
    const slot = this.free.pop();
    if (slot === undefined) {
      this.index.set(key, this.slots.length);
      this.slots.push(entry);
    } else {
      this.index.set(key, slot);
      this.slots[slot] = entry;
    }
    this.version++;
  }

  remove(key: unknown): boolean {
    const slot = this.index.get(key);
    if (slot === undefined) return false;
    this.index.delete(key);
    this.slots[slot] = null;
    this.free.push(slot);
    this.version++;
    return true;
  }

  clear(): void {
    if (this.slots.length === 0) return;
    this.slots = [];
    this.free.length = 0;
    this.index.clear();
    this.version++;
  }

  /** All entries, watching for changes. */
  *entries(): Generator<Entry> {
    const { version } = this;
    for (let i = 0; i < this.slots.length; i++) {
      const entry = this.slots[i]!;
      if (entry === null) continue;
      yield entry;
      if (version !== this.version) throw collectionModified();
    }
  }
}
