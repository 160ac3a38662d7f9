import { raise } from "../../runtime/exceptions.js";
import { Weight } from "../../runtime/weights.js";
import { collectionModified, type ListProtocol } from "../collections/protocol.js";
import type { Meter } from "./meter.js";
import { JToken, type ParentToken } from "./token.js";

/** Newtonsoft.Json.Linq.JContainer: a token that has tokens below it. */
export abstract class JContainer extends JToken implements ListProtocol, ParentToken {
  /** Changed whenever the list of children is; enumerators look at it. */
  version = 0;

  abstract insertAt(index: number, token: JToken, meter: Meter): void;
  abstract removeAt(index: number): void;
  abstract replaceAt(index: number, token: JToken, meter: Meter): void;
  abstract removeAll(): void;

  get count(): number {
    return this.children.length;
  }

  override get knownCount(): number {
    return this.children.length;
  }

  override *[Symbol.iterator](): Generator<JToken> {
    const { version } = this;
    for (let i = 0; i < this.children.length; i++) {
      yield this.children[i]!;
      if (version !== this.version) throw collectionModified();
    }
  }

  // As IList<JToken>.

  get isReadOnly(): boolean {
    return false;
  }

  /** Throws ArgumentOutOfRangeException. */
  at(index: number): JToken {
    const child = this.children[index];
    if (child === undefined) throw raise.listIndex();
    return child;
  }

  setAt(index: number, item: unknown): void {
    this.at(index);
    this.replaceAt(index, (item as JToken | null) ?? this.nothing(), null);
  }

  indexOf(item: unknown): number {
    return this.children.indexOf(item as JToken);
  }

  insert(index: number, item: unknown): void {
    this.insertAt(index, (item as JToken | null) ?? this.nothing(), null);
  }

  addItem(item: unknown): void {
    this.append((item as JToken | null) ?? this.nothing(), null);
  }

  containsItem(item: unknown): boolean {
    return this.indexOf(item) >= 0;
  }

  removeItem(item: unknown): boolean {
    const index = this.indexOf(item);
    if (index < 0) return false;
    this.removeAt(index);
    return true;
  }

  clear(): void {
    this.removeAll();
  }

  /** The token that stands for null. */
  protected abstract nothing(): JToken;

  append(token: JToken, meter: Meter): void {
    this.insertAt(this.children.length, token, meter);
  }

  /** All tokens below, in document order. */
  *descendants(meter: Meter, includeSelf = false): Generator<JToken> {
    if (includeSelf) yield this;
    const pending: Iterator<JToken>[] = [this[Symbol.iterator]()];
    while (pending.length > 0) {
      const { done, value } = pending[pending.length - 1]!.next();
      if (done === true) {
        pending.pop();
        continue;
      }
      meter?.step();
      yield value;
      if (value instanceof JContainer) pending.push(value[Symbol.iterator]());
    }
  }

  /** The token itself, or a copy if it stands elsewhere already or this would become part of itself. */
  protected adopt(token: JToken, meter: Meter): JToken {
    if (token.parent === null && token !== this && !(token.hasValues && this.root === token)) return token;
    return token.clone(meter);
  }
}

/** A container whose children stand in a list of any length. */
export abstract class ListContainer<T extends JToken = JToken> extends JContainer {
  protected readonly items: T[] = [];

  /** Throws ArgumentException if a token does not belong among the children. `replaced` is about to go. */
  protected abstract check(token: JToken, replaced: T | null): asserts token is T;
  protected added(_token: T): void {}
  protected removed(_token: T): void {}

  override get children(): readonly T[] {
    return this.items;
  }

  override insertAt(index: number, token: JToken, meter: Meter): void {
    if (index < 0 || index > this.items.length)
      throw raise.argumentOutOfRange("index", "Index must be within the bounds of the List.");
    const child = this.adopt(token, meter);
    this.check(child, null);
    meter?.allocate(Weight.token);
    if (index === this.items.length) this.items.push(child);
    else {
      meter?.steps((this.items.length - index) >> 4);
      this.items.splice(index, 0, child);
    }
    child.placedAt(this, index);
    this.version++;
    this.added(child);
  }

  /** Puts a new child at the end that is known to belong there and to be new: for readers. */
  attach(child: T): void {
    child.placedAt(this, this.items.length);
    this.items.push(child);
    this.added(child);
  }

  override removeAt(index: number): void {
    const child = this.at(index);
    this.items.splice(index, 1);
    this.version++;
    child.parent = null;
    this.removed(child);
  }

  override replaceAt(index: number, token: JToken, meter: Meter): void {
    const old = this.at(index);
    if (token === old) return;
    const child = this.adopt(token, meter);
    this.check(child, old);
    old.parent = null;
    this.removed(old);
    this.items[index] = child;
    child.placedAt(this, index);
    this.version++;
    this.added(child);
  }

  override removeAll(): void {
    for (const child of this.items) {
      child.parent = null;
      this.removed(child);
    }
    this.items.length = 0;
    this.version++;
  }

  override at(index: number): T {
    return super.at(index) as T;
  }
}
