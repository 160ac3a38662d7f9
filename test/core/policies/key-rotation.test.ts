import { describe, expect, it } from "vitest";
import { jwtWorld, never, pair, start, token } from "./jwt-support.js";

const issuer = "https://login.example/";
const policy = `<validate-jwt header-name="Authorization"><openid-config url="${issuer}.well-known/openid-configuration" /></validate-jwt>`;
const old = pair("old");
const fresh = pair("fresh");
const stranger = pair("stranger");
const signed = (key: typeof old, kid = key.kid): string =>
  token("RS256", key.privateKey, { iss: issuer, exp: start + 99_999 }, kid === "" ? {} : { kid });

/** A gateway that knows the old key, and a provider that can publish others. */
async function rotating() {
  let answer: (url: string) => object | number = () => 500;
  const publish = (...keys: object[]): void => {
    answer = (url) => (url.endsWith("/keys") ? { keys } : { issuer, jwks_uri: `${issuer}keys` });
  };
  publish(old.jwk);
  const world = await jwtWorld(policy, (url) => answer(url));
  expect((await world.send(signed(old))).reason).toBeNull();
  return {
    ...world,
    publish,
    fail: (how: number) => void (answer = () => how),
    /** Fetches so far: each is two calls. */
    fetches: () => world.calls.filter((url) => url.includes("well-known")).length,
    /** Tokens of keys that nobody has. */
    flood: async (count: number, kid = (i: number) => `unknown-${i}`): Promise<void> => {
      for (let i = 0; i < count; i++) expect((await world.send(signed(stranger, kid(i)))).reason).toMatch(/^TokenSignature/);
    },
  };
}

describe("a new key of a provider", () => {
  it("is taken at once by the first token that names it, though a stranger named another a moment before", async () => {
    const { flood, publish, send } = await rotating();
    await flood(1);
    publish(fresh.jwk);
    expect((await send(signed(fresh))).reason).toBeNull();
  });

  it.each([
    ["names that are all different", (i: number) => `unknown-${i}`],
    ["one name", () => "unknown"],
    ["no name at all", () => ""],
  ])("is taken within 30 seconds of a flood of tokens with %s that does not stop", async (_what, kid) => {
    const { clock, flood, publish, send } = await rotating();
    await flood(20, kid);
    publish(old.jwk, fresh.jwk);
    let waited = 0;
    while ((await send(signed(fresh))).reason !== null) {
      await clock.advance(1000);
      waited++;
      await flood(3, kid);
    }
    expect(waited).toBeGreaterThan(0);
    expect(waited).toBeLessThanOrEqual(30);
    expect((await send(signed(old))).reason).toBeNull();
  });

  it("is taken within 30 seconds though the provider refused an answer in between", async () => {
    const { clock, fail, flood, publish, send } = await rotating();
    fail(503);
    await flood(10);
    publish(fresh.jwk);
    await clock.advance(30_000);
    expect((await send(signed(fresh))).reason).toBeNull();
  });
});

describe("a provider", () => {
  it("is called five times in a row and then once in 20 seconds, whatever strangers send", async () => {
    const { clock, fetches, flood } = await rotating();
    await flood(100);
    expect(fetches()).toBe(5);
    for (const [seconds, total] of [
      [19, 5],
      [1, 6],
      [19, 6],
      [1, 7],
    ] as const) {
      await clock.advance(seconds * 1000);
      await flood(10);
      expect(fetches()).toBe(total);
    }
    for (let second = 0; second < 600; second += 5) {
      await clock.advance(5000);
      await flood(2);
    }
    expect(fetches()).toBe(7 + 30);
  });

  it("may be called five times in a row again after a quiet time, and no more than five", async () => {
    const { clock, fetches, flood } = await rotating();
    await flood(100);
    await clock.advance(3_000_000);
    await flood(100);
    expect(fetches()).toBe(10);
  });

  it("is called once for all unknown keys that are named at the same time", async () => {
    const { clock, fetches, gateway, publish } = await rotating();
    publish(old.jwk, fresh.jwk);
    const tokens = [...Array.from({ length: 50 }, (_, i) => signed(stranger, `at-once-${i}`)), signed(fresh)];
    const answers = await clock.run(() =>
      Promise.all(
        tokens.map((given) =>
          gateway.handle({ method: "GET", url: "https://api.example/orders", headers: { Authorization: `Bearer ${given}` } }),
        ),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([...Array.from({ length: 50 }, () => 401), 200]);
    expect(fetches()).toBe(2);
  });

  it("that hangs holds up only those who name unknown keys, in one call", async () => {
    const { clock, fail, fetches, send } = await rotating();
    fail(never);
    const before = clock.now();
    expect((await send(signed(stranger, "x"))).reason).toBe("TokenSignatureKeyNotFound");
    expect([clock.now() - before, fetches()]).toEqual([30_000, 2]);
    expect([(await send(signed(old))).reason, clock.now() - before]).toEqual([null, 30_000]);
  });

  it("that has never answered is asked again after five minutes", async () => {
    let isDown = true;
    const world = await jwtWorld(policy, (url) =>
      isDown ? 503 : url.endsWith("/keys") ? { keys: [old.jwk] } : { issuer, jwks_uri: `${issuer}keys` },
    );
    for (let i = 0; i < 10; i++) expect((await world.send(signed(old))).reason).toBe("OpenIdConfigurationUnavailable");
    isDown = false;
    await world.clock.advance(299_999);
    expect([(await world.send(signed(old))).reason, world.calls.length]).toEqual(["OpenIdConfigurationUnavailable", 1]);
    await world.clock.advance(1);
    expect((await world.send(signed(old))).reason).toBeNull();
  });
});
