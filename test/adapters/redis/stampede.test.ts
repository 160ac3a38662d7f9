import { performance } from "node:perf_hooks";
import { type CacheEntry, createGateway, type Gateway, Headers } from "@turnpike/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type RedisStore, type RedisStoreOptions, redisStore } from "#adapters/redis/index.js";
import { until } from "#core/testing/contract/waiting.js";
import { clients } from "./clients.js";
import { type RedisServer, redisServer, whyNoRedis } from "./server.js";

const reason = whyNoRedis();
if (reason !== null) console.warn(reason);

const entry = (text: string): CacheEntry => ({ value: Buffer.from(text), meta: "{}", storedAt: 1 });
const textOf = (found: CacheEntry | null): string | null => (found === null ? null : Buffer.from(found.value).toString());

describe.skipIf(reason !== null)("protection from stampedes", () => {
  let server: RedisServer;
  const ends: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await redisServer();
  });
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  afterAll(() => server.dispose());

  let prefixes = 0;
  const open = async (name: string, options: RedisStoreOptions = {}): Promise<RedisStore> => {
    const { client, end } = await clients[name]!(server.url);
    const store = redisStore({ client, prefix: `stampede-${prefixes}:`, deadline: 5000, stampede: 30_000, ...options });
    ends.push(() => store.close(), end);
    return store;
  };
  const replicas = async (options: RedisStoreOptions = {}): Promise<[RedisStore, RedisStore]> => {
    prefixes++;
    return [await open("ioredis", options), await open("node-redis", options)];
  };
  /** Twenty callers in two replicas: how many were told to fetch, and the others' answers to come. */
  const rush = async (stores: readonly RedisStore[]) => {
    const told: RedisStore[] = [];
    const answers = Array.from({ length: 20 }, (_, i) => {
      const store = stores[i % stores.length]!;
      return Promise.resolve(store.cache.getOrClaim!("k")).then((found) => {
        if (found === null) told.push(store);
        return found;
      });
    });
    await Promise.race(answers);
    return { told, answers };
  };

  it("lets one of all who miss fetch the value, and gives it to the others", async () => {
    const { told, answers } = await rush(await replicas());
    expect(told).toHaveLength(1);
    await told[0]!.cache.set("k", entry("fetched"), 60_000);
    const texts = (await Promise.all(answers)).map(textOf);
    expect(texts.filter((text) => text === "fetched")).toHaveLength(19);
    expect(told).toHaveLength(1);
    expect(textOf((await told[0]!.cache.getOrClaim!("k")) as CacheEntry)).toBe("fetched");
  });

  it("lets the others go on when the one gives up", async () => {
    const { told, answers } = await rush(await replicas());
    await told[0]!.cache.release!("k");
    expect((await Promise.all(answers)).map(textOf)).toEqual(answers.map(() => null));
    // Nothing is left of the claim: the next rush has one that fetches again.
    const next = await rush([told[0]!]);
    expect(next.told).toHaveLength(1);
    await told[0]!.cache.release!("k");
  });

  it("lets the others go on when the one is gone", async () => {
    const began = performance.now();
    const { answers } = await rush(await replicas({ stampede: 300 }));
    expect((await Promise.all(answers)).map(textOf)).toEqual(answers.map(() => null));
    expect(performance.now() - began).toBeGreaterThan(250);
  });

  it("that ended leaves the next one alone", async () => {
    const [one, other] = await replicas({ stampede: 300 });
    expect(await one.cache.getOrClaim!("k")).toBeNull();
    expect(await other.cache.getOrClaim!("k")).toBeNull();
    expect(await other.cache.getOrClaim!("k")).toBeNull();
    await one.cache.release!("k");
    const waiting = Promise.resolve(one.cache.getOrClaim!("k"));
    await other.cache.set("k", entry("fetched"), 60_000);
    expect(textOf(await waiting)).toBe("fetched");
  });

  it("protects nobody while Redis hangs, and holds nobody up", async () => {
    prefixes++;
    const store = await open("ioredis", { deadline: 100 });
    await store.cache.get("k");
    server.pause();
    try {
      const answers = await Promise.all(Array.from({ length: 5 }, async () => store.cache.getOrClaim!("k")));
      expect(answers).toEqual([null, null, null, null, null]);
    } finally {
      server.resume();
    }
  });

  it("takes no time that cannot be", () => {
    for (const stampede of [0, -1, 1.5, 1e9]) expect(() => redisStore({ url: server.url, stampede })).toThrow("invalid stampede");
  });

  describe("in policies", () => {
    let fetched = 0;
    let open = (): void => {};
    let gate: Promise<void> = Promise.resolve();
    const close = (): void => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    };
    const gatewaysOf = async (
      policy: string,
      reply: () => { status?: number; body?: unknown } = () => ({}),
    ): Promise<Gateway[]> => {
      fetched = 0;
      const configuration = {
        apis: {
          api: {
            path: "",
            serviceUrl: "http://backend.example",
            subscriptionRequired: false,
            policy: `<policies>${policy}</policies>`,
            operations: { all: { method: "GET", urlTemplate: "/*" } },
          },
        },
      };
      const transport = async () => {
        fetched++;
        await gate;
        const { status = 200, body = Buffer.from("fetched") } = reply();
        return { status, reason: "", headers: new Headers(), body: body as never };
      };
      return Promise.all((await replicas()).map((store) => createGateway(configuration, { store, transport })));
    };
    const call = async (gateway: Gateway): Promise<string> => {
      const { status, body } = await gateway.handle({ method: "GET", url: "http://gateway.example/x", headers: {} });
      return `${status} ${await new Response(body as never).text()}`;
    };
    const rushOn = async (gateways: readonly Gateway[]): Promise<string[]> => {
      close();
      const answers = Array.from({ length: 12 }, (_, i) => call(gateways[i % 2]!));
      await until(() => fetched > 0, "somebody fetches");
      open();
      return Promise.all(answers);
    };
    const cached = `<inbound><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" /></inbound>
      <backend><forward-request /></backend><outbound><cache-store duration="60" /></outbound><on-error />`;
    async function* streamed() {
      yield Buffer.from("fet");
      yield Buffer.from("ched");
    }

    it.each([
      ["whole", () => ({})],
      ["streamed", () => ({ body: streamed() })],
    ])("a %s response is fetched once for all replicas", async (_, reply) => {
      const answers = await rushOn(await gatewaysOf(cached, reply));
      expect(answers).toEqual(answers.map(() => "200 fetched"));
      expect(fetched).toBe(1);
    });

    it("a response that is not stored holds nobody up for longer than it takes", async () => {
      const answers = await rushOn(await gatewaysOf(cached, () => ({ status: 500 })));
      expect(answers).toEqual(answers.map(() => "500 fetched"));
      expect(fetched).toBe(12);
    });

    const value = (lookup: string, store: string): string =>
      `<inbound>${lookup}<choose><when condition="@(!context.Variables.ContainsKey(&quot;v&quot;))">
        <send-request mode="new" response-variable-name="r"><set-url>http://side.example/</set-url><set-method>GET</set-method></send-request>
        <set-variable name="v" value="@(((IResponse)context.Variables[&quot;r&quot;]).Body.As&lt;string&gt;())" />${store}</when></choose>
        <return-response><set-body>@((string)context.Variables["v"])</set-body></return-response></inbound><backend /><outbound /><on-error />`;
    const lookup = '<cache-lookup-value key="v" variable-name="v" />';

    it("a value is fetched once for all replicas", async () => {
      const store = '<cache-store-value key="v" value="@((string)context.Variables[&quot;v&quot;])" duration="60" />';
      const answers = await rushOn(await gatewaysOf(value(lookup, store)));
      expect(answers).toEqual(answers.map(() => "200 fetched"));
      expect(fetched).toBe(1);
    });

    it("a value that no policy stores under that key makes nobody wait, nor does a second look in one request", async () => {
      const store = '<cache-store-value key="other" value="@((string)context.Variables[&quot;v&quot;])" duration="60" />';
      const lone = await gatewaysOf(value(lookup, store));
      close();
      const answers = Array.from({ length: 6 }, (_, i) => call(lone[i % 2]!));
      await until(() => fetched === 6, "all six are fetched");
      open();
      await Promise.all(answers);
      const own = '<cache-store-value key="v" value="@((string)context.Variables[&quot;v&quot;])" duration="60" />';
      const twice = await gatewaysOf(value(lookup + lookup, own));
      expect(await call(twice[0]!)).toBe("200 fetched");
    });
  });
});
