import { createGateway, Headers } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document, findings, url, world } from "./support.js";

const limit = (most: number, inner: string, key = "k"): string =>
  `<limit-concurrency key="${key}" max-count="${most}">${inner}</limit-concurrency>`;
const wait = `<send-request mode="new" response-variable-name="r"><set-url>https://side.example/</set-url></send-request>`;
const slow = { backend: [{ reply: { delay: 1000 } }] };

async function statuses(
  backend: string,
  count: number,
  headers: (i: number) => Record<string, string> = () => ({}),
): Promise<number[]> {
  const policy = await world({ backend }, slow);
  const outcomes = await policy.sendAll(Array.from({ length: count }, (_, i) => ({ url, headers: headers(i) })));
  return outcomes.map((outcome) => outcome.status).sort((a, b) => a - b);
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

  describe("gives the slot back when the caller goes away", () => {
    it.each([
      ["while the backend answers", { backend: limit(1, "<forward-request />") }],
      [
        "between two attempts",
        {
          backend: limit(
            1,
            `<retry condition="@(true)" count="5" interval="60" first-fast-retry="false"><forward-request /></retry>`,
          ),
        },
      ],
      [
        "during a call on the side",
        {
          inbound: limit(
            1,
            `<send-request mode="new" response-variable-name="r"><set-url>https://side.example/</set-url></send-request>`,
          ),
        },
      ],
      [
        "in a branch that others wait for",
        {
          inbound: `<wait for="all"><choose><when condition="@(true)">${limit(1, `<send-request mode="new" response-variable-name="r"><set-url>https://side.example/</set-url></send-request>`)}</when></choose></wait>`,
        },
      ],
    ])("%s", async (_what, sections) => {
      const policy = await world(sections, { backend: [{ reply: { delay: 5000 } }], external: [{ reply: { delay: 5000 } }] });
      for (let i = 0; i < 3; i++) {
        const gone = new AbortController();
        policy.clock.setTimer(() => gone.abort(), 100);
        expect((await policy.send({ url, signal: gone.signal })).status).toBe(499);
      }
    });
  });

  it("gives the slot back in a branch that nobody waits for any more", async () => {
    const send = (path: string): string =>
      `<send-request mode="new" response-variable-name="r"><set-url>https://side.example/${path}</set-url></send-request>`;
    const policy = await world(
      `<wait for="any"><choose><when condition="@(true)">${limit(1, send("slow"))}</when></choose><choose><when condition="@(true)">${send("fast")}</when></choose></wait>`,
      { external: [{ when: { url: "https://side.example/fast" }, reply: { status: 200 } }, { reply: { delay: 60_000 } }] },
    );
    for (let i = 0; i < 3; i++) expect((await policy.send({ url })).status).toBe(200);
  });

  it("covers the enclosed policies only", async () => {
    const policy = await world(
      { inbound: limit(1, `<set-variable name="x" value="1" />`), backend: "<forward-request />" },
      slow,
    );
    expect((await policy.sendAll([{ url }, { url }])).map((answer) => answer.status)).toEqual([200, 200]);
  });

  it("stands in on-error as well", async () => {
    const policy = await world({
      inbound: `<set-variable name="x" value="@(int.Parse("x"))" />`,
      onError: limit(1, `<set-status code="418" reason="x" />`),
    });
    for (let i = 0; i < 3; i++) expect((await policy.send({ url })).status).toBe(418);
  });

  it("compares the count of a key with each element's own number, at all scopes", async () => {
    const policy = await world(
      {
        inbound: `<choose><when condition="@(context.Request.Headers.ContainsKey("X"))">${limit(2, wait)}</when><otherwise>${limit(1, wait)}</otherwise></choose>`,
      },
      { external: [{ reply: { delay: 1000 } }] },
    );
    const outcomes = await policy.sendAll([{ url }, { url, headers: { X: "1" } }, { url }, { url, headers: { X: "1" } }]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([200, 200, 429, 429]);
  });

  it("fails where its key does, and takes no slot", async () => {
    const { status, error } = await (
      await world({ backend: limit(1, "<forward-request />", "@(context.Subscription.Id)") })
    ).send({ url });
    expect([status, error?.source, error?.reason]).toEqual([500, "limit-concurrency", "ExpressionValueEvaluationFailure"]);
  });

  it("does not know of other gateways", async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const open = () =>
      createGateway(
        {
          apis: {
            one: {
              path: "orders",
              serviceUrl: "https://one.internal",
              subscriptionRequired: false,
              policy: document({ backend: limit(1, "<forward-request />") }),
              operations: { get: { method: "GET", urlTemplate: "/" } },
            },
          },
        },
        {
          transport: async () => {
            await answered;
            return { status: 200, reason: "OK", headers: new Headers(), body: null };
          },
        },
      );
    const [one, other] = [await open(), await open()];
    const sent = [one, other, one].map((gateway) => gateway.handle({ method: "GET", url, headers: [] }));
    answer();
    expect((await Promise.all(sent)).map((response) => response.status)).toEqual([200, 200, 429]);
  });

  it("says why", async () => {
    const policy = await world({ backend: limit(1, "<forward-request />") }, slow);
    const refused = (await policy.sendAll([{ url }, { url }])).find((answer) => answer.status === 429)!;
    expect(refused.error).toMatchObject({ source: "limit-concurrency", reason: "ConcurrencyLimitExceeded" });
    expect([refused.reason, JSON.parse(refused.text)]).toEqual([
      "Too Many Requests",
      { statusCode: 429, message: "Concurrency limit is exceeded. Try again later." },
    ]);
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
