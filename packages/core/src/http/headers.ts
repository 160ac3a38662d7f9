import { HeaderIndex } from "./header-index.js";
import { HeaderNames } from "./header-names.js";

/** What a header list is made of: one, name and value pairs, or an object whose values may be lists. */
export type HeadersInput =
  | Headers
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * A header list: keeps order, case and repetition; names match without regard to case. Values are kept as given.
 * Small messages dominate, so it is a flat array searched in line: most names differ in length already.
 */
export class Headers implements Iterable<readonly [string, string]> {
  /** name, value, name, value … as undici and node:http take them. */
  private flat: string[] = [];
  /** True while `flat` belongs to somebody else: it is copied before its first change. */
  private isBorrowed = false;
  /** Where lines are, once there are many and they are looked for often; null while that is not known. */
  private index: HeaderIndex | null = null;
  /** Lines that have been gone through since where they are was last known. */
  private looks = 0;
  /** True once a text has been put in here that goes beyond Latin-1. What comes off the wire never does. */
  private isBeyond = false;
  /** Of a message that has come in: names, in lower case, of what has been set here since, and not come with it. */
  private chosen: string[] | null = null;

  constructor(input?: HeadersInput) {
    if (input === undefined) return;
    if (input instanceof Headers) {
      this.flat = input.flat.slice();
      this.isBeyond = input.isBeyond;
      this.chosen = input.chosen === null ? null : input.chosen.slice();
    } else if (Symbol.iterator in input) {
      for (const [name, value] of input as Iterable<readonly [string, string]>) this.append(name, value);
    } else {
      for (const [name, value] of Object.entries(input)) {
        if (value === undefined) continue;
        if (typeof value === "string") this.append(name, value);
        else for (const line of value) this.append(name, line);
      }
    }
  }

  /**
   * Of names and values in turn, in Latin-1, as node:http and undici give them. The list is not changed, and must not be changed by others: as long as
   * nothing is changed here, {@link toFlat} gives the same one.
   */
  static fromFlat(flat: readonly string[]): Headers {
    const headers = new Headers();
    headers.isBorrowed = flat.length % 2 === 0;
    headers.flat = headers.isBorrowed ? (flat as string[]) : flat.slice(0, -1);
    return headers;
  }

  /** True where a name or a value may have characters beyond Latin-1, which cannot be written to a connection as they are. */
  get isBeyondLatin1(): boolean {
    return this.isBeyond;
  }

  /** The number of header lines. */
  get size(): number {
    return this.flat.length / 2;
  }

  has(name: string): boolean {
    return this.find(name, 0) >= 0;
  }

  /** The first value of a header, or null. */
  get(name: string): string | null {
    const at = this.find(name, 0);
    return at < 0 ? null : this.flat[at + 1]!;
  }

  /** True for a header with more than one line. */
  isRepeated(name: string): boolean {
    const at = this.find(name, 0);
    return at >= 0 && this.find(name, at + 2) >= 0;
  }

  /** All values of a header, in order. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let at = this.find(name, 0); at >= 0; at = this.find(name, at + 2)) values.push(this.flat[at + 1]!);
    return values;
  }

  /** All values of a header joined by commas, or undefined. */
  joined(name: string): string | undefined {
    let text: string | undefined;
    for (let at = this.find(name, 0); at >= 0; at = this.find(name, at + 2)) {
      const value = this.flat[at + 1]!;
      text = text === undefined ? value : `${text},${value}`;
    }
    return text;
  }

  /** The `Host` that was set here since {@link received}; null if there is none, or only that of the message as it came in. */
  get chosenHost(): string | null {
    return this.chosen?.includes("host") === true ? (this.getAll("host").at(-1) ?? null) : null;
  }

  /** Says that the message has come in like this: what is here is the sender's choice, and that of nobody here. */
  received(): this {
    this.chosen = [];
    return this;
  }

  /**
   * Deletes what a sender has sent under names that differ from those of headers set here in underscores for hyphens alone: backends that hand
   * headers on as variables (CGI, WSGI, PHP) take both for the same. So it is with what was deleted here, under names without underscores.
   */
  deleteLookalikes(): void {
    const { chosen, flat } = this;
    if (chosen === null || chosen.length === 0 || !flat.some((text, i) => i % 2 === 0 && text.includes("_"))) return;
    const own = new Set(chosen);
    const spellings = new Set(chosen.map(hyphenated));
    const lookalikes = new Set<string>();
    for (let i = 0; i < flat.length; i += 2) {
      const name = flat[i]!.toLowerCase();
      if (!own.has(name) && spellings.has(hyphenated(name))) lookalikes.add(name);
    }
    if (lookalikes.size > 0) this.deleteAll(new HeaderNames(lookalikes));
  }

