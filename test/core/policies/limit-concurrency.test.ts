import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const limit = (most: number, inner: string, key = "k"): string =>
  `<limit-concurrency key="${key}" max-count="${most}">${inner}</limit-concurrency>`;
const slow = { backend: [{ reply: { delay: 1000 } }] };

async function statuses(
  backend: string,
  count: number,
  headers: (i: number) => Record<string, string> = () => ({}),
): Promise<number[]> {
  const policy = await world({ backend }, slow);
  const outcomes = await policy.sendAll(Array.from({ length: count }, (_, i) => ({ url, headers: headers(i) })));
  return outcomes.map((one) => one.status).sort((a, b) => a - b);
}

describe("limit-concurrency", () => {
  it("lets so many in at once and refuses the others", async () => {
    expect(await statuses(limit(2, "<forward-request />"), 5)).toEqual([200, 200, 429, 429, 429]);
  });

  it("counts by key", async () => {
    const backend = limit(1, "<forward-request />", "@(context.Request.Headers.GetValueOrDefault(&quot;X&quot;))");
    expect(await statuses(backend, 4, (i) => ({ X: String(i % 2) }))).toEqual([200, 200, 429, 429]);
  });

  it("takes two slots for two nested elements of one key", async () => {
    expect(await statuses(limit(2, limit(2, "<forward-request />")), 2)).toEqual([200, 429]);
  });

  it.each([
    ["a failure", '<forward-request timeout="0.5" />', 504],
    ["a response of its own", '<return-response><set-status code="202" reason="x" /></return-response>', 202],
    ["an exception", `<set-variable name="x" value="@(int.Parse("x"))" /><forward-request />`, 500],
  ])("gives the slot back after %s", async (_what, inner, status) => {
    const policy = await world({ backend: limit(1, inner) }, slow);
    for (let i = 0; i < 3; i++) expect((await policy.send({ url })).status).toBe(status);
  });

  it("says why", async () => {
    const policy = await world({ backend: limit(1, "<forward-request />") }, slow);
    const refused = (await policy.sendAll([{ url }, { url }])).find((one) => one.status === 429)!;
    expect(refused.error).toMatchObject({ source: "limit-concurrency", reason: "ConcurrencyLimitExceeded" });
    expect(refused.headers.get("Retry-After")).toBeNull();
  });

  it("needs a number of slots", () => {
    expect(findings({ backend: `<limit-concurrency key="k" max-count="0"><forward-request /></limit-concurrency>` })).toEqual([
      "error TP2008",
    ]);
    expect(findings({ backend: `<limit-concurrency key="k" max-count="@(1)"><forward-request /></limit-concurrency>` })).toEqual([
      "error TP2009",
    ]);
  });
});
