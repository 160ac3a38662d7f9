import { createGateway, createMemoryStore } from "@turnpike/core";
import { policyTest, testClock } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";

const url = "https://api.example/a";
const document = (limit: string): string => `<policies><inbound><base />${limit}</inbound></policies>`;
/** The quota of a subscription stands at product scope only. */
const tested = (limit: string) =>
  limit.startsWith("<quota ") ? { policy: "<policies />", inherits: { product: document(limit) } } : { policy: document(limit) };
const subscription = { id: "s1" };

/** By how much the clocks of replicas are ahead, in milliseconds. */
const skews: readonly (readonly number[])[] = [[0], [0, 0], [0, 250, -250], [0, 5_000, -5_000], [0, 60_000, -60_000, 86_400_000]];

/** Limits of ten calls: what they are, and after how many milliseconds others pass again. */
const limits: readonly [string, string, number][] = [
  ["rate-limit", '<rate-limit calls="10" renewal-period="60" />', 60_000],
  ["rate-limit-by-key", '<rate-limit-by-key calls="10" renewal-period="60" counter-key="k" />', 60_000],
  ["quota", '<quota calls="10" renewal-period="300" />', 300_000],
  ["quota-by-key", '<quota-by-key calls="10" renewal-period="300" counter-key="k" />', 300_000],
  [
    "quota-by-key from a moment",
    '<quota-by-key calls="10" renewal-period="300" counter-key="k" first-period-start="2026-01-01T00:00:00Z" />',
    300_000,
  ],
];

const table = limits.flatMap(([name, limit, period]) => skews.map((skew) => [name, skew, limit, period] as const));

describe("several gateways over one store", () => {
  it.each(table)("%s is exact over replicas that are ahead by %j ms", async (_name, replicas, limit, period) => {
    const world = await policyTest({ ...tested(limit), context: { subscription }, replicas });
    expect(world.replicas).toHaveLength(replicas.length);
    const statuses = async (count: number): Promise<string> => {
      const outcomes = await world.sendAll(Array.from({ length: count }, () => ({ url })));
      return outcomes.map(({ status }) => status).join(" ");
    };
    // Six, then as many as there are: ten pass, wherever they come in.
    expect(await statuses(6)).toBe("200 200 200 200 200 200");
    await world.clock.advance(1000);
    expect((await statuses(16)).match(/200/g)).toHaveLength(4);
    // Every replica refuses, and no other answers for it.
    for (const replica of world.replicas) expect([429, 403]).toContain((await replica.send({ url })).status);
    // One millisecond before the period is over nothing passes; after it as much as was counted then.
    await world.clock.advance(period - 1001);
    expect((await statuses(8)).includes("200")).toBe(false);
    await world.clock.advance(1);
    expect((await statuses(16)).match(/200/g)!.length).toBe(limit.startsWith("<rate") ? 6 : 10);
  });

  it("tell the time by their own clocks", async () => {
    const world = await policyTest({ expression: "@(context.Timestamp.Minute)", replicas: [0, 300_000] });
    const minutes = [];
    for (let i = 0; i < 3; i++) minutes.push((await world.send({ url })).variables["value"]);
    expect(minutes).toEqual([0, 5, 0]);
  });

  it("share what is cached", async () => {
    const policy =
      '<policies><inbound><base /><cache-lookup vary-by-developer="false" vary-by-developer-groups="false" /></inbound><outbound><base /><cache-store duration="60" /></outbound></policies>';
    const world = await policyTest({ policy, replicas: [0, 1000, -1000], backend: [{ reply: { body: "b" }, times: 1 }] });
    const calls = [];
    for (let i = 0; i < 4; i++) calls.push((await world.send({ url })).backendCalls.length);
    expect(calls).toEqual([1, 0, 0, 0]);
  });

  it("are at least one", async () => {
    await expect(policyTest({ policy: "<policies />", replicas: [] })).rejects.toThrow("Invalid replicas");
  });

  it("whose stores are their own admit as many times as much: the table can fail", async () => {
    const clock = testClock();
    const configuration = {
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          policy: document(`${limits[1]![1]}<return-response />`),
          operations: { any: { method: "GET", urlTemplate: "/*" } },
        },
      },
    };
    const own = await Promise.all([1, 2].map(() => createGateway(configuration, { clock, store: createMemoryStore({ clock }) })));
    let passed = 0;
    for (let i = 0; i < 40; i++) if ((await own[i % 2]!.handle({ method: "GET", url, headers: [] })).status === 200) passed++;
    expect(passed).toBe(20);
  });
});
