import { type ConfigurationError, createGateway, Headers, TransportError } from "@turnpike/core";
import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { asWanted, at, backendWorld, breaker, configuration, statuses, want } from "./support.js";

type Rules = ReturnType<typeof breaker>;

const world = (circuitBreaker: Rules = breaker(), sections = {}) =>
  backendWorld({ one: at("one", { circuitBreaker }) }, "one", asWanted, sections);

/** An open circuit, two failures behind it. */
async function opened(circuitBreaker: Rules = breaker()) {
  const policy = await world(circuitBreaker);
  await statuses(policy, [500, 500]);
  return policy;
}

const state = (policy: Awaited<ReturnType<typeof world>>) => policy.gateway.health().backends[0]!;

describe("what opens a circuit", () => {
  it.each<[string, Rules, (number | string)[], number[]]>([
    ["the count of failures", breaker(), [500, 500, 200], [500, 500, 503]],
    ["failures with others between them", breaker(), [500, 200, 200, 599, 200], [500, 200, 200, 599, 503]],
    ["not one failure less", breaker({ count: 3 }), [500, 500, 200], [500, 500, 200]],
    ["not a status outside of the ranges", breaker(), [404, 429, 404, 200], [404, 429, 404, 200]],
    [
      "a status in any range",
      breaker({
        statusCodeRanges: [
          { min: 429, max: 429 },
          { min: 500, max: 599 },
        ],
      }),
      [429, 500, 200],
      [429, 500, 503],
    ],
    [
      "a listed error reason",
      breaker({ statusCodeRanges: [], errorReasons: ["BackendConnectionFailure"] }),
      ["refused", "refused", 200],
      [502, 502, 503],
    ],
    ["a listed time-out", breaker({ errorReasons: ["timeout"] }), ["timeout", 500, 200], [504, 500, 503]],
    [
      "not an error reason that is not listed",
      breaker({ errorReasons: ["Timeout"] }),
      ["refused", "refused", 200],
      [502, 502, 200],
    ],
    ["not failures to connect, with status ranges alone", breaker(), ["refused", "refused", 200], [502, 502, 200]],
    ["the percentage of requests", breaker({ percentage: 50 }), [200, 200, 500, 500, 200], [200, 200, 500, 500, 503]],
    ["not less than the percentage", breaker({ percentage: 50 }), [200, 200, 200, 500, 500, 200], [200, 200, 200, 500, 500, 200]],
    ["a single failure, where that is all there is", breaker({ percentage: 100 }), [500, 200], [500, 503]],
  ])("%s", async (_name, rule, wanted, expected) => {
    expect(await statuses(await world(rule), wanted)).toEqual(expected);
  });

  it("failures count for exactly the interval", async () => {
    const late = await world();
    await want(late, 500);
    await late.clock.advance(59_999);
    expect(await statuses(late, [500, 200])).toEqual([500, 503]);
    const tooLate = await world();
    await want(tooLate, 500);
    await tooLate.clock.advance(60_000);
    expect(await statuses(tooLate, [500, 200])).toEqual([500, 200]);
  });

  it("the interval slides: it does not begin anew with a failure", async () => {
    const policy = await world(breaker({ count: 3 }));
    for (const seconds of [0, 40, 30]) {
      await policy.clock.advance(seconds * 1000);
      expect((await want(policy, 500)).status).toBe(500);
    }
    expect(state(policy)).toMatchObject({ circuit: "closed", failures: 2 });
    await policy.clock.advance(20_000);
    expect(await statuses(policy, [500, 200])).toEqual([500, 503]);
  });

  it("requests that are older than the interval are no part of the percentage", async () => {
    const policy = await world(breaker({ percentage: 60 }));
    await statuses(policy, [200, 200, 200]);
    await policy.clock.advance(60_000);
    expect(await statuses(policy, [500, 200])).toEqual([500, 503]);
  });

  it("a call whose caller goes away does not count at all", async () => {
    let calls = 0;
    const circuitBreaker = breaker({ percentage: 100, errorReasons: ["BackendConnectionFailure"] });
    const gateway = await createGateway(configuration({ one: at("one", { circuitBreaker }) }, "one"), {
      transport: () =>
        ++calls === 1
          ? Promise.reject(new TransportError("aborted", "The client closed the connection."))
          : Promise.resolve({ status: 500, reason: "", headers: new Headers(), body: null }),
    });
    const send = () => gateway.handle({ method: "GET", url: "https://api.example/x", headers: {} });
    await send();
    expect(gateway.health().backends[0]).toMatchObject({ circuit: "closed", failures: 0 });
    await send();
    expect(gateway.health().backends[0]).toMatchObject({ circuit: "open" });
  });

  it("an answer that on-error is made of counts too", async () => {
    const policy = await world(breaker(), { backend: `<forward-request fail-on-error-status-code="true" />` });
    expect(await statuses(policy, [500, 500])).toEqual([500, 500]);
    expect((await want(policy)).backendCalls).toHaveLength(0);
  });

  it("holds for an API whose service URL is the entity's address", async () => {
    const policy = await policyTest({
      gateway: {
        backends: { one: at("one", { circuitBreaker: breaker({ count: 1 }) }) },
        apis: {
          api: {
            path: "",
            serviceUrl: "http://one",
            subscriptionRequired: false,
            operations: { get: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
      backend: asWanted,
    });
    expect(await statuses(policy, [500, 200])).toEqual([500, 503]);
  });
});

describe("an open circuit", () => {
  it("answers 503 at once, with the documented error", async () => {
    const policy = await opened();
    const outcome = await want(policy);
    expect(outcome).toMatchObject({ status: 503, reason: "Service Unavailable", backendCalls: [], elapsed: 0 });
    expect(outcome.headers.get("content-type")).toBe("application/json");
    expect(outcome.json()).toEqual({ statusCode: 503, message: "Service unavailable" });
    expect(outcome.error).toMatchObject({ source: "forward-request", reason: "BackendCircuitOpen", section: "backend" });
    expect(outcome.error!.message).toContain("'one'");
  });

  it("runs on-error, which may shape the answer", async () => {
    const policy = await world(breaker({ count: 1 }), {
      onError: `<choose><when condition="@(context.LastError.Reason == "BackendCircuitOpen")">
        <return-response><set-status code="429" reason="Later" /><set-body>@(context.Backend.Id)</set-body></return-response>
      </when></choose>`,
    });
    expect(await statuses(policy, [500])).toEqual([500]);
    expect(await want(policy)).toMatchObject({ status: 429, text: "one" });
  });

  it("is the same with gatewayErrors apim", async () => {
    const gateway = await createGateway(configuration({ one: at("one", { circuitBreaker: breaker({ count: 1 }) }) }, "one"), {
      gatewayErrors: "apim",
      fetch: async () => new Response("", { status: 500 }),
    });
    const send = () => gateway.handle({ method: "GET", url: "https://api.example/x", headers: {} });
    expect([(await send()).status, (await send()).status]).toEqual([500, 503]);
  });

  it("leaves other backends alone", async () => {
    const backends = { one: at("one", { circuitBreaker: breaker() }), two: at("two", { circuitBreaker: breaker() }) };
    const policy = await backendWorld(
      backends,
      `@(context.Request.Headers.GetValueOrDefault(&quot;to&quot;,&quot;one&quot;))`,
      asWanted,
    );
    expect(await statuses(policy, [500, 500, 200])).toEqual([500, 500, 503]);
    expect((await policy.send({ url: "https://api.example/x", headers: { to: "two" } })).status).toBe(200);
  });

  it("does not use up the request's body: a retry to another backend can send it", async () => {
    const policy = await backendWorld(
      { one: at("one", { circuitBreaker: breaker({ count: 1 }) }), two: at("two") },
      "one",
      asWanted,
      {
        backend: `<retry condition="@(context.Response.StatusCode == 503)" count="1" interval="0">
          <choose><when condition="@(context.Response.StatusCode == 503)"><set-backend-service backend-id="two" /></when></choose>
          <forward-request />
        </retry>`,
      },
    );
    await want(policy, 500);
    const outcome = await policy.send({ method: "POST", url: "https://api.example/x", body: "payload" });
    expect(outcome.status).toBe(200);
    expect(outcome.backendCalls.map((call) => [call.url, Buffer.from(call.body).toString()])).toEqual([
      ["http://two/x", "payload"],
    ]);
  });
});

describe("after the trip duration", () => {
  it("one success closes the circuit, and the count begins anew", async () => {
    const policy = await opened();
    await policy.clock.advance(29_999);
    expect((await want(policy)).status).toBe(503);
    await policy.clock.advance(1);
    expect(state(policy)).toMatchObject({ circuit: "half-open", isAvailable: true, openUntil: null });
    expect(await statuses(policy, [200, 500, 200])).toEqual([200, 500, 200]);
    expect(state(policy)).toMatchObject({ circuit: "closed", failures: 1 });
  });

  it.each([500, "refused"])("one failure (%s) opens it for another trip duration", async (wanted) => {
    const policy = await opened();
    await policy.clock.advance(30_000);
    expect((await want(policy, wanted)).backendCalls).toHaveLength(1);
    expect(state(policy)).toMatchObject({ circuit: "open", openUntil: policy.clock.now() + 30_000 });
    await policy.clock.advance(29_999);
    expect((await want(policy)).status).toBe(503);
    await policy.clock.advance(1);
    expect(await statuses(policy, [200, 200])).toEqual([200, 200]);
  });

  it("one request goes through while it finds out, the others do not", async () => {
    const policy = await backendWorld({ one: at("one", { circuitBreaker: breaker() }) }, "one", [
      { reply: { status: 500 }, times: 2 },
      { reply: { delay: 5_000 } },
    ]);
    await statuses(policy, [1, 2]);
    await policy.clock.advance(30_000);
    const url = "https://api.example/x";
    const outcomes = await policy.sendAll([{ url }, { url }, { url }]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([200, 503, 503]);
    expect((await policy.sendAll([{ url }, { url }])).map((answer) => answer.status)).toEqual([200, 200]);
  });

  it("a probing request whose caller goes away makes room for the next", async () => {
    const { clock } = await world();
    const controller = new AbortController();
    let calls = 0;
    const gateway = await createGateway(configuration({ one: at("one", { circuitBreaker: breaker({ count: 1 }) }) }, "one"), {
      clock,
      fetch: (_url, init) => {
        calls++;
        if (calls !== 2) return Promise.resolve(new Response("", { status: calls === 1 ? 500 : 200 }));
        return new Promise((_resolve, reject) => {
          init!.signal!.addEventListener("abort", () => reject(new Error("gone")));
          controller.abort();
        });
      },
    });
    const send = (signal?: AbortSignal) =>
      gateway.handle({ method: "GET", url: "https://api.example/x", headers: {}, ...(signal ? { signal } : {}) });
    await send();
    await clock.advance(30_000);
    await send(controller.signal);
    expect(gateway.health().backends[0]).toMatchObject({ circuit: "half-open", isAvailable: true });
    expect((await send()).status).toBe(200);
    expect(gateway.health().backends[0]).toMatchObject({ circuit: "closed" });
  });

  it("results of requests from before it opened do not count", async () => {
    const policy = await backendWorld({ one: at("one", { circuitBreaker: breaker() }) }, "one", [
      { when: { path: "/slow" }, reply: { status: 500, delay: 40_000 } },
      ...asWanted,
    ]);
    const outcomes = await policy.sendAll([
      { url: "https://api.example/slow" },
      { url: "https://api.example/x", headers: { want: "500" } },
      { url: "https://api.example/y", headers: { want: "500" } },
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([500, 500, 500]);
    expect(state(policy).circuit).toBe("half-open");
    expect(await statuses(policy, [200, 500, 200])).toEqual([200, 500, 200]);
  });
});

describe("acceptRetryAfter", () => {
  const after = async (value: string | null, acceptRetryAfter = true) => {
    const headers = value === null ? {} : { "Retry-After": value };
    const policy = await policyTest({
      clock: "2026-01-01T00:00:00Z",
      gateway: configuration({ one: at("one", { circuitBreaker: breaker({ count: 1 }, { acceptRetryAfter }) }) }, "one"),
      backend: [{ reply: { status: 503, headers } }],
    });
    await want(policy);
    return (state(policy).openUntil! - policy.clock.now()) / 1000;
  };

  it.each([
    ["120", 120],
    ["Thu, 01 Jan 2026 00:02:00 GMT", 120],
    ["Thursday, 01-Jan-26 00:02:00 GMT", 120],
    ["Thu Jan  1 00:02:00 2026", 120],
    [null, 30],
    ["0", 30],
    ["-5", 30],
    ["soon", 30],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 30],
    ["999999999999", 86_400],
    ["Thu, 01 Jan 2099 00:00:00 GMT", 86_400],
  ])("%s opens it for %d seconds", async (value, seconds) => {
    expect(await after(value)).toBe(seconds);
  });

  it("is off by default", async () => {
    expect(await after("120", false)).toBe(30);
  });
});

describe("the state", () => {
  const backends = (url: string, more = {}) => ({ one: { url, circuitBreaker: breaker() }, ...more });

  it("outlives an update that leaves the backend where it is", async () => {
    const policy = await backendWorld(backends("http://one"), "one", asWanted);
    await want(policy, 500);
    await policy.gateway.update(configuration(backends("http://one", { two: { url: "http://two" } }), "one"));
    expect(await statuses(policy, [500, 200])).toEqual([500, 503]);
    await policy.gateway.update(configuration(backends("http://one"), "one"));
    expect((await want(policy)).status).toBe(503);
  });

  it("is another's when the backend moves, or has been away", async () => {
    const policy = await backendWorld(backends("http://one"), "one", asWanted);
    expect(await statuses(policy, [500, 500, 200])).toEqual([500, 500, 503]);
    await policy.gateway.update(configuration(backends("http://elsewhere"), "one"));
    expect(await statuses(policy, [200, 500, 500, 200])).toEqual([200, 500, 500, 503]);
    await policy.gateway.update(configuration({ two: { url: "http://two" } }, "two"));
    await policy.gateway.update(configuration(backends("http://elsewhere"), "one"));
    expect((await want(policy)).status).toBe(200);
  });

  it("follows a rule that has changed", async () => {
    const policy = await backendWorld(backends("http://one"), "one", asWanted);
    await want(policy, 500);
    await policy.gateway.update(configuration({ one: at("one", { circuitBreaker: breaker({ count: 3 }) }) }, "one"));
    expect(await statuses(policy, [500, 200, 500, 200])).toEqual([500, 200, 500, 503]);
  });

  it("belongs to one gateway", async () => {
    const [first, second] = [await opened(), await world()];
    expect([(await want(first)).status, (await want(second)).status]).toEqual([503, 200]);
  });

  it("is shown by health, which changes nothing", async () => {
    const policy = await world();
    const closed = {
      id: "one",
      workspace: null,
      type: "Single",
      isAvailable: true,
      circuit: "closed",
      failures: 0,
      openUntil: null,
      members: [],
    };
    expect(policy.gateway.health().backends).toEqual([closed]);
    await want(policy, 500);
    expect(policy.gateway.health().backends).toEqual([{ ...closed, failures: 1 }]);
    await want(policy, 500);
    const open = { ...closed, isAvailable: false, circuit: "open", openUntil: policy.clock.now() + 30_000 };
    expect(policy.gateway.health().backends).toEqual([open]);
    await policy.clock.advance(30_000);
    expect(policy.gateway.health()).toEqual(policy.gateway.health());
    expect((await want(policy)).status).toBe(200);
  });

  it("tells of backends without a breaker that they are available", async () => {
    const policy = await backendWorld({ one: at("one") }, "one", asWanted);
    await statuses(policy, [500, 500, 500]);
    expect(state(policy)).toMatchObject({ isAvailable: true, circuit: null });
  });
});

describe("the configuration", () => {
  const found = async (circuitBreaker: Rules) => {
    try {
      return (await world(circuitBreaker)).warnings.map((finding) => `${finding.severity} ${finding.message}`);
    } catch (error) {
      return (error as ConfigurationError).diagnostics.map((finding) => `${finding.severity} ${finding.message}`);
    }
  };

  it.each<[Rules, RegExp]>([
    [breaker({ count: 0 }), /^error .*whole number/],
    [breaker({ count: 2, percentage: 50 }), /^error .*either a count or a percentage/],
    [breaker({ percentage: 101 }), /^error .*1 to 100/],
    [breaker({ statusCodeRanges: [{ min: 100, max: 599 }] }), /^error .*200 to 599/],
    [breaker({ statusCodeRanges: [{ min: 503, max: 500 }] }), /^error .*200 to 599/],
    [breaker({ statusCodeRanges: Array.from({ length: 11 }, () => ({ min: 500, max: 500 })) }), /^error .*at most 10/],
    [breaker({ errorReasons: ["x".repeat(201)] }), /^error .*at most 200/],
    [breaker({ interval: "1m" }), /^error .*ISO 8601/],
    [breaker({}, { tripDuration: "PT0S" }), /^error .*ISO 8601/],
    [breaker({ statusCodeRanges: [], errorReasons: ["Server errors"] }), /^warning .*never opens/],
    [{ rules: [...breaker().rules, ...breaker().rules] }, /^warning Only the first rule/],
  ])("%j", async (rule, expected) => {
    const findings = await found(rule);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(expected);
  });

  it("takes free texts as error reasons beside what can happen", async () => {
    expect(await found(breaker({ errorReasons: ["Server errors"] }))).toEqual([]);
  });
});
