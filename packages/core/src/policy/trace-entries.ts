import type { Exchange } from "./exchange.js";
import { PerRequest } from "./per-request.js";
import type { TraceEntry } from "./services.js";

/** Entries of a request that are kept for its log: a loop must not keep them without end. */
const MOST_ENTRIES = 100;

const entries = new PerRequest<TraceEntry[]>();

/** Remembers an entry of a trace policy for the request's log. */
export function keepEntry(exchange: Exchange, entry: TraceEntry): void {
  const kept = entries.getOrMake(exchange, () => []);
  if (kept.length < MOST_ENTRIES) kept.push(entry);
}

/** What trace policies have said in a request so far. */
export function keptEntries(exchange: Exchange): readonly TraceEntry[] {
  return entries.get(exchange) ?? NONE;
}

const NONE: readonly TraceEntry[] = [];
