import { PerGateway } from "./per-gateway.js";

/** How many requests are inside limit-concurrency, by key; a key is there only while somebody is. */
export const concurrencySlots = new PerGateway(() => new Map<string, number>());
