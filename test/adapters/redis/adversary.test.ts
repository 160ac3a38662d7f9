import { createGateway, type Gateway, Headers } from "@turnpike/core";
import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisStore, redisStore } from "#adapters/redis/index.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

const TENANTS = ["anna", "bert"];
const LIMIT = 3;
const operations = { all: { method: "GET", urlTemplate: "/*" } };
const tenant = `<set-header name="X-User" exists-action="override"><value>@(context.User.Id)</value></set-header>`;
const document = (inbound: string, outbound = "") =>
  `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend><outbound>${outbound}</outbound><on-error /></policies>`;
const value = `@(context.User.Id + "'s value")`;
const configuration = {
  users: Object.fromEntries(TENANTS.map((id) => [id, { email: `${id}@example.com` }])),
  products: { p: { apis: ["cached", "value", "limited"] } },
  subscriptions: Object.fromEntries(
    TENANTS.map((id) => [id, { scope: "product/p", user: id, primaryKey: `key-of-${id}`, secondaryKey: `second-key-of-${id}` }]),
  ),
  apis: {
    cached: {
      path: "cached",
      serviceUrl: "http://backend.internal",
      operations,
      policy: document(
        `${tenant}<cache-lookup vary-by-developer="true" vary-by-developer-groups="false" />`,
        `<cache-store duration="600" />`,
      ),
    },
    value: {
      path: "value",
      serviceUrl: "http://backend.internal",
      operations,
      policy: document(
        `<cache-lookup-value key="@(context.User.Id)" variable-name="v" /><choose><when condition="@(!context.Variables.ContainsKey("v"))"><set-variable name="v" value="${value}" /><cache-store-value key="@(context.User.Id)" value="${value}" duration="600" /></when></choose><return-response><set-body>@(context.Variables["v"].ToString())</set-body></return-response>`,
      ),
    },
    limited: {
      path: "limited",
      serviceUrl: "http://backend.internal",
      operations,
      policy: document(
        `<rate-limit-by-key calls="${LIMIT}" renewal-period="300" counter-key="@(context.Request.Url.Path)" /><return-response />`,
      ),
    },
  },
};

/** What others have done to the counter of a path: nothing since it was new; made it another kind of thing; or who knows. */
type Counter =
  | { readonly kind: "exact"; readonly admitted: number }
  | { readonly kind: "confused" }
  | { readonly kind: "unknown" };

interface Model {
  readonly counters: Map<string, Counter>;
}

interface Real {
  readonly gateways: readonly Gateway[];
  readonly stores: readonly RedisStore[];
  readonly redis: Redis;
  readonly errors: unknown[];
}

type Step = fc.AsyncCommand<Model, Real>;

async function call(real: Real, gateway: number, path: string, key: string | null) {
  const headers: [string, string][] = key === null ? [] : [["Ocp-Apim-Subscription-Key", key]];
  const { status, body } = await real.gateways[gateway]!.handle({
    method: "GET",
    url: `http://gateway.example/${path}`,
    headers,
  });
  expect(real.errors).toEqual([]);
  expect(real.stores.map(({ state }) => state)).toEqual(real.stores.map(() => ({ counters: "up", cache: "up" })));
  return { status, text: await new Response(body as never).text() };
}

const step = (name: string, run: Step["run"]): Step => ({ check: () => true, run, toString: () => name });

const fetchOwn = (gateway: number, who: number, path: string): Step =>
  step(`${TENANTS[who]} asks ${gateway} for ${path}`, async (_, real) => {
    const { status, text } = await call(real, gateway, path, `key-of-${TENANTS[who]}`);
    expect([status, text.split("'")[0]]).toEqual([200, TENANTS[who]]);
  });

const stranger = (gateway: number, path: string, key: string | null): Step =>
  step(`a stranger with ${key} asks ${gateway} for ${path}`, async (_, real) => {
    expect((await call(real, gateway, path, key)).status).toBe(401);
  });

const limited = (gateway: number, path: string): Step =>
  step(`${gateway} is asked for ${path}`, async (model, real) => {
    const { status } = await call(real, gateway, `limited/${path}`, "key-of-anna");
    const counter = model.counters.get(path) ?? { kind: "exact", admitted: 0 };
    if (counter.kind === "unknown") return expect([200, 429]).toContain(status);
    // Nothing can be counted where something else lies: the store was told to refuse then.
    if (counter.kind === "confused") return expect(status).toBe(429);
    expect(status).toBe(counter.admitted < LIMIT ? 200 : 429);
    if (status === 200) model.counters.set(path, { kind: "exact", admitted: counter.admitted + 1 });
  });

