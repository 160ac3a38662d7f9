/** One parameter: its text as written and what it says. */
interface QueryParameter {
  readonly text: string;
  readonly name: string;
  readonly value: string;
}

/**
 * A query as an ordered multi-map of decoded names and values. Names match without regard to case; `+` is a blank; percent signs that
 * encode nothing stand for themselves. A parameter without `=` has an empty value. Immutable: changes answer query text.
 */
export class QueryList implements Iterable<readonly [name: string, value: string]> {
  private readonly byName = new Map<string, { readonly name: string; readonly values: string[] }>();

  private constructor(private readonly parameters: readonly QueryParameter[]) {
    for (const { name, value } of parameters) {
      const key = name.toLowerCase();
      const known = this.byName.get(key);
      if (known === undefined) this.byName.set(key, { name, values: [value] });
      else known.values.push(value);
    }
  }

  /** Parses a query with or without its `?`. Empty pieces (`a=1&&b=2`) are no parameters. */
  static parse(queryString: string): QueryList {
    const parameters: QueryParameter[] = [];
    const query = queryString.startsWith("?") ? queryString.slice(1) : queryString;
    if (query === "") return EMPTY;
    for (const text of query.split("&")) {
      if (text === "") continue;
      const equals = text.indexOf("=");
      parameters.push({
        text,
        name: decodeQuery(equals < 0 ? text : text.slice(0, equals)),
        value: equals < 0 ? "" : decodeQuery(text.slice(equals + 1)),
      });
    }
    return new QueryList(parameters);
  }

  /** The number of different names. */
  get size(): number {
    return this.byName.size;
  }

  has(name: string): boolean {
    return this.byName.has(name.toLowerCase());
  }

  /** The first value of a parameter, or null. */
  get(name: string): string | null {
    return this.byName.get(name.toLowerCase())?.values[0] ?? null;
  }

  /** All values of a parameter, in order; empty if there is none. */
  getAll(name: string): readonly string[] {
    return this.byName.get(name.toLowerCase())?.values ?? [];
  }

  /** Names as first written, each once, in order. */
  names(): string[] {
    return Array.from(this.byName.values(), (entry) => entry.name);
  }

  /** Every name with its values, in order of first appearance. */
  *entries(): IterableIterator<readonly [name: string, values: readonly string[]]> {
    for (const { name, values } of this.byName.values()) yield [name, values];
  }

  *[Symbol.iterator](): Iterator<readonly [string, string]> {
    for (const { name, value } of this.parameters) yield [name, value];
  }

  /** The query text with a parameter's values replaced, at the place of its first occurrence. */
  set(name: string, values: readonly string[]): string {
    const wanted = name.toLowerCase();
    const pieces: string[] = [];
    let isPlaced = false;
    for (const parameter of this.parameters) {
      if (parameter.name.toLowerCase() !== wanted) pieces.push(parameter.text);
      else if (!isPlaced) {
        for (const value of values) pieces.push(pair(name, value));
        isPlaced = true;
      }
    }
    if (!isPlaced) for (const value of values) pieces.push(pair(name, value));
    return pieces.join("&");
  }

  /** The query text with a parameter added at its end. */
  add(name: string, values: readonly string[]): string {
    return [...this.parameters.map(({ text }) => text), ...values.map((value) => pair(name, value))].join("&");
  }
}

const EMPTY = QueryList.parse("&");

function pair(name: string, value: string): string {
  return `${encodeQuery(name)}=${encodeQuery(value)}`;
}

/** Percent-encodes a name or value for a query: all but the unreserved characters of RFC 3986. */
export function encodeQuery(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Decodes a name or value of a query or form: `+` is a blank, `%XX` runs are UTF-8, anything else stands for itself. */
export function decodeQuery(text: string): string {
  // Not by replaceAll: that takes five times as long where there are many.
  const plain = text.includes("+") ? text.split("+").join(" ") : text;
  if (!plain.includes("%")) return plain;
  return plain.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
}
