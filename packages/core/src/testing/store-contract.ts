import type { Store } from "../stores/store.js";
import { cacheCases } from "./store-contract/cache.js";
import { counterCases } from "./store-contract/counters.js";
import { sharedCases } from "./store-contract/shared.js";

/** A store under test. */
export interface StoreSubject {
  /** Empty, and nobody else's. */
  readonly store: Store;
  /** Lets time pass for the store: moves the clock that it was given, or really waits. Milliseconds. */
  readonly advance: (ms: number) => void | Promise<void>;
  /**
   * Another connection to the same counts and values, as another replica of a gateway would have it, whose clock is off by `skew` milliseconds.
   * A store that reads no clock of its own may ignore that.
   */
  readonly replica?: (options: { readonly skew: number }) => Store | Promise<Store>;
  /** Called when the case is over. */
  close?(): void | Promise<void>;
}

/** One thing that every store does. `run` rejects with an AssertionError where the store does not. */
export interface StoreCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/**
 * What every store has to do, as named cases for whatever runs tests. With `shared`, also what a store does that several replicas use;
 * then `replica` must be there.
 *
 *     for (const { name, run } of storeContract(() => ({ store: myStore(), advance: sleep }))) test(name, run);
 */
export function storeContract(
  makeStore: () => StoreSubject | Promise<StoreSubject>,
  options: { readonly shared?: boolean } = {},
): StoreCase[] {
  const cases = { ...counterCases, ...cacheCases, ...(options.shared === true ? sharedCases : {}) };
  return Object.entries(cases).map(([name, check]) => ({
    name,
    async run() {
      const subject = await makeStore();
      try {
        await check(subject);
      } finally {
        await subject.close?.();
      }
    },
  }));
}