/** What others do to a key, and what the counter there is then. */
const TAMPERINGS: Record<string, { readonly leaves: Counter; readonly do: (redis: Redis, key: string) => Promise<unknown> }> = {
  deletes: { leaves: { kind: "exact", admitted: 0 }, do: (redis, key) => redis.del(key) },
  expires: { leaves: { kind: "exact", admitted: 0 }, do: (redis, key) => redis.pexpire(key, 0) },
  "makes a hash of": {
    leaves: { kind: "confused" },
    do: async (redis, key) => [await redis.del(key), await redis.hset(key, "a", "b")],
  },
  "makes a set of": {
    leaves: { kind: "confused" },
    do: async (redis, key) => [await redis.del(key), await redis.sadd(key, "a")],
  },
  "puts a text into": { leaves: { kind: "confused" }, do: (redis, key) => redis.set(key, "garbage") },
  "puts a megabyte into": { leaves: { kind: "confused" }, do: (redis, key) => redis.set(key, Buffer.alloc(1 << 20, 0xff)) },
  "puts another version into": {
    leaves: { kind: "confused" },
    do: (redis, key) => redis.set(key, Buffer.from("TPC9\0\0\0\0rest")),
  },
  "puts an empty list into": {
    leaves: { kind: "confused" },
    do: async (redis, key) => [await redis.del(key), await redis.rpush(key, "")],
  },
  "puts odd numbers into": {
    leaves: { kind: "unknown" },
    do: async (redis, key) => [await redis.del(key), await redis.rpush(key, Buffer.alloc(48, 0xff))],
  },
  "puts zeroes into": {
    leaves: { kind: "unknown" },
    do: async (redis, key) => [await redis.del(key), await redis.rpush(key, Buffer.alloc(48))],
  },
  "cuts off": {
    leaves: { kind: "unknown" },
    do: async (redis, key) => {
      if ((await redis.type(key)) !== "string") return redis.del(key);
      const bytes = await redis.getBuffer(key);
      return redis.set(key, bytes!.subarray(0, bytes!.length >> 1));
    },
  },
};

const tamper = (how: string, index: number): Step =>
  step(`somebody ${how} key ${index}`, async (model, real) => {
    const keys = (await real.redis.keys("*")).sort();
    const key = keys[index % Math.max(1, keys.length)];
    if (key === undefined) return;
    const { leaves, do: act } = TAMPERINGS[how]!;
    await act(real.redis, key);
    for (const path of ["one", "two"]) if (key.includes(`/${path}`)) model.counters.set(path, leaves);
  });

const flush: Step = step("somebody empties Redis", async (model, real) => {
  await real.redis.flushall();
  model.counters.clear();
});

const gateway = fc.nat(1);
const path = fc.constantFrom("one", "two");
const steps = [
  fc.tuple(gateway, fc.nat(1), fc.constantFrom("cached/x", "cached/y", "value/x")).map((all) => fetchOwn(...all)),
  fc
    .tuple(
      gateway,
      fc.constantFrom("cached/x", "value/x", "limited/one"),
      fc.constantFrom(null, "", "anna", "key-of-carl", "key-of-anna "),
    )
    .map((all) => stranger(...all)),
  fc.tuple(gateway, path).map((all) => limited(...all)),
  fc.tuple(gateway, path).map((all) => limited(...all)),
  fc.tuple(fc.constantFrom(...Object.keys(TAMPERINGS)), fc.nat(7)).map((all) => tamper(...all)),
  fc.constant(flush),
];

describe.skipIf(reason !== null)("two gateways on a Redis that others change", () => {
  let server: RedisServer;
  let real: Real;

  beforeAll(async () => {
    server = await redisServer();
    const errors: unknown[] = [];
    const logger = { debug() {}, info() {}, warn() {}, error: (fields: object) => void errors.push(fields) };
    let answers = 0;
    const stores = [0, 1].map(() => redisStore({ url: server.url, deadline: 20_000, onUnavailable: "closed" }));
    const gateways = await Promise.all(
      stores.map((store) =>
        createGateway(configuration, {
          store,
          logger,
          transport: async ({ headers }) => ({
            status: 200,
            reason: "OK",
            headers: new Headers(),
            body: Buffer.from(`${headers.get("x-user")}'s answer ${++answers}`),
          }),
        }),
      ),
    );
    real = { gateways, stores, redis: new Redis(server.url), errors };
  });
  afterAll(async () => {
    for (const one of real.gateways) await one.close();
    for (const store of real.stores) await store.close();
    real.redis.disconnect();
    await server.dispose();
  });

  it("give nobody another's entry, admit no more than the limit, and fail nobody", async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 40 }), async (commands) => {
        await real.redis.flushall();
        await fc.asyncModelRun(() => ({ model: { counters: new Map() }, real }), commands);
      }),
      { numRuns: 60, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false },
    );
  }, 60_000);
});
