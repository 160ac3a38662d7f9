import { describe, expect, it } from "vitest";
import { document, findings, url, world } from "./support.js";

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

  it("counts a request once for a key across scopes", async () => {
    const outer = document(quota(`calls="2" counter-key="k"`))
      .replaceAll("<base />", "")
      .replace("<backend>", "<backend><forward-request />");
    expect(await count(quota(`calls="2" counter-key="k"`), 3, { inherits: { global: outer } })).toEqual([200, 200, 403]);
  });

  it("of several elements with one key the first that counts wins", async () => {
    expect(await count(quota(`calls="3" ${key} increment-count="2"`) + quota(`calls="3" ${key}`), 3)).toEqual([200, 200, 403]);
    const notThis = quota(`calls="3" ${key} increment-condition="false"`);
    expect(await count(notThis + quota(`calls="1" ${key}`), 2)).toEqual([200, 403]);
    const later = (status: number): string =>
      quota(`calls="3" ${key} increment-count="@(2)" increment-condition="@(context.Response.StatusCode == ${status})"`);
    expect(await count(later(500) + later(200), 3)).toEqual([200, 200, 403]);
    expect(await count(later(200) + quota(`calls="3" ${key}`), 4)).toEqual([200, 200, 200, 403]);
    expect(await count(quota(`calls="9" ${key}`) + quota(`bandwidth="1" ${key}`) + quota(`bandwidth="1" ${key}`), 12)).toEqual([
      ...Array.from({ length: 9 }, () => 200),
      403,
      403,
      403,
    ]);
  });

  it.each([
    ["counted at once", `calls="1" counter-key="k"`, [502, 403]],
    [
      "counted at the end, if it is to be",
      `calls="1" counter-key="k" increment-condition="@(context.Response.StatusCode == 502)"`,
      [502, 403],
    ],
    [
      "not counted, if it is not to be",
      `calls="1" counter-key="k" increment-condition="@(context.Response.StatusCode == 200)"`,
      [502, 502],
    ],
    [
      "counted where the condition fails",
      `calls="1" counter-key="k" increment-condition="@(int.Parse(&quot;x&quot;) == 1)"`,
      [502, 403],
    ],
  ])("a call whose backend is not there is %s", async (_what, attributes, expected) => {
    expect(await count(quota(attributes), 2, { backend: [{ fail: "refused" }] })).toEqual(expected);
  });

  it.each([
    ["3600", "2026-01-01T00:00:00Z", "3600", "01:00:00"],
    ["86400", "2025-12-31T12:00:00Z", "43200", "12:00:00"],
    ["604800", "0001-01-01T00:00:00Z", "345600", "4.00:00:00"],
    ["300", "2026-01-01T00:00:10Z", "10", "00:00:10"],
    ["3600", "2030-05-05T00:00:01.5Z", "2", "00:00:02"],
  ])("of %s seconds from %s ends in %s seconds", async (period, start, seconds, time) => {
    const policy = await world(
      `<quota-by-key calls="0" renewal-period="${period}" counter-key="k" first-period-start="${start}" />`,
    );
    const { status, reason, headers, text } = await policy.send({ url });
    expect([status, reason, headers.get("Retry-After"), JSON.parse(text)]).toEqual([
      403,
      "Quota Exceeded",
      seconds,
      { statusCode: 403, message: `Out of call volume quota. Quota will be replenished in ${time}.` },
    ]);
  });

  it("of no period never renews", async () => {
    const policy = await world(`<quota-by-key calls="1" renewal-period="0" counter-key="k" />`);
    await policy.send({ url });
    await policy.clock.advance(1e12);
    const { status, headers, error } = await policy.send({ url });
    expect([status, headers.get("Retry-After"), error!.message]).toEqual([403, null, "Out of call volume quota."]);
  });

  it.each([`counter-key="@(context.Subscription.Id)"`, `counter-key="@(int.Parse("x").ToString())"`])(
    "fails on %s",
    async (attribute) => {
      const { status, error } = await (await world(quota(`calls="1" ${attribute}`))).send({ url });
      expect(status).toBe(500);
      expect(error).toMatchObject({ source: "quota-by-key", reason: "ExpressionValueEvaluationFailure" });
    },
  );

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
