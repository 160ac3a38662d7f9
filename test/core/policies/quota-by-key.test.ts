import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const quota = (attributes: string): string => `<quota-by-key renewal-period="3600" ${attributes} />`;
const key = `counter-key="@(context.Request.Headers.GetValueOrDefault("X-Key", "k"))"`;

async function count(xml: string, calls: number, options: Parameters<typeof world>[1] = {}): Promise<number[]> {
  const policy = await world(xml, options);
  const statuses = [];
  for (let i = 0; i < calls; i++) statuses.push((await policy.send({ url, method: "POST", body: "y".repeat(100) })).status);
  return statuses;
}

describe("quota-by-key", () => {
  it.each([
    [`calls="2" ${key}`, [200, 200, 403]],
    [`calls="2" ${key} increment-count="2"`, [200, 403, 403]],
    [`calls="3" ${key} increment-count="2"`, [200, 200, 403]],
    [`calls="2" ${key} increment-condition="false"`, [200, 200, 200]],
    [`calls="0" ${key}`, [403, 403, 403]],
    [`calls="2" ${key} increment-condition="@(context.Response.StatusCode == 200)"`, [200, 200, 403]],
    [`calls="2" ${key} increment-condition="@(context.Response.StatusCode == 500)"`, [200, 200, 200]],
    [`calls="2" ${key} increment-count="@(2)"`, [200, 403, 403]],
    [`bandwidth="1" ${key}`, [200, 200, 403]],
    [`bandwidth="1" ${key} increment-condition="@(context.Response.StatusCode == 500)"`, [200, 200, 200]],
    [`bandwidth="1" ${key} increment-condition="@(context.Response.StatusCode == 200)"`, [200, 200, 403]],
    [`calls="1" bandwidth="100" ${key}`, [200, 403, 403]],
  ])("%s", async (attributes, expected) => {
    expect(await count(quota(attributes), 3, { backend: [{ reply: { body: "x".repeat(450) } }] })).toEqual(expected);
  });

  it("counts a request once for a key, however many elements name it", async () => {
    expect(await count(quota(`calls="2" ${key}`) + quota(`calls="5" ${key}`), 3)).toEqual([200, 200, 403]);
  });

  it("periods start where they are told to", async () => {
    const policy = await world(quota(`calls="1" counter-key="k" first-period-start="2025-06-01T00:10:00Z"`));
    await policy.send({ url });
    const { status, headers, error } = await policy.send({ url });
    expect([status, headers.get("Retry-After")]).toEqual([403, "600"]);
    expect(error).toMatchObject({ source: "quota-by-key", reason: "QuotaExceeded" });
    await policy.clock.advance(600_000);
    expect((await policy.send({ url })).status).toBe(200);
  });

  it("keeps keys, and periods of one key, apart", async () => {
    const policy = await world(
      `<choose><when condition="@(context.Request.Headers.ContainsKey("X-Day"))"><quota-by-key calls="1" renewal-period="86400" ${key} /></when><otherwise>${quota(`calls="1" ${key}`)}</otherwise></choose>`,
    );
    const statuses = [];
    for (const headers of [{ "X-Key": "a" }, { "X-Key": "b" }, { "X-Key": "a", "X-Day": "1" }, { "X-Key": "a" }])
      statuses.push((await policy.send({ url, headers: { ...headers } })).status);
    expect(statuses).toEqual([200, 200, 200, 403]);
  });

  it.each([
    [`<quota-by-key renewal-period="3600" counter-key="k" />`, ["error TP2101"]],
    [`<quota-by-key calls="1" renewal-period="299" counter-key="k" />`, ["error TP2008"]],
    [`<quota-by-key calls="1" renewal-period="0" counter-key="k" />`, []],
    [quota(`calls="1" counter-key="k" first-period-start="yesterday"`), ["error TP2008"]],
    [quota(`calls="@(1)" counter-key="k"`), ["error TP2009"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
