import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { document, findings, url, world } from "./support.js";

const limit = (attributes: string): string => `<rate-limit-by-key renewal-period="10" ${attributes} />`;
const byHeader = `counter-key="@(context.Request.Headers.GetValueOrDefault("X-Key"))"`;

describe("rate-limit-by-key", () => {
  it("passes exactly the calls, and says when there is room again", async () => {
    const policy = await world(limit(`calls="2" counter-key="k"`));
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await policy.send({ url })).status);
    expect(statuses).toEqual([200, 200, 429]);
    await policy.clock.advance(3500);
    const { status, reason, headers, text, error, backendCalls } = await policy.send({ url });
    expect([status, reason, headers.get("Retry-After"), backendCalls.length]).toEqual([429, "Too Many Requests", "7", 0]);
    expect(JSON.parse(text)).toEqual({ statusCode: 429, message: "Rate limit is exceeded. Try again in 7 seconds." });
    expect(error).toMatchObject({ source: "rate-limit-by-key", reason: "RateLimitExceeded", message: "Rate limit is exceeded" });
    await policy.clock.advance(6500);
    expect((await policy.send({ url })).status).toBe(200);
  });

  it("tells what is left", async () => {
    const names = `remaining-calls-header-name="X-Left" remaining-calls-variable-name="left" total-calls-header-name="X-All" retry-after-header-name="X-Wait" retry-after-variable-name="wait"`;
    const policy = await world(limit(`calls="1" counter-key="k" ${names}`));
    const first = await policy.send({ url });
    expect([first.headers.get("X-Left"), first.headers.get("X-All"), first.variables]).toEqual(["0", "1", { left: 0 }]);
    const second = await policy.send({ url });
    expect(["X-Left", "X-All", "X-Wait", "Retry-After"].map((name) => second.headers.get(name))).toEqual(["0", "1", "10", null]);
    expect(second.variables).toEqual({ left: 0, wait: 10 });
  });

  it("leaves a header that outbound sets", async () => {
    const policy = await world({
      inbound: limit(`calls="5" counter-key="k" remaining-calls-header-name="X-Left"`),
      outbound: `<set-header name="x-left"><value>many</value></set-header>`,
    });
    expect((await policy.send({ url })).headers.getAll("X-Left")).toEqual(["many"]);
  });

  describe("its headers", () => {
    const named = limit(`calls="5" counter-key="k" remaining-calls-header-name="X-Left" total-calls-header-name="X-All"`);
    const backend = [{ reply: { headers: { "X-Left": "of the backend" }, body: "b" } }];

    it.each([
      ["replace the backend's", {}, ["4"]],
      [
        "can be read and changed in outbound",
        {
          outbound: `<set-header name="X-Left"><value>@(context.Response.Headers.GetValueOrDefault("X-Left") + "!")</value></set-header>`,
        },
        ["4!"],
      ],
      ["can be removed in outbound", { outbound: `<set-header name="X-Left" exists-action="delete" />` }, []],
      ["go on a response that outbound makes", { outbound: `<return-response />` }, ["4"]],
      [
        "leave what such a response says itself",
        { outbound: `<return-response><set-header name="X-Left"><value>own</value></set-header></return-response>` },
        ["own"],
      ],
      ["go on a response that inbound makes", { after: "<return-response />" }, ["4"]],
      ["go on a failure", { after: `<set-variable name="x" value="@(int.Parse("x"))" />` }, ["4"]],
      [
        "can be changed in on-error",
        {
          after: `<set-variable name="x" value="@(int.Parse("x"))" />`,
          onError: `<set-header name="X-Left" exists-action="delete" />`,
        },
        [],
      ],
      ["go on a failure in outbound", { outbound: `<set-variable name="x" value="@(int.Parse("x"))" />` }, ["4"]],
      [
        "go on the refusal of a later limit, unless that has its own",
        { after: limit(`calls="0" counter-key="z" remaining-calls-header-name="X-Left"`) },
        ["0"],
      ],
      [
        "are those of the later of two limits",
        { after: limit(`calls="9" counter-key="z" remaining-calls-header-name="x-left"`) },
        ["8"],
      ],
    ] as [string, { after?: string; outbound?: string; onError?: string }, string[]][])(
      "%s",
      async (_what, { after = "", ...rest }, left) => {
        const { headers } = await (await world({ inbound: named + after, ...rest }, { backend })).send({ url });
        expect([headers.getAll("X-Left"), headers.getAll("X-All")]).toEqual([left, ["5"]]);
      },
    );

    it("are each caller's own where the response comes from the cache", async () => {
      const policy = await world(
        {
          inbound: `${named}<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />`,
          outbound: `<cache-store duration="60" />`,
        },
        { backend },
      );
      const seen = [];
      for (let i = 0; i < 3; i++) {
        const { headers, backendCalls } = await policy.send({ url });
        seen.push([backendCalls.length, headers.getAll("X-Left")]);
      }
      expect(seen).toEqual([
        [1, ["4"]],
        [0, ["3"]],
        [0, ["2"]],
      ]);
    });
  });

  it("shares a key across scopes", async () => {
    const outer = document(limit(`calls="3" counter-key="k"`))
      .replaceAll("<base />", "")
      .replace("<backend>", "<backend><forward-request />");
    const policy = await world(limit(`calls="3" counter-key="k"`), { inherits: { global: outer } });
    const first = await policy.send({ url });
    const second = await policy.send({ url });
    expect([first.status, second.status, second.error?.scope]).toEqual([200, 429, "api"]);
  });

  it("judges what was counted by the calls and period of the present call", async () => {
    const attribute = (name: string): string => `@(int.Parse(context.Request.Headers.GetValueOrDefault("${name}", "0")))`;
    const policy = await world(
      `<rate-limit-by-key calls="${attribute("Calls").replaceAll('"', "&quot;")}" renewal-period="${attribute("Period").replaceAll('"', "&quot;")}" counter-key="k" />`,
    );
    const call = async (calls: number, period: number): Promise<number> =>
      (await policy.send({ url, headers: { Calls: String(calls), Period: String(period) } })).status;
    expect([await call(2, 60), await call(2, 60), await call(2, 60), await call(3, 60)]).toEqual([200, 200, 429, 200]);
    await policy.clock.advance(20_000);
    expect([await call(1, 10), await call(5, 60), await call(4, 60)]).toEqual([200, 200, 429]);
    expect([await call(-1, 60), await call(1, 0), await call(1, 301)]).toEqual([500, 500, 500]);
  });

  it("keeps keys apart, whatever is in them", async () => {
    const policy = await world(limit(`calls="1" ${byHeader}`));
    for (const key of ["a", "b", "a|1:b", "1:a"])
      expect([key, (await policy.send({ url, headers: { "X-Key": key } })).status]).toEqual([key, 200]);
  });

  it("shares a key among elements, each of which counts", async () => {
    const policy = await world(limit(`calls="3" counter-key="k"`) + limit(`calls="3" counter-key="k"`));
    expect((await policy.send({ url })).status).toBe(200);
    expect((await policy.send({ url })).status).toBe(429);
  });

  it.each([
    [`calls="3" counter-key="k" increment-count="2"`, 1],
    [`calls="3" counter-key="k" increment-condition="false"`, 6],
    [`calls="0" counter-key="k"`, 0],
    [`calls="@(1 + 1)" renewal-period="@(5)" counter-key="k"`, 2],
  ])("%s lets %i of 6 calls pass", async (attributes, passed) => {
    const policy = await world(
      `<rate-limit-by-key ${attributes.includes("renewal-period") ? "" : `renewal-period="10"`} ${attributes} />`,
    );
    let count = 0;
    for (let i = 0; i < 6; i++) if ((await policy.send({ url })).status === 200) count++;
    expect(count).toBe(passed);
  });

  it("never lets more than the calls pass in any stretch, and refuses none that a perfect counter would pass", async () => {
    const call = fc.record({ after: fc.integer({ min: 0, max: 3000 }), key: fc.constantFrom("a", "b") });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 10, maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (calls, most) => {
        const policy = await world(limit(`calls="${most}" ${byHeader}`));
        const passed: { readonly at: number; readonly key: string }[] = [];
        for (const { after, key } of calls) {
          await policy.clock.advance(after);
          const at = policy.clock.now();
          const within = passed.filter((call) => call.key === key && call.at > at - 10_000).length;
          const { status, headers } = await policy.send({ url, headers: { "X-Key": key } });
          expect(status).toBe(within < most ? 200 : 429);
          if (status === 200) passed.push({ at, key });
          else {
            const leaves = passed.filter((call) => call.key === key).at(-most)!.at + 10_000;
            expect(headers.get("Retry-After")).toBe(String(Math.ceil((leaves - at) / 1000)));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("advises the whole period where there is never room", async () => {
    expect((await (await world(limit(`calls="0" counter-key="k"`))).send({ url })).headers.get("Retry-After")).toBe("10");
  });

  describe("with a condition or count about the response", () => {
    const onlyFailures = limit(
      `calls="2" counter-key="k" increment-condition="@(context.Response.StatusCode == 401)" remaining-calls-header-name="X-Left"`,
    );

    it("counts when the response is final, and refuses one call later", async () => {
      const policy = await world(onlyFailures, { backend: [{ reply: { status: 401 } }] });
      const seen = [];
      for (let i = 0; i < 4; i++) {
        const { status, headers } = await policy.send({ url });
        seen.push([status, headers.get("X-Left")]);
      }
      expect(seen).toEqual([
        [401, "2"],
        [401, "1"],
        [401, "0"],
        [429, "0"],
      ]);
    });

    it("does not count what it must not", async () => {
      const policy = await world(onlyFailures);
      for (let i = 0; i < 8; i++) expect((await policy.send({ url })).status).toBe(200);
    });

    it("reads the response's body, and counts by it", async () => {
      const policy = await world(
        limit(
          `calls="10" counter-key="k" increment-count="@(int.Parse(context.Response.Body.As<string>(true)))" remaining-calls-header-name="X-Left"`,
        ),
        { backend: [{ reply: { body: "7" } }] },
      );
      expect([(await policy.send({ url })).headers.get("X-Left"), (await policy.send({ url })).headers.get("X-Left")]).toEqual([
        "10",
        "3",
      ]);
    });

    it("counts on every path, and when the expression fails", async () => {
      const policy = await world(
        limit(`calls="1" counter-key="k" increment-count="@(int.Parse("x"))" remaining-calls-header-name="X-Left"`) +
          "<return-response />",
      );
      const left = [];
      for (let i = 0; i < 3; i++) left.push((await policy.send({ url })).headers.get("X-Left"));
      expect(left).toEqual(["1", "0", "0"]);
      expect((await policy.send({ url })).status).toBe(429);
    });

    it.each([
      ["the backend is not there", { backend: [{ fail: "refused" as const }] }, "", 502],
      ["a policy fails", {}, `<set-variable name="x" value="@(int.Parse("x"))" />`, 500],
      ["a policy answers", {}, `<return-response><set-status code="202" /></return-response>`, 202],
      ["another limit refuses", {}, limit(`calls="0" counter-key="z"`), 429],
    ])("counts once where %s", async (_what, options, after, status) => {
      const policy = await world(
        limit(
          `calls="1" counter-key="k" increment-condition="@(context.Response.StatusCode == ${status})" remaining-calls-variable-name="left"`,
        ) + after,
        options,
      );
      const seen = [];
      for (let i = 0; i < 3; i++) {
        const { error, variables } = await policy.send({ url });
        seen.push([variables["left"], error?.source === "rate-limit-by-key" && error.message === "Rate limit is exceeded"]);
      }
      expect(seen.map(([left]) => left)).toEqual([1, 0, 0]);
      expect((await policy.send({ url })).status).toBe(429);
    });

    it("counts where the caller has gone", async () => {
      const policy = await world(limit(`calls="1" counter-key="k" increment-count="@(2)"`), {
        backend: [{ reply: { delay: 1000 } }],
      });
      const gone = new AbortController();
      policy.clock.setTimer(() => gone.abort(), 100);
      expect([(await policy.send({ url, signal: gone.signal })).status, (await policy.send({ url })).status]).toEqual([499, 429]);
    });

    it("lets calls that are made at once pass all, and counts them", async () => {
      const policy = await world(onlyFailures, { backend: [{ reply: { status: 401, delay: 1000 } }] });
      const all = await policy.sendAll(Array.from({ length: 5 }, () => ({ url })));
      expect([all.map((one) => one.status), (await policy.send({ url })).status]).toEqual([[401, 401, 401, 401, 401], 429]);
    });

    it("counts a call whose amount is less than nothing as one", async () => {
      const policy = await world(limit(`calls="1" counter-key="k" increment-count="@(-5)" remaining-calls-header-name="X-Left"`));
      expect([(await policy.send({ url })).headers.get("X-Left"), (await policy.send({ url })).headers.get("X-Left")]).toEqual([
        "1",
        "0",
      ]);
    });

    it("can be told to count after the response", async () => {
      const policy = await world(limit(`calls="1" counter-key="k" increment-after-response="true"`));
      const statuses = [];
      for (let i = 0; i < 3; i++) statuses.push((await policy.send({ url })).status);
      expect(statuses).toEqual([200, 200, 429]);
    });
  });

  it.each([
    [`calls="1"`, ["error TP2007"]],
    [`calls="-1" counter-key="k"`, ["error TP2008"]],
    [`calls="1" counter-key="k" retry-after-header-name="@("x")"`, ["error TP2009"]],
    [`calls="1" counter-key="k" flexible-retry-window="true"`, ["warning TP2104"]],
  ])("is checked at load time: %s", (attributes, expected) => {
    expect(findings(limit(attributes))).toEqual(expected);
  });

  it.each(["301", "0"])("refuses a period of %s seconds", (period) => {
    expect(findings(`<rate-limit-by-key calls="1" counter-key="k" renewal-period="${period}" />`)).toEqual(["error TP2008"]);
  });

  it.each([`calls="@("many")" counter-key="k"`, `calls="1" counter-key="@(context.Subscription.Id)"`])(
    "fails on %s",
    async (attributes) => {
      const { status, error } = await (await world(limit(attributes))).send({ url });
      expect(status).toBe(500);
      expect(error).toMatchObject({ source: "rate-limit-by-key", reason: "ExpressionValueEvaluationFailure" });
    },
  );
});
