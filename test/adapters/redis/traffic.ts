import { performance } from "node:perf_hooks";
import { createGateway, type Gateway } from "@turnpike/core";
import type { RedisStore } from "#adapters/redis/index.js";
import type { Call } from "./windows.js";

/** A call of the traffic, and how the store stood when it was sent and when it was answered. */
export interface Outcome extends Call {
  readonly status: number;
  readonly wasAway: boolean;
}

/** Gateways that limit one key, and callers that never stop. */
export interface Traffic {
  readonly outcomes: readonly Outcome[];
  /** Calls each gateway in turn until both the limit and `calls` are reached: how many were admitted for a key of its own. */
  admittedOf(key: string, calls: number): Promise<number>;
  /** Ends the callers; resolves when every call has been answered. */
  stop(): Promise<void>;
}

/**
 * Starts two callers for each store, each of which calls every few milliseconds.
 * @param period seconds
 */
export async function startTraffic(stores: readonly RedisStore[], limit: number, period: number): Promise<Traffic> {
  const policy = `<policies><inbound><rate-limit-by-key calls="${limit}" renewal-period="${period}" counter-key="@(context.Request.Url.Path)" />
    <return-response /></inbound><backend /><outbound /><on-error /></policies>`;
  const gateways = await Promise.all(
    stores.map((store) =>
      createGateway(
        {
          apis: {
            api: { path: "", subscriptionRequired: false, policy, operations: { all: { method: "GET", urlTemplate: "/*" } } },
          },
        },
        { store },
      ),
    ),
  );
  const call = async (gateway: Gateway, key: string): Promise<number> =>
    (await gateway.handle({ method: "GET", url: `http://gateway.example/${key}`, headers: {} })).status;
  const outcomes: Outcome[] = [];
  let isRunning = true;
  const caller = async (i: number): Promise<void> => {
    const [gateway, store] = [gateways[i % gateways.length]!, stores[i % stores.length]!];
    while (isRunning) {
      const sent = performance.now();
      const before = store.state.counters;
      const status = await call(gateway, "traffic");
      outcomes.push({ sent, done: performance.now(), status, wasAway: before === "away" && store.state.counters === "away" });
      await new Promise((resolve) => setTimeout(resolve, 8));
    }
  };
  const callers = Array.from({ length: 2 * stores.length }, (_, i) => caller(i));
  return {
    outcomes,
    async admittedOf(key, calls) {
      const statuses = await Promise.all(Array.from({ length: calls }, (_, i) => call(gateways[i % gateways.length]!, key)));
      return statuses.filter((status) => status === 200).length;
    },
    async stop() {
      isRunning = false;
      await Promise.all(callers);
      for (const gateway of gateways) await gateway.close();
    },
  };
}