  append(name: string, value: string): void {
    this.chosen?.push(name.toLowerCase());
    this.isBeyond ||= isBeyondLatin1(name) || isBeyondLatin1(value);
    const flat = this.own();
    flat.push(name, value);
    this.index?.add(name, flat.length - 2);
  }

  /** Replaces all lines of that name by the given ones, at the place of the first. */
  set(name: string, ...values: readonly string[]): void {
    const at = this.find(name, 0);
    if (at < 0) {
      for (const value of values) this.append(name, value);
      return;
    }
    if (values.length === 0) return this.delete(name);
    this.chosen?.push(name.toLowerCase());
    const flat = this.own();
    flat[at] = name;
    flat[at + 1] = values[0]!;
    this.isBeyond ||= isBeyondLatin1(name) || anyBeyondLatin1(values);
    this.deleteFrom(name, at + 2);
    if (values.length > 1) this.forget();
    for (let i = 1; i < values.length; i++) flat.splice(at + 2 * i, 0, name, values[i]!);
  }

  delete(name: string): void {
    if (this.chosen !== null && !name.includes("_")) this.chosen.push(name.toLowerCase());
    this.deleteFrom(name, 0);
  }

  /** Deletes all lines of several headers at once. */
  deleteAll(names: HeaderNames): void {
    let kept = 0;
    while (kept < this.flat.length && !names.has(this.flat[kept]!)) kept += 2;
    // Where there is none of them the list stays as it is, shared or not.
    if (kept >= this.flat.length) return;
    const flat = this.own();
    this.forget();
    for (let i = kept; i < flat.length; i += 2) {
      if (names.has(flat[i]!)) continue;
      if (kept < i) {
        flat[kept] = flat[i]!;
        flat[kept + 1] = flat[i + 1]!;
      }
      kept += 2;
    }
    flat.length = kept;
  }

  /** Names as first written, each once, in order. */
  names(): string[] {
    return Array.from(this.byName(), ([name]) => name);
  }

  /** Every name as first written with its values, in order of first appearance. */
  byName(): Iterable<readonly [name: string, values: readonly string[]]> {
    const found = new Map<string, readonly [string, string[]]>();
    for (let i = 0; i < this.flat.length; i += 2) {
      const name = this.flat[i]!;
      const value = this.flat[i + 1]!;
      const key = name.toLowerCase();
      const known = found.get(key);
      if (known === undefined) found.set(key, [name, [value]]);
      else known[1].push(value);
    }
    return found.values();
  }

  clone(): Headers {
    return new Headers(this);
  }

  /** A flat list of names and values, for undici and node:http. Not to be changed. */
  toFlat(): readonly string[] {
    return this.flat;
  }

  *[Symbol.iterator](): Iterator<readonly [string, string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i]!, this.flat[i + 1]!];
  }

  /** Where the next line of that name begins, or -1. */
  private find(wanted: string, from: number): number {
    const { flat } = this;
    if (flat.length > 2 * MANY) {
      this.index ??= (this.looks += flat.length) > flat.length * WORTH_AN_INDEX ? new HeaderIndex(flat) : null;
      if (this.index !== null) {
        const at = this.index.first(wanted);
        if (at === -1 || from <= at) return at;
        if (!this.index.isRepeated(wanted)) return -1;
      }
    }
    for (let i = from; i < flat.length; i += 2) {
      const name = flat[i]!;
      if (name.length === wanted.length && (name === wanted || name.toLowerCase() === wanted.toLowerCase())) return i;
    }
    return -1;
  }

  private deleteFrom(wanted: string, from: number): void {
    let next = this.find(wanted, from);
    if (next < 0) return;
    const flat = this.own();
    this.forget();
    let kept = next;
    while (next >= 0) {
      const after = next + 2;
      next = this.find(wanted, after);
      const end = next < 0 ? flat.length : next;
      flat.copyWithin(kept, after, end);
      kept += end - after;
    }
    flat.length = kept;
  }

  /** Lines are no longer where they were. */
  private forget(): void {
    this.index = null;
    this.looks = 0;
  }

  /** The list, to be changed. */
  private own(): string[] {
    if (this.isBorrowed) {
      this.flat = this.flat.slice();
      this.isBorrowed = false;
    }
    return this.flat;
  }
}

const BEYOND_LATIN_1 = /[^\0-\xff]/;

/** Header lines from which on it pays to know where they are. */
const MANY = 32;
/** How often a list is gone through before it does: deletions make what is known of it void, and may come in turn with questions. */
const WORTH_AN_INDEX = 16;

/** V8 does not even look at texts of one byte a character, which nearly all are: for them this expression can never match. */
function isBeyondLatin1(text: string): boolean {
  return BEYOND_LATIN_1.test(text);
}

function anyBeyondLatin1(texts: readonly string[]): boolean {
  for (let i = 0; i < texts.length; i++) if (isBeyondLatin1(texts[i]!)) return true;
  return false;
}

function hyphenated(name: string): string {
  return name.replaceAll("_", "-");
}
