import { cacheCases } from "./cache.js";
import { counterCases } from "./counters.js";
import { sharedCases } from "./shared.js";
import type { StoreSubject } from "./subject.js";

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
