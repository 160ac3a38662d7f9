import type { Exchange } from "./exchange.js";

/** What a step says: go on with the next one, or stop, because the response as it stands is the answer (`return-response`). */
export type Flow = "continue" | "stop";

/** One compiled policy. It returns a promise only if it really waits. A failure is a thrown {@link PolicyError}. */
export type Step = (exchange: Exchange) => Flow | Promise<Flow>;
