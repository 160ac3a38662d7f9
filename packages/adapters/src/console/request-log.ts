import type { GatewayOutcome, TraceDocument } from "@turnpike/core";
import type { RequestRow } from "./messages.js";

/** A request with all that is kept of it. */
export interface LoggedRequest {
  readonly row: RequestRow;
  readonly outcome: GatewayOutcome;
  /** JSON text; null without trace. */
  trace: string | null;
  /** Which configuration it ran on: a number that grows with each. */
  readonly configuration: number;
}

/** How much is kept. */
export interface LogLimits {
  /** Requests; as many of those that failed or were slow are kept beside them. */
  readonly requests: number;
  /** Characters of all traces together. */
  readonly traceCharacters: number;
}

const LONGEST_URL = 2_000;
const LONGEST_MESSAGE = 2_000;
/** Milliseconds from which a request is worth keeping for longer. */
const SLOW = 1_000;

/** The latest requests: all of the last ones, and of those that failed or were slow more. */
export class RequestLog {
  private readonly byId = new Map<string, LoggedRequest>();
  private readonly ordinary = new Set<LoggedRequest>();
  private readonly notable = new Set<LoggedRequest>();
  /** Those with a trace, the oldest first. */
  private readonly traced = new Set<LoggedRequest>();
  characters = 0;
  seen = 0;
  hits = 0;
  misses = 0;

  constructor(private readonly limits: LogLimits) {}

  get size(): number {
    return this.byId.size;
  }

  get traces(): number {
    return this.traced.size;
  }

  add(outcome: GatewayOutcome, trace: TraceDocument | null, configuration: number): void {
    this.seen++;
    if (outcome.cache === "hit") this.hits++;
    if (outcome.cache === "miss") this.misses++;
    const text = trace === null ? null : JSON.stringify(trace);
    const row = rowOf(outcome, this.seen, text !== null);
    const logged: LoggedRequest = { row, outcome: { ...outcome, url: row.url }, trace: text, configuration };
    const known = this.byId.get(row.id);
    if (known !== undefined) this.remove(known);
    this.byId.set(row.id, logged);
    const kept = isNotable(row) ? this.notable : this.ordinary;
    kept.add(logged);
    if (kept.size > this.limits.requests) this.remove(first(kept)!);
    if (text === null) return;
    this.traced.add(logged);
    this.characters += text.length;
    while (this.characters > this.limits.traceCharacters && this.traced.size > 1) this.forgetTrace(this.leastWanted());
  }

  get(id: string): LoggedRequest | null {
    return this.byId.get(id) ?? null;
  }

  /**
   * Rows, the latest first.
   * @param most rows that are given
   * @param after a number: only rows with a greater one; those beyond `most` are counted then
   * @param before a number: only rows with a smaller one
   */
  latest(
    matches: (row: RequestRow) => boolean,
    most: number,
    { after, before = Number.POSITIVE_INFINITY }: { readonly after?: number; readonly before?: number } = {},
  ): { readonly rows: RequestRow[]; readonly skipped: number } {
    const rows: RequestRow[] = [];
    let skipped = 0;
    for (const { row } of this.backwards()) {
      if (row.number <= (after ?? 0)) break;
      if (row.number >= before || !matches(row)) continue;
      if (rows.length < most) rows.push(row);
      else if (after === undefined) break;
      else skipped++;
    }
    return { rows, skipped };
  }

  /** Both kinds in one order, by their numbers. */
  private *backwards(): Generator<LoggedRequest> {
    const lists = [[...this.ordinary], [...this.notable]] as const;
    let [a, b] = [lists[0].length - 1, lists[1].length - 1];
    while (a >= 0 || b >= 0) {
      const [left, right] = [lists[0][a], lists[1][b]];
      if (right === undefined || (left !== undefined && left.row.number > right.row.number)) {
        yield left!;
        a--;
      } else {
        yield right;
        b--;
      }
    }
  }

  /** The oldest trace of an ordinary request while those are more than half of all, otherwise the oldest of all. */
  private leastWanted(): LoggedRequest {
    for (const logged of this.traced) if (!isNotable(logged.row)) return logged;
    return first(this.traced)!;
  }

  private forgetTrace(logged: LoggedRequest): void {
    if (!this.traced.delete(logged)) return;
    this.characters -= logged.trace!.length;
    logged.trace = null;
  }

  private remove(logged: LoggedRequest): void {
    this.forgetTrace(logged);
    this.ordinary.delete(logged);
    this.notable.delete(logged);
    this.byId.delete(logged.row.id);
  }
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  for (const item of set) return item;
  return undefined;
}

function isNotable({ status, error, times }: RequestRow): boolean {
  return error !== null || status >= 400 || status === 0 || times.total >= SLOW;
}

const short = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);

function rowOf(outcome: GatewayOutcome, number: number, isTraced: boolean): RequestRow {
  const { by, error, times } = outcome;
  const { layer, policy, place } = by;
  return {
    number,
    id: outcome.requestId,
    at: outcome.startedAt,
    method: short(outcome.method, 50),
    url: short(outcome.url, LONGEST_URL),
    status: outcome.status,
    reason: short(outcome.reason, 200),
    by: { layer, policy, place: place === null ? null : `${place.file}:${place.line}:${place.column}` },
    api: outcome.api,
    operation: outcome.operation,
    product: outcome.product,
    subscription: outcome.subscription,
    cache: outcome.cache,
    error: error === null ? null : { reason: error.reason, message: short(error.message, LONGEST_MESSAGE) },
    times,
    isTraced,
  };
}
