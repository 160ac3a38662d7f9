import type { CacheEntry, CacheStore, CounterRequest, CounterResult, CounterStore, Store } from "@turnpike/core";
import type { FromWorker, StoreAnswer, StoreCall, ToWorker } from "./messages.js";

type Stored = Extract<ToWorker, { kind: "stored" }>;

/** A store that another process keeps, behind a channel: one for all workers, so that limits are exact over all of them. */
export interface WorkerStore extends Store {
  /** Takes what came back. */
  answered(message: Stored): void;
}

/**
 * A worker's side: calls of one turn go as one message, in their order.
 * @param send puts a message on the channel, which keeps the order
 */
export function workerStore(send: (message: FromWorker) => void): WorkerStore {
  const waiting = new Map<number, (answer: StoreAnswer) => void>();
  let calls: [number, StoreCall][] = [];
  let last = 0;
  const ask = (call: StoreCall): Promise<StoreAnswer> =>
    new Promise((resolve) => {
      if (calls.length === 0)
        queueMicrotask(() => {
          const sent = calls;
          calls = [];
          send({ kind: "store", calls: sent });
        });
      calls.push([++last, call]);
      waiting.set(last, resolve);
    });
  const counters: CounterStore = {
    take: (requests: readonly CounterRequest[]) =>
      requests.length === 0 ? [] : (ask({ do: "take", requests }) as Promise<CounterResult[]>),
  };
  const cache: CacheStore = {
    get: (key) => ask({ do: "get", key }) as Promise<CacheEntry | null>,
    set: async (key, entry, ttl) => void (await ask({ do: "set", key, entry, ttl })),
    delete: async (key) => void (await ask({ do: "delete", key })),
  };
  return {
    counters,
    cache,
    answered({ answers }) {
      for (const [number, answer] of answers) {
        waiting.get(number)?.(answer);
        waiting.delete(number);
      }
    },
  };
}

/**
 * The other side: makes the calls of a message on a store, in their order.
 * @param answer sends what they came to; all of a message at once
 */
export async function answerCalls(
  store: Store,
  { calls }: Extract<FromWorker, { kind: "store" }>,
  answer: (message: Stored) => void,
): Promise<void> {
  const answers = calls.map(([number, call]) => [number, made(store, call)] as const);
  answer({ kind: "stored", answers: await Promise.all(answers.map(async ([number, given]) => [number, await given] as const)) });
}

function made({ counters, cache }: Store, call: StoreCall): StoreAnswer | Promise<StoreAnswer> {
  switch (call.do) {
    case "take":
      return counters.take(call.requests);
    case "get":
      return cache.get(call.key);
    case "set":
      return nothing(cache.set(call.key, call.entry, call.ttl));
    case "delete":
      return nothing(cache.delete(call.key));
  }
}

function nothing(work: void | Promise<void>): null | Promise<null> {
  return work === undefined ? null : work.then(() => null);
}
