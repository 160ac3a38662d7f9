import type { HeadersInput } from "./message.js";

/**
 * A header list: keeps order, case and repetition; names match without regard to case. Values are kept as given.
 * Small messages dominate, so it is a flat array searched in line; lower-cased names are kept beside it.
 */
export class Headers implements Iterable<readonly [string, string]> {
  /** name, value, name, value … as undici and node:http take them. */
  private flat: string[] = [];
  private lower: string[] = [];

  constructor(input?: HeadersInput) {
    if (input === undefined) return;
    if (input instanceof Headers) {
      this.flat = input.flat.slice();
      this.lower = input.lower.slice();
    } else if (Symbol.iterator in input) {
      for (const [name, value] of input as Iterable<readonly [string, string]>) this.append(name, value);
    } else {
      for (const [name, value] of Object.entries(input)) {
        if (value === undefined) continue;
        if (typeof value === "string") this.append(name, value);
        else for (const one of value) this.append(name, one);
      }
    }
  }

  /** Of names and values in turn, as node:http and undici give them. */
  static fromFlat(flat: readonly string[]): Headers {
    const headers = new Headers();
    for (let i = 0; i + 1 < flat.length; i += 2) headers.append(flat[i]!, flat[i + 1]!);
    return headers;
  }

  /** The number of header lines. */
  get size(): number {
    return this.lower.length;
  }

  has(name: string): boolean {
    return this.lower.includes(name.toLowerCase());
  }

  /** The first value of a header, or null. */
  get(name: string): string | null {
    const at = this.lower.indexOf(name.toLowerCase());
    return at < 0 ? null : this.flat[at * 2 + 1]!;
  }

  /** All values of a header, in order. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase();
    const values: string[] = [];
    for (let i = 0; i < this.lower.length; i++) if (this.lower[i] === wanted) values.push(this.flat[i * 2 + 1]!);
    return values;
  }

  /** All values of a header joined by commas, or undefined. */
  joined(name: string): string | undefined {
    const wanted = name.toLowerCase();
    let text: string | undefined;
    for (let i = 0; i < this.lower.length; i++) {
      if (this.lower[i] !== wanted) continue;
      const value = this.flat[i * 2 + 1]!;
      text = text === undefined ? value : `${text},${value}`;
    }
    return text;
  }

  append(name: string, value: string): void {
    this.flat.push(name, value);
    this.lower.push(name.toLowerCase());
  }

  /** Replaces all lines of that name by the given ones, at the place of the first. */
  set(name: string, ...values: readonly string[]): void {
    const wanted = name.toLowerCase();
    const at = this.lower.indexOf(wanted);
    if (at < 0) {
      for (const value of values) this.append(name, value);
      return;
    }
    if (values.length === 0) return this.delete(name);
    this.flat[at * 2] = name;
    this.flat[at * 2 + 1] = values[0]!;
    for (let i = this.lower.length - 1; i > at; i--) if (this.lower[i] === wanted) this.removeAt(i);
    if (values.length > 1) {
      const rest = values.slice(1);
      this.flat.splice(at * 2 + 2, 0, ...rest.flatMap((value) => [name, value]));
      this.lower.splice(at + 1, 0, ...rest.map(() => wanted));
    }
  }

  delete(name: string): void {
    const wanted = name.toLowerCase();
    for (let i = this.lower.length - 1; i >= 0; i--) if (this.lower[i] === wanted) this.removeAt(i);
  }

  /** Deletes all lines of several headers at once. @param names in lower case */
  deleteAll(names: ReadonlySet<string>): void {
    let kept = 0;
    for (let i = 0; i < this.lower.length; i++) {
      const name = this.lower[i]!;
      if (names.has(name)) continue;
      if (kept < i) {
        this.lower[kept] = name;
        this.flat[kept * 2] = this.flat[i * 2]!;
        this.flat[kept * 2 + 1] = this.flat[i * 2 + 1]!;
      }
      kept++;
    }
    this.lower.length = kept;
    this.flat.length = kept * 2;
  }

  /** Names as first written, each once, in order. */
  names(): string[] {
    const seen = new Map<string, string>();
    for (let i = 0; i < this.lower.length; i++) if (!seen.has(this.lower[i]!)) seen.set(this.lower[i]!, this.flat[i * 2]!);
    return [...seen.values()];
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

  private removeAt(index: number): void {
    this.flat.splice(index * 2, 2);
    this.lower.splice(index, 1);
  }
}
