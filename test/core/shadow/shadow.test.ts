import { createHmac } from "node:crypto";
import {
  ConfigurationError,
  createGateway,
  type Gateway,
  type GatewayConfiguration,
  type GatewayOptions,
  Headers,
  type IncomingResponse,
  type Metric,
  type OutgoingRequest,
  type ShadowDifference,
  type ShadowOptions,
  type ShadowReport,
} from "@turnpike/core";
import { afterEach, describe, expect, it } from "vitest";

type Options = Omit<ShadowOptions<GatewayConfiguration>, "configuration">;

const document = (inbound: string, outbound = "", backend = "<base />"): string =>
  `<policies><inbound><base />${inbound}</inbound><backend>${backend}</backend><outbound><base />${outbound}</outbound><on-error><base /></on-error></policies>`;

const withPolicy = (policy: string, more: Partial<GatewayConfiguration> = {}): GatewayConfiguration => ({
  apis: {
    a: {
      path: "a",
      serviceUrl: "http://backend.example",
      subscriptionRequired: false,
      operations: { x: { method: "GET", urlTemplate: "/x" }, y: { method: "POST", urlTemplate: "/y" } },
      policy,
    },
  },
  ...more,
});

/** A backend that says what it was asked, and logs of everything that leaves a gateway. */
class World {
  readonly calls: OutgoingRequest[] = [];
  readonly lines: { level: string; fields: object; message: string }[] = [];
  readonly metrics: Metric[] = [];
  readonly events: string[] = [];
  readonly found: ShadowDifference[] = [];

  async gateway(
    live: GatewayConfiguration,
    shadow: GatewayConfiguration,
    more: Options = {},
    options: GatewayOptions = {},
  ): Promise<Gateway> {
    const line = (level: string) => (fields: object, message: string) => void this.lines.push({ level, fields, message });
    const gateway = await createGateway(live, {
      transport: async (request) => {
        this.calls.push(request);
        const body = Buffer.from(JSON.stringify({ url: request.url, call: this.calls.length }));
        return { status: 200, reason: "OK", headers: new Headers({ "Content-Type": "application/json" }), body };
      },
      logger: { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") },
      telemetry: { metric: (metric) => void this.metrics.push(metric), event: ({ message }) => void this.events.push(message) },
      ...options,
      shadow: { configuration: shadow, onDifference: (difference) => void this.found.push(difference), ...more },
    });
    opened.push(gateway);
    return gateway;
  }
}

const opened: Gateway[] = [];
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close();
});

async function get(gateway: Gateway, url: string, sent: Record<string, string> = {}, more: object = {}): Promise<string> {
  const { status, body } = await gateway.handle({ method: "GET", url: `http://gateway.example${url}`, headers: sent, ...more });
  const chunks: Uint8Array[] = [];
  if (body instanceof Uint8Array) chunks.push(body);
  else if (body !== null) for await (const chunk of body) chunks.push(chunk);
  return `${status} ${Buffer.concat(chunks).toString()}`;
}

