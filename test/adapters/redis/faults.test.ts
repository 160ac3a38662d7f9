import { describe, expect, it } from "vitest";
import { type OnUnavailable, type RedisStore, redisStore } from "#adapters/redis/index.js";
import { until } from "#core/testing/contract/waiting.js";
import { clients, type TestClient } from "./clients.js";
import { redisCluster } from "./cluster.js";
import { type LoopbackProxy, loopbackProxy } from "./proxy.js";
import { sentinelGroup } from "./sentinel.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";
import { startTraffic, type Traffic } from "./traffic.js";
import { mostWithin } from "./windows.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

const DEADLINE = 150;
const LIMIT = 30;
/** Seconds. */
const PERIOD = 2;
const MODES: readonly OnUnavailable[] = ["local", "open", "closed"];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const areUp = (stores: readonly RedisStore[]): boolean => stores.every(({ state }) => state.counters === "up");

/** How many limits a stretch of the period may hold that reaches across a fault. Of `open` nothing is promised. */
type Promised = Readonly<Record<"local" | "closed", number>>;

/** Do gateways share one limit? A call that the machine kept waiting for too long may spoil a try. */
async function isExact(traffic: Traffic): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    if ((await traffic.admittedOf(`afterwards-${tries}`, 3 * LIMIT)) === LIMIT) return true;
    await pause(200);
  }
  return false;
}

/**
 * Sends traffic in every mode while something is done to Redis, and holds the promises: every call is answered in time; no stretch of the period
 * holds more than the mode says; and afterwards, without anything being restarted here, two gateways admit one limit.
 */
async function endure(
  connect: readonly (() => Promise<TestClient>)[],
  fault: (stores: readonly RedisStore[]) => Promise<void>,
  promised: Promised,
): Promise<void> {
  const made: TestClient[] = [];
  const stores: RedisStore[] = [];
  try {
    const traffics: [OnUnavailable, Traffic][] = [];
    for (const mode of MODES) {
      const pair: RedisStore[] = [];
      for (const one of connect) {
        const { client, end } = await one();
        made.push({ client, end });
        pair.push(redisStore({ client, prefix: `${mode}:`, deadline: DEADLINE, onUnavailable: mode, replicas: 2 }));
      }
      stores.push(...pair);
      traffics.push([mode, await startTraffic(pair, LIMIT, PERIOD)]);
    }
    for (const [, { outcomes }] of traffics)
      await until(() => outcomes.filter(({ status }) => status === 429).length >= 10, "the limit is reached");
    await fault(stores);
    await until(() => areUp(stores), "Redis is found back");
    for (const [mode, traffic] of traffics) {
      const recovers = await isExact(traffic);
      await traffic.stop();
      const { outcomes } = traffic;
      expect([mode, recovers]).toEqual([mode, true]);
      const away = outcomes.filter(({ wasAway }) => wasAway).map(({ status }) => status);
      const admitted = outcomes.filter(({ status }) => status === 200);
      if (mode === "open") expect(away.filter((status) => status !== 200)).toEqual([]);
      else expect([mode, mostWithin(admitted, PERIOD * 1000) <= promised[mode] * LIMIT]).toEqual([mode, true]);
      if (mode === "closed") expect(away.filter((status) => status !== 429)).toEqual([]);
    }
  } finally {
    for (const store of stores) await store.close();
    for (const { end } of made) end();
  }
}

interface Scene {
  readonly server: RedisServer;
  readonly proxy: LoopbackProxy;
  readonly stores: readonly RedisStore[];
}

const missed = ({ stores }: Scene): Promise<void> =>
  until(() => stores.every(({ state }) => state.counters === "away"), "Redis is missed");

const faults: Record<string, { readonly promised: Promised; run(scene: Scene): Promise<void> }> = {
  "killed and started again, empty": {
    promised: { local: 3, closed: 2 },
    async run(scene) {
      await scene.server.kill();
      await missed(scene);
      await pause(300);
      await scene.server.start();
    },
  },
  "restarted at once, empty": {
    promised: { local: 3, closed: 2 },
    async run({ server }) {
      await server.kill();
      await server.start();
    },
  },
  "stopped (SIGSTOP) and let go on": {
    promised: { local: 2, closed: 1 },
    async run(scene) {
      scene.server.pause();
      await missed(scene);
      await pause(300);
      scene.server.resume();
    },
  },
  "cut off between a script and its answer": {
    promised: { local: 2, closed: 1 },
    async run({ proxy }) {
      proxy.cutsAnswers = true;
      await pause(500);
      proxy.cutsAnswers = false;
    },
  },
  "200 ms away, which is beyond the deadline": {
    promised: { local: 2, closed: 1 },
    async run(scene) {
      scene.proxy.latency = 200;
      await missed(scene);
      await pause(1000);
      expect(areUp(scene.stores)).toBe(false);
      scene.proxy.latency = 0;
    },
  },
};

describe.skipIf(reason !== null)("gateways whose Redis is", () => {
  for (const [name, fault] of Object.entries(faults))
    it(name, { timeout: 60_000 }, async () => {
      const server = await redisServer();
      const proxy = await loopbackProxy(server.port);
      const connect = [() => clients["ioredis"]!(proxy.url), () => clients["node-redis"]!(proxy.url)];
      try {
        await endure(connect, (stores) => fault.run({ server, proxy, stores }), fault.promised);
      } finally {
        await proxy.close();
        await server.dispose();
      }
    });

  it("200 ms away, within the deadline: count exactly all the same", { timeout: 60_000 }, async () => {
    const server = await redisServer();
    const proxy = await loopbackProxy(server.port);
    const { client, end } = await clients["ioredis"]!(proxy.url);
    const store = redisStore({ client, deadline: 5000, onUnavailable: "closed" });
    try {
      proxy.latency = 200;
      const traffic = await startTraffic([store], LIMIT, PERIOD);
      expect(await traffic.admittedOf("slow", 3 * LIMIT)).toBe(LIMIT);
      await traffic.stop();
      expect(areUp([store])).toBe(true);
      expect(Math.min(...traffic.outcomes.map(({ sent, done }) => done - sent))).toBeGreaterThan(190);
    } finally {
      await store.close();
      end();
      await proxy.close();
      await server.dispose();
    }
  });

  it("a group with Sentinel, of which a replica is promoted", { timeout: 90_000 }, async () => {
    const group = await sentinelGroup();
    try {
      await endure([() => group.ioredis(), () => group.nodeRedis()], () => group.failOver(), { local: 3, closed: 2 });
    } finally {
      await group.dispose();
    }
  });

  it("a cluster, of which the node with the counters fails over", { timeout: 90_000 }, async () => {
    const cluster = await redisCluster({ replicas: 1, timeout: 1000 });
    try {
      await endure([() => cluster.ioredis(), () => cluster.nodeRedis()], () => cluster.failOver("{counters}"), {
        local: 3,
        closed: 2,
      });
    } finally {
      await cluster.dispose();
    }
  });
});
