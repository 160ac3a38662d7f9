import type { ShadowDifference, ShadowKind, ShadowOperation, ShadowPart, ShadowTimes } from "./options.js";

/** Operations that are told apart; others share one place. */
const MOST_OPERATIONS = 1_000;
/** Kinds of difference of one operation, and of all together; others share one. */
const MOST_KINDS = 100;
const MOST_OF_ALL = 2_000;
/** Requests of a kind that are shown. */
const EXAMPLES = 3;
/** Where it is not known what differs, or there are too many kinds. */
const OTHERS = "others";

/** Of what a kind is told by before and after as well: they have few values. */
const TOLD_WHOLE = new Set(["decision", "status", "error"]);

interface Kind {
  readonly what: string;
  count: number;
  readonly examples: ShadowKind["examples"][number][];
}

interface Found {
  readonly api: string | null;
  readonly operation: string | null;
  compared: number;
  differing: number;
  readonly live: { gateway: number; total: number };
  readonly shadow: { gateway: number; total: number };
  readonly kinds: Map<string, Kind>;
}

/** What differs, counted by operation and kind, with the first examples of each. Bounded, whatever comes. */
export class Findings {
  private readonly operations = new Map<string, Found>();
  private kinds = 0;

  /** Counts a request that was compared. */
  compared(api: string | null, operation: string | null, live: ShadowTimes, shadow: ShadowTimes): void {
    const found = this.found(api, operation);
    found.compared++;
    for (const part of ["gateway", "total"] as const) {
      found.live[part] += live[part];
      found.shadow[part] += shadow[part];
    }
  }

  /** Are there kinds among these that have too few examples yet? */
  wantsExamples(api: string | null, operation: string | null, plain: readonly ShadowPart[]): boolean {
    const { kinds } = this.found(api, operation);
    return plain.some((part) => (kinds.get(keyOf(part))?.examples.length ?? 0) < EXAMPLES);
  }

  /**
   * Counts a request that differs.
   * @param plain its parts by which kinds are told
   * @param shown its parts as they may be shown; null if no example is needed
   * @returns each part with how many there have been of its kind
   */
  differing(
    { api, operation, ...request }: Omit<ShadowDifference, "parts">,
    plain: readonly ShadowPart[],
    shown: readonly ShadowPart[] | null,
  ): readonly { readonly part: ShadowPart; readonly count: number }[] {
    const found = this.found(api, operation);
    found.differing++;
    return plain.map((part, index) => {
      const kind = this.kind(found, part);
      kind.count++;
      const example = shown?.[index];
      if (example !== undefined && kind.examples.length < EXAMPLES)
        kind.examples.push({ ...request, live: example.live, shadow: example.shadow });
      return { part: example ?? { what: part.what, live: null, shadow: null }, count: kind.count };
    });
  }

  /** Those with the most differences first. */
  report(): ShadowOperation[] {
    return [...this.operations.values()]
      .map(({ api, operation, compared, differing, live, shadow, kinds }) => ({
        api,
        operation,
        compared,
        differing,
        times: { live: mean(live, compared), shadow: mean(shadow, compared) },
        kinds: [...kinds.values()]
          .map(({ what, count, examples }) => ({ what, count, examples: [...examples] }))
          .sort((a, b) => b.count - a.count),
      }))
      .sort((a, b) => b.differing - a.differing || b.compared - a.compared);
  }

  private found(api: string | null, operation: string | null): Found {
    const name = JSON.stringify([api, operation]);
    const isKnown = this.operations.has(name) || this.operations.size < MOST_OPERATIONS;
    const key = isKnown ? name : OTHERS;
    let found = this.operations.get(key);
    if (found === undefined) {
      const none = (): Found["live"] => ({ gateway: 0, total: 0 });
      const shown = isKnown ? { api, operation } : { api: OTHERS, operation: OTHERS };
      found = { ...shown, compared: 0, differing: 0, live: none(), shadow: none(), kinds: new Map() };
      this.operations.set(key, found);
    }
    return found;
  }

  private kind({ kinds }: Found, part: ShadowPart): Kind {
    const name = keyOf(part);
    const isKnown = kinds.has(name) || (kinds.size < MOST_KINDS && this.kinds < MOST_OF_ALL);
    const key = isKnown ? name : OTHERS;
    let kind = kinds.get(key);
    if (kind === undefined) {
      kind = { what: isKnown ? part.what : OTHERS, count: 0, examples: [] };
      kinds.set(key, kind);
      this.kinds++;
    }
    return kind;
  }
}

const keyOf = ({ what, live, shadow }: ShadowPart): string =>
  TOLD_WHOLE.has(what) ? `${what} ${live ?? ""} → ${shadow ?? ""}` : what;

function mean({ gateway, total }: ShadowTimes, count: number): ShadowTimes {
  const of = (sum: number): number => (count === 0 ? 0 : Math.round((sum / count) * 1000) / 1000);
  return { gateway: of(gateway), total: of(total) };
}