/** Waits until the shadow has run what it took. */
async function settled({ shadow }: Gateway, count: number): Promise<ShadowReport> {
  for (;;) {
    const report = shadow!.report();
    const { compared, dropped, skipped, failed } = report.requests;
    if (compared + dropped + skipped + failed >= count) return report;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const told = ({ parts }: ShadowDifference): string[] => parts.map(({ what, live, shadow }) => `${what}: ${live} → ${shadow}`);

describe("a shadow", () => {
  const cases: readonly (readonly [name: string, live: string, shadow: string, expected: readonly string[]])[] = [
    ["the same", document(""), document("<!-- the same -->"), []],
    [
      "another header of the answer",
      document("", `<set-header name="X-A"><value>1</value></set-header>`),
      document("", `<set-header name="X-A"><value>2</value></set-header><set-header name="X-B"><value>b</value></set-header>`),
      ["header x-a: 1 → 2", "header x-b: null → b"],
    ],
    [
      "another decision",
      document(""),
      document(`<check-header name="X-Key" failed-check-httpcode="403" failed-check-error-message="no" ignore-case="true" />`),
      [
        "decision: answered by the backend → refused by check-header (HeaderNotFound) with 403",
        "status: 200 → 403",
        "error: null → check-header HeaderNotFound",
        "calls: backend GET http://backend.example/x → ",
      ],
    ],
    [
      "another URL of the backend",
      document(""),
      document(`<set-query-parameter name="page" exists-action="override"><value>1</value></set-query-parameter>`),
      ["call 1 url: http://backend.example/x → http://backend.example/x?page=1"],
    ],
    [
      "another header for the backend",
      document(""),
      document(`<set-header name="X-A"><value>1</value></set-header>`),
      ["call 1 header x-a: null → 1"],
    ],
    [
      "an answer that it would need",
      document(`<return-response><set-status code="204" reason="No Content" /></return-response>`),
      document(""),
      ["calls:  → backend GET http://backend.example/x", "unanswered: null → GET http://backend.example/x"],
    ],
    [
      "waiting longer",
      document(""),
      document(
        "",
        `<wait for="all"><choose><when condition="@(true)"><set-variable name="v" value="1" /></when></choose></wait>
        <retry condition="@(context.Response.StatusCode == 200)" count="2" interval="5"><set-variable name="n" value="1" /></retry>`,
      ),
      ["time: 0 ms → 10000 ms"],
    ],
    [
      "the same ids, random values and times",
      document(
        "",
        `<set-header name="X-A"><value>@(context.RequestId.ToString() + Guid.NewGuid() + new Random().Next())</value></set-header>`,
      ),
      document(
        "",
        `<set-header name="X-A"><value>@(String.Concat(context.RequestId.ToString(), Guid.NewGuid().ToString(), new Random().Next().ToString()))</value></set-header>`,
      ),
      [],
    ],
  ];

  it.each(cases)("tells %s", async (_, live, shadow, expected) => {
    const world = new World();
    const gateway = await world.gateway(withPolicy(live), withPolicy(shadow));
    await get(gateway, "/a/x");
    const report = await settled(gateway, 1);
    expect(
      world.found
        .flatMap(told)
        .map((text) => text.replace(/\b\d{1,2} ms →|100\d\d ms$/g, (time) => (time.length > 7 ? "10000 ms" : "0 ms →"))),
    ).toEqual(expected);
    expect(report.requests).toMatchObject({ compared: 1, differing: expected.length === 0 ? 0 : 1, failed: 0 });
  });

  it("does nothing that anybody notices", async () => {
    const world = new World();
    const noisy = document(
      `<emit-metric name="calls" value="1"><dimension name="API ID" /></emit-metric>
      <log-to-eventhub logger-id="hub">said</log-to-eventhub>
      <trace source="s" severity="error"><message>traced</message></trace>
      <send-request mode="new" response-variable-name="r"><set-url>http://side.example/</set-url></send-request>
      <send-one-way-request><set-url>http://behind.example/</set-url></send-one-way-request>
      <cache-store-value key="k" value="shadow" duration="60" />
      <rate-limit-by-key calls="1" renewal-period="60" counter-key="all" />
      <authentication-managed-identity resource="https://vault.example" />`,
    );
    const quiet = document(
      `<cache-lookup-value key="k" variable-name="v" default-value="none" />
      <rate-limit-by-key calls="3" renewal-period="60" counter-key="all" />`,
      `<set-header name="X-V"><value>@((string)context.Variables["v"])</value></set-header>`,
    );
    let asked = 0;
    const managedIdentity = async () => ({ token: `t${++asked}`, expiresAt: 4e12 });
    const hub = { loggers: { hub: { type: "azureEventHub" as const } } };
    const options = { credentials: { managedIdentity } };
    const gateway = await world.gateway(withPolicy(quiet), withPolicy(noisy, hub), {}, options);
    const values: (string | null)[] = [];
    for (let time = 0; time < 3; time++) {
      const { headers, status } = await gateway.handle({ method: "GET", url: "http://gateway.example/a/x", headers: [] });
      values.push(`${status} ${headers.get("X-V")}`);
      await settled(gateway, time + 1);
    }
    expect(values).toEqual(["200 none", "200 none", "200 none"]);
    expect(world.calls.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => "http://backend.example/x"));
    expect({ asked, events: world.events }).toEqual({ asked: 0, events: [] });
    expect(new Set(world.metrics.map(({ namespace }) => namespace))).toEqual(new Set(["turnpike"]));
    expect(world.lines.filter(({ fields }) => !("event" in fields))).toEqual([]);
    expect(gateway.shadow!.report().requests).toMatchObject({ compared: 3, failed: 0 });
  });

  it("judges by what counters held, with limits of its own", async () => {
    const limit = (calls: number): string =>
      document(
        `<rate-limit-by-key calls="${calls}" renewal-period="60" counter-key="all" remaining-calls-header-name="X-Left" />`,
      );
    const world = new World();
    const gateway = await world.gateway(withPolicy(limit(4)), withPolicy(limit(2)));
    for (let time = 0; time < 5; time++) await get(gateway, "/a/x");
    await settled(gateway, 5);
    expect(world.found.map((difference) => told(difference)[0])).toEqual([
      "header x-left: 3 → 1",
      "header x-left: 2 → 0",
      "decision: answered by the backend → refused by rate-limit-by-key (RateLimitExceeded) with 429",
      "decision: answered by the backend → refused by rate-limit-by-key (RateLimitExceeded) with 429",
    ]);
  });

  it("counts in its own counters what the configuration in force does not count", async () => {
    const world = new World();
    const limited = document(`<rate-limit-by-key calls="2" renewal-period="60" counter-key="all" />`);
    const gateway = await world.gateway(withPolicy(document("")), withPolicy(limited));
    for (let time = 0; time < 4; time++) await get(gateway, "/a/x");
    const { operations } = await settled(gateway, 4);
    expect(operations[0]!.kinds.find(({ what }) => what === "status")).toMatchObject({ count: 2 });
  });

  it("verifies tokens by its own keys, and takes a provider's word from the request", async () => {
    const validate = (key: string, claim = ""): string =>
      document(
        `<validate-jwt header-name="Authorization" require-scheme="Bearer"><issuer-signing-keys><key>${Buffer.from(key).toString("base64")}</key></issuer-signing-keys>${claim}</validate-jwt>`,
      );
    const key = "not-a-real-key-but-long-enough-for-HS256-0001";
    const token = signed(key, { sub: "anna", exp: 4e9 });
    const told1 = async (shadow: string): Promise<string[]> => {
      const world = new World();
      const gateway = await world.gateway(withPolicy(validate(key)), withPolicy(shadow));
      expect(await get(gateway, "/a/x", { Authorization: `Bearer ${token}` })).toMatch(/^200/);
      await settled(gateway, 1);
      expect(JSON.stringify([world.found, gateway.shadow!.report(), world.lines])).not.toMatch(/eyJ|not-a-real/);
      return world.found.flatMap(told);
    };
    expect(await told1(validate(key))).toEqual([]);
    expect(await told1(validate("not-a-real-key-but-long-enough-for-HS256-0002"))).toContain(
      "decision: answered by the backend → refused by validate-jwt (TokenSignatureInvalid) with 401",
    );
    const claim = `<required-claims><claim name="roles"><value>Admin</value></claim></required-claims>`;
    expect(await told1(validate(key, claim))).toContain(
      "decision: answered by the backend → refused by validate-jwt (TokenClaimNotFound) with 401",
    );
    const provider = document(
      `<validate-jwt header-name="Authorization"><openid-config url="https://login.example/.well-known/openid-configuration" /></validate-jwt>`,
    );
    expect(await told1(provider)).toContain("unanswered: null → GET https://login.example/.well-known/openid-configuration");
  });

  it("shows no secrets", async () => {
    const secret = (value: string) => ({ namedValues: { key: { secret: true, value } } });
    const policy = document(
      `<set-header name="X-Key" exists-action="override"><value>{{key}}</value></set-header>`,
      `<set-body>@("{{key}} " + context.Request.Headers.GetValueOrDefault("Authorization"))</set-body>`,
    );
    const world = new World();
    const gateway = await world.gateway(
      withPolicy(policy, secret("canary-live-0001")),
      withPolicy(policy, secret("canary-shadow-0001")),
    );
    expect(await get(gateway, "/a/x?token=canary-query-0001", { Authorization: "Bearer canary-caller-0001" })).toContain(
      "canary",
    );
    await settled(gateway, 1);
    const all = JSON.stringify([world.found, gateway.shadow!.report(), world.lines, world.metrics]);
    expect(world.found.flatMap(told).map((text) => text.split(":")[0])).toEqual(["body", "call 1 header x-key"]);
    expect(all).not.toContain("canary");
    expect(all).toContain("(another secret)");
  });

  it("is never waited for, and runs one request after the other", async () => {
    const world = new World();
    const slow = document(
      `<set-variable name="v" value="@{ var s = 0; for (var i = 0; i < 20000; i++) { s += i; } return s; }" />`,
    );
    const gateway = await world.gateway(withPolicy(document("")), withPolicy(slow));
    const answers = await Promise.all(Array.from({ length: 100 }, () => get(gateway, "/a/x")));
    expect(answers.every((answer) => answer.startsWith("200"))).toBe(true);
    const { compared, dropped } = gateway.shadow!.report().requests;
    // All have their answers; of the rest most wait, or were dropped.
    expect(compared).toBeLessThan(64);
    expect(dropped).toBe(36);
    expect((await settled(gateway, 100)).requests).toEqual({ compared: 64, differing: 0, dropped: 36, skipped: 0, failed: 0 });
    await get(gateway, "/a/x");
    expect((await settled(gateway, 101)).requests).toMatchObject({ compared: 65 });
  });

  it("takes the share that is asked for", async () => {
    const world = new World();
    let next = 0;
    const random = { fraction: () => (next++ % 10) / 10 };
    const gateway = await world.gateway(withPolicy(document("")), withPolicy(document("")), { sample: 0.3 }, { random });
    for (let time = 0; time < 20; time++) await get(gateway, "/a/x");
    await settled(gateway, 6);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.shadow!.report().requests).toMatchObject({ compared: 6, dropped: 0 });
  });

  it("leaves out what is too large, and what has no end", async () => {
    const world = new World();
    const time = { now: Date.now() };
    const clock = { now: () => time.now, setTimer: () => () => undefined };
    let push: (() => void) | null = null;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await new Promise<void>((resolve) => (push = resolve));
        yield Buffer.from("data: x\n\n");
      }
    }
    const answer = (body: IncomingResponse["body"]) => ({ status: 200, reason: "OK", headers: new Headers(), body });
    const transport = async ({ url }: OutgoingRequest) => answer(url.endsWith("/x") ? Buffer.alloc(300_000) : endless());
    const gateway = await world.gateway(withPolicy(document("")), withPolicy(document("")), {}, { transport, clock });
    await get(gateway, "/a/x");
    expect((await settled(gateway, 1)).requests).toMatchObject({ compared: 0, skipped: 1 });
    const streams: AsyncIterator<Uint8Array>[] = [];
    for (let count = 0; count < 64; count++) {
      const { body } = await gateway.handle({ method: "POST", url: "http://gateway.example/a/y", headers: [] });
      streams.push((body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]());
    }
    await get(gateway, "/a/x");
    expect(gateway.shadow!.report().requests).toMatchObject({ dropped: 1 });
    // Streams that have been open for long do not keep others out.
    time.now += 61_000;
    await get(gateway, "/a/x");
    expect((await settled(gateway, 67)).requests).toMatchObject({ dropped: 1, skipped: 66 });
    const chunk = streams[0]!.next();
    await new Promise((resolve) => setImmediate(resolve));
    push!();
    expect((await chunk).done).toBe(false);
    for (const stream of streams) void stream.return?.();
  });

  it("tells each kind once, then the tenth time, and begins anew with another configuration", async () => {
    const world = new World();
    const other = (value: number): string => document("", `<set-header name="X-A"><value>${value}</value></set-header>`);
    const gateway = await world.gateway(withPolicy(other(1)), withPolicy(other(2)));
    for (let time = 0; time < 12; time++) await get(gateway, "/a/x");
    const { operations } = await settled(gateway, 12);
    expect(world.lines.map(({ fields, message }) => [(fields as { count: number }).count, message])).toEqual([
      [1, "shadow differs"],
      [10, "shadow differs"],
    ]);
    expect(operations).toMatchObject([
      { api: "a", operation: "x", compared: 12, differing: 12, kinds: [{ what: "header x-a", count: 12 }] },
    ]);
    expect(operations[0]!.kinds[0]!.examples).toMatchObject([1, 2, 3].map(() => ({ live: "1", shadow: "2", method: "GET" })));
    await expect(gateway.shadow!.update(withPolicy("<policies"))).rejects.toThrow(ConfigurationError);
    await gateway.shadow!.update(withPolicy(other(1)));
    await get(gateway, "/a/x");
    expect((await settled(gateway, 1)).requests).toMatchObject({ compared: 1, differing: 0 });
    const shadow = gateway.shadow!;
    await shadow.close();
    expect(gateway.shadow).toBeNull();
    await get(gateway, "/a/x");
    expect(shadow.report().requests.compared).toBe(1);
  });

  it("is measured by what came of it", async () => {
    const world = new World();
    const gateway = await world.gateway(
      withPolicy(document("")),
      withPolicy(document(`<set-header name="X-A"><value>1</value></set-header>`)),
    );
    await get(gateway, "/a/x");
    await get(gateway, "/a/nothing");
    await settled(gateway, 2);
    expect(world.metrics.map(({ name, dimensions }) => [name, dimensions])).toEqual([
      ["shadow-requests", { result: "differing" }],
      ["shadow-differences", { api: "a", operation: "x", what: "call header" }],
      ["shadow-requests", { result: "same" }],
    ]);
  });

  it("runs circuits and slots as they were, and breakers of its own", async () => {
    const world = new World();
    const rules = [
      {
        name: "r",
        failureCondition: { count: 2, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
        tripDuration: "PT1M",
      },
    ];
    const backend = (circuitBreaker: object) => ({ backends: { b: { url: "http://backend.example", ...circuitBreaker } } });
    const policy = document(`<set-backend-service backend-id="b" />`);
    const transport = async () => ({ status: 503, reason: "No", headers: new Headers(), body: null });
    const guarded = withPolicy(policy, backend({ circuitBreaker: { rules } }));
    const same = await world.gateway(guarded, guarded, {}, { transport });
    for (let time = 0; time < 4; time++) await get(same, "/a/x");
    expect((await settled(same, 4)).requests).toMatchObject({ compared: 4, differing: 0 });
    const added = await world.gateway(withPolicy(policy, backend({})), guarded, {}, { transport });
    for (let time = 0; time < 4; time++) await get(added, "/a/x");
    const { requests, operations } = await settled(added, 4);
    expect(requests).toMatchObject({ compared: 4, differing: 2 });
    expect(operations[0]!.kinds.map(({ what }) => what)).toContain("calls");
  });

  it("refuses a second configuration with errors, and options that are not valid", async () => {
    const world = new World();
    await expect(world.gateway(withPolicy(document("")), withPolicy("<policies"))).rejects.toThrow(ConfigurationError);
    for (const sample of [-1, 1.5, Number.NaN])
      await expect(world.gateway(withPolicy(document("")), withPolicy(document("")), { sample })).rejects.toThrow(
        `Invalid shadow.sample '${sample}': expected a number from 0 to 1.`,
      );
  });
});

function signed(key: string, claims: object): string {
  const part = (data: object): string => Buffer.from(JSON.stringify(data)).toString("base64url");
  const content = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${content}.${createHmac("sha256", key).update(content).digest("base64url")}`;
}
