import type { GatewayOutcome, OutcomeError, TraceDocument } from "@turnpike/core";
import { Latest, Queue } from "./latest.js";
import type { RequestRow } from "./messages.js";

/** A failure without what caused it, which may be anything. */
export type KeptError = Omit<OutcomeError, "cause">;

/** What is kept of an outcome beside the row: nothing that holds the request itself. */
export interface KeptOutcome
  extends Pick<
    GatewayOutcome,
    | "status"
    | "reason"
    | "by"
    | "backend"
    | "cache"
    | "retries"
    | "times"
    | "requestSize"
    | "responseSize"
    | "ipAddress"
    | "protocol"
  > {
  readonly error: KeptError | null;
  readonly errors: readonly KeptError[];
}

/** A request with all that is kept of it. */
export interface LoggedRequest {
  readonly row: RequestRow;
  readonly outcome: KeptOutcome;
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

const MOST_ERRORS = 20;
const NO_ERRORS: readonly KeptError[] = [];
const LONGEST_URL = 2_000;
const LONGEST_MESSAGE = 2_000;
/** Milliseconds from which a request is worth keeping for longer. */
const SLOW = 1_000;

/** Requests of one kind. */
class Kept {
  readonly requests: Latest<LoggedRequest>;
  readonly traced = new Queue<LoggedRequest>();
  /** Of their traces. */
  characters = 0;
  traces = 0;

  constructor(most: number) {
    this.requests = new Latest(most);
  }

  forgetTrace(logged: LoggedRequest): void {
    if (logged.trace === null) return;
    this.characters -= logged.trace.length;
    this.traces--;
    logged.trace = null;
  }
}

/** The latest requests: all of the last ones, and of those that failed or were slow more. */
export class RequestLog {
  private readonly byId = new Map<string, LoggedRequest>();
  private readonly ordinary: Kept;
  private readonly notable: Kept;
  seen = 0;
  hits = 0;
  misses = 0;

  constructor(private readonly limits: LogLimits) {
    this.ordinary = new Kept(limits.requests);
    this.notable = new Kept(limits.requests);
  }

  get size(): number {
    return this.ordinary.requests.size + this.notable.requests.size;
  }

  get traces(): number {
    return this.ordinary.traces + this.notable.traces;
  }

  get characters(): number {
    return this.ordinary.characters + this.notable.characters;
  }

  add(outcome: GatewayOutcome, trace: TraceDocument | null, configuration: number): void {
    this.seen++;
    if (outcome.cache === "hit") this.hits++;
    if (outcome.cache === "miss") this.misses++;
    const text = trace === null ? null : JSON.stringify(trace);
    const row = rowOf(outcome, this.seen, text !== null);
    const logged: LoggedRequest = { row, outcome: keptOutcome(outcome), trace: text, configuration };
    const kept = isNotable(row) ? this.notable : this.ordinary;
    const gone = kept.requests.add(logged);
    if (gone !== undefined) {
      // The oldest request with a trace is the one that has waited the longest.
      if (gone.trace !== null) kept.traced.take();
      kept.forgetTrace(gone);
      if (this.byId.get(gone.row.id) === gone) this.byId.delete(gone.row.id);
    }
    this.byId.set(row.id, logged);
    if (text === null) return;
    kept.traced.add(logged);
    kept.traces++;
    kept.characters += text.length;
    while (this.characters > this.limits.traceCharacters) this.makeRoom();
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
    let [a, b] = [0, 0];
    for (;;) {
      const left = this.ordinary.requests.fromLast(a);
      const right = this.notable.requests.fromLast(b);
      if (left === undefined && right === undefined) return;
      if (right === undefined || (left !== undefined && left.row.number > right.row.number)) {
        yield left!;
        a++;
      } else {
        yield right;
        b++;
      }
    }
  }

  /** The oldest trace goes of the kind whose traces take more. */
  private makeRoom(): void {
    const kept = this.ordinary.characters > this.notable.characters ? this.ordinary : this.notable;
    const oldest = kept.traced.take();
    if (oldest !== undefined) kept.forgetTrace(oldest);
  }
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

function keptOutcome(outcome: GatewayOutcome): KeptOutcome {
  const { status, reason, by, backend, cache, retries, times, requestSize, responseSize, ipAddress, protocol } = outcome;
  const errors = outcome.errors.length === 0 ? NO_ERRORS : outcome.errors.slice(-MOST_ERRORS).map(keptError);
  const error = outcome.error === null ? null : keptError(outcome.error);
  return { status, reason, by, backend, cache, retries, times, requestSize, responseSize, ipAddress, protocol, error, errors };
}

function keptError({ cause: _cause, ...error }: OutcomeError): KeptError {
  const { message, why } = error;
  return { ...error, message: short(message, LONGEST_MESSAGE), why: why === null ? null : short(why, LONGEST_MESSAGE) };
}
