import type { Store } from "../../stores/store.js";

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
