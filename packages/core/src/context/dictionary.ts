import type { CallSite, Identity } from "@turnpike/expressions";
import { NetArray, type NetType, ReadOnlyDictionaryObject } from "@turnpike/expressions/values";
import type { Headers } from "../http/headers.js";
import type { QueryList } from "../http/query.js";
import type { Url } from "../http/url.js";

/** Where a dictionary that expressions see takes its entries from, each time it is asked. */
export interface DictionarySource {
  readonly size: number;
  /** The value in raw form, or undefined. */
  find(key: string): unknown;
  entries(): Iterable<readonly [string, unknown]>;
  /** Which object the value of a key is, where that is known. */
  identityOf?(key: string): Identity;
}

/** A live, read-only view of something with names: headers, query, variables, claims. */
class DictionaryView extends ReadOnlyDictionaryObject {
  constructor(
    types: readonly [NetType, NetType],
    private readonly source: DictionarySource,
  ) {
    super(types);
  }

  override get count(): number {
    return this.source.size;
  }

  protected override find(key: unknown): unknown {
    return this.source.find(key as string);
  }

  override entries(): Iterable<readonly [string, unknown]> {
    return this.source.entries();
  }

  override identityOf(key: unknown): Identity {
    return this.source.identityOf?.(key as string);
  }
}

const stringOf = (site: CallSite): NetType => site.scope.find("System.String")!;

/** An `IReadOnlyDictionary<string, T>`; `valueType` by its full name. */
export function dictionaryOf(site: CallSite, valueType: string, source: DictionarySource): ReadOnlyDictionaryObject {
  return new DictionaryView([stringOf(site), site.scope.find(valueType)!], source);
}

/**
 * An `IReadOnlyDictionary<string, string[]>` of values that the source gives as lists. Undefined is absent; so is an empty list, unless
 * `keepsEmpty` says otherwise.
 */
export function multiDictionaryOf(site: CallSite, lists: ListSource, keepsEmpty = false): ReadOnlyDictionaryObject {
  const string = stringOf(site);
  const array = (values: readonly string[]) => new NetArray(string, [...values]);
  return new DictionaryView([string, site.scope.arrayOf(string)], {
    get size() {
      return lists.size;
    },
    find(key) {
      const values = lists.find(key);
      return values === undefined || (values.length === 0 && !keepsEmpty) ? undefined : array(values);
    },
    *entries() {
      for (const [key, values] of lists.entries()) yield [key, array(values)];
    },
  });
}

interface ListSource {
  readonly size: number;
  find(key: string): readonly string[] | undefined;
  entries(): Iterable<readonly [string, readonly string[]]>;
}

/** Headers: names match without regard to case. Views hold nothing of their own, and two of the same headers are equal. */
export class HeadersView extends ReadOnlyDictionaryObject {
  constructor(
    types: readonly [NetType, NetType],
    readonly headers: Headers,
  ) {
    super(types);
  }

  override get count(): number {
    return this.headers.names().length;
  }

  protected override find(key: unknown): unknown {
    const values = this.headers.getAll(key as string);
    return values.length === 0 ? undefined : new NetArray(this.types[0], values);
  }

  override *entries(): Iterable<readonly [string, NetArray]> {
    for (const [name, values] of this.headers.byName()) yield [name, new NetArray(this.types[0], [...values])];
  }

  override equals(other: unknown): boolean {
    return other instanceof HeadersView && other.headers === this.headers;
  }
}

/** `IReadOnlyDictionary<string, string[]>` of headers. */
export function headersOf(site: CallSite, headers: Headers): HeadersView {
  const string = stringOf(site);
  return new HeadersView([string, site.scope.arrayOf(string)], headers);
}

const queryViews = new WeakMap<QueryList, ReadOnlyDictionaryObject>();

/** Query parameters: names match without regard to case. */
export function queryOf(site: CallSite, url: Url): ReadOnlyDictionaryObject {
  const { query } = url;
  let view = queryViews.get(query);
  if (view === undefined) {
    view = multiDictionaryOf(site, { size: query.size, find: (name) => query.getAll(name), entries: () => query.entries() });
    queryViews.set(query, view);
  }
  return view;
}

/** A map whose keys match without regard to case. */
export function foldedMapOf(site: CallSite, map: ReadonlyMap<string, string>): ReadOnlyDictionaryObject {
  return dictionaryOf(site, "System.String", {
    size: map.size,
    find(key) {
      const exact = map.get(key);
      if (exact !== undefined) return exact;
      const wanted = key.toLowerCase();
      for (const [name, value] of map) if (name.toLowerCase() === wanted) return value;
      return undefined;
    },
    entries: () => map,
  });
}
