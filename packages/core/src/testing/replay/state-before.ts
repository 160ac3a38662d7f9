import type { RecordedCount, Recording } from "../../observe/recording.js";
import type { StateModel } from "../file/model.js";

/** What a gateway held when a request came, as a test file says it: counters, cached values, circuits and slots. */
export function stateBefore({ counters, cache, state }: Recording): StateModel {
  const counted = firstOf(counters).filter(({ before }) => before > 0);
  const cached = firstOf(cache).filter(({ entry }) => entry !== null);
  return {
    ...(counted.length === 0 ? {} : { counters: counted.map(counterBefore) }),
    ...(cached.length === 0
      ? {}
      : {
          cache: cached.map(({ key, entry }) => ({
            key: withOwnLengths(key),
            ...(entry!.value.text === undefined ? { valueBase64: entry!.value.base64 ?? "" } : { value: entry!.value.text }),
            meta: entry!.meta,
            storedAt: new Date(entry!.storedAt).toISOString(),
          })),
        }),
    ...(state.circuits.length === 0
      ? {}
      : {
          circuits: Object.fromEntries(
            state.circuits.map(({ backend, failures, opensIn }) => [
              backend,
              opensIn === null ? { failures } : { opensIn: `${Math.max(0, Math.round(opensIn))}ms` },
            ]),
          ),
        }),
    ...(Object.keys(state.slots).length === 0 ? {} : { slots: state.slots }),
  };
}

/** What was seen of each key first. */
function firstOf<T extends { readonly key: string }>(entries: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const entry of entries) if (!first.has(entry.key)) first.set(entry.key, entry);
  return [...first.values()];
}

/** Counted so long ago that the window frees, or renews, when it did. */
function counterBefore({ key, window, period, start, before, admitted, retryAfter, resetAfter }: RecordedCount) {
  const left = window === "sliding" ? (admitted ? null : retryAfter) : start === null ? resetAfter : null;
  const age = left === null || period === 0 ? 0 : Math.max(0, Math.round(period * 1000 - left));
  return {
    key: withOwnLengths(key),
    window,
    period,
    ...(start === null ? {} : { start: new Date(start).toISOString() }),
    count: before,
    ...(age === 0 ? {} : { age: `${age}ms` }),
  };
}

/** A key of the store says how long its parts are: where a stand-in is in the place of a secret, that is another length. */
function withOwnLengths(key: string): string {
  return key.replace(/\|\d+:((?:(?!\|\d+:).)*)/gs, (whole, part: string) =>
    /\bmasked[0-9a-z]{2}\b/.test(part) ? `|${part.length}:${part}` : whole,
  );
}
