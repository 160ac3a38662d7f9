import type { Probe, ProbeKind, ProbeSite, Probes } from "../../compile/probes.js";
import type { Place } from "../../diagnostics/place.js";

/** Something in a document that tests can reach, and how often they did. */
export interface CoverageItem {
  readonly kind: Exclude<ProbeKind, "value">;
  /** The element's name; of a branch in an expression its operator and side: `?: true`. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly hits: number;
}

/** An item with all that was noted of it. */
export interface RecordedItem extends CoverageItem {
  readonly file: string;
  /** In a fragment: where that is included, as `file:line:column`. Null elsewhere. */
  readonly included: string | null;
  /** Names of the tests that reached it. */
  readonly tests: readonly string[];
}

/** What is asked for: things of these kinds, and of this name if one is given, between two places. */
export interface CoverageQuery {
  readonly kinds: readonly ProbeKind[];
  readonly name?: string;
  readonly from: { readonly line: number; readonly column: number };
  readonly to: { readonly line: number; readonly column: number };
}

type Point = CoverageQuery["from"];

const isBefore = (a: Point, b: Point): boolean => a.line < b.line || (a.line === b.line && a.column < b.column);

/** Documents of the engine's own. */
const OWN = new Set(["default global policy"]);

/** Did nobody write the document? */
export function isOwnDocument(file: string): boolean {
  return OWN.has(file);
}

const nobody: Probe = () => undefined;

/** Counts what tests reach. Documents that are compiled several times are one: what is reached in each is summed. */
export class CoverageRecorder implements Probes {
  private readonly items = new Map<string, { site: ProbeSite; hits: number; tests: Set<string> }>();
  private test: string | null = null;
  /** Called when something is reached. */
  onHit: () => void = () => undefined;

  /** @param isOwn tells documents that nobody wrote */
  constructor(private readonly isOwn: (file: string) => boolean = isOwnDocument) {}

  /** What is reached from now on is reached by this test. */
  begin(test: string | null): void {
    this.test = test;
  }

  at(site: ProbeSite): Probe {
    if (this.isOwn(site.place.file)) return nobody;
    const { kind, name, place, end, included } = site;
    const from = included === null ? "" : `${included.file}:${included.line}:${included.column}`;
    const key = JSON.stringify([place.file, place.line, place.column, end.line, end.column, kind, name, from]);
    let item = this.items.get(key);
    if (item === undefined) this.items.set(key, (item = { site, hits: 0, tests: new Set() }));
    const known = item;
    return (times) => {
      known.hits += times;
      if (this.test !== null) known.tests.add(this.test);
      this.onHit();
    };
  }

  /** The tests that reached something at a place, wherever its document is included. */
  testsAt({ kinds, name, from, to }: CoverageQuery, file: string): ReadonlySet<string> {
    const found = new Set<string>();
    const isWithin = (place: Place | null): boolean =>
      place !== null && place.file === file && !isBefore(place, from) && !isBefore(to, place);
    for (const { site, tests } of this.items.values()) {
      // What stands in a fragment stands where that is included as well.
      const isThere =
        kinds.includes(site.kind) && (name ?? site.name) === site.name && (isWithin(site.place) || isWithin(site.included));
      if (isThere) for (const test of tests) found.add(test);
    }
    return found;
  }

  /** All that there is, in no promised order. */
  *recorded(): Iterable<RecordedItem> {
    for (const { site, hits, tests } of this.items.values()) {
      const { kind, name, place, end, included } = site;
      if (kind === "value") continue;
      yield {
        file: place.file,
        kind,
        name,
        line: place.line,
        column: place.column,
        endLine: end.line,
        endColumn: end.column,
        hits,
        included: included === null ? null : `${included.file}:${included.line}:${included.column}`,
        tests: [...tests],
      };
    }
  }
}
