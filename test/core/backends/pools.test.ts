import type { GatewayConfiguration } from "@turnpike/core";
import { type PolicyTest, policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import type { Sections } from "../policies/support.js";
import { asWanted, at, backendWorld, breaker, configuration, hostOf, hosts, statuses, want } from "./support.js";

type Member = string | { readonly backend: string; readonly priority?: number; readonly weight?: number };

const failing = (host: string) => ({ when: { url: `/^http://${host}/` }, reply: { status: 500 } });

/** Single backends a to d with breakers of one failure, and a pool of the given members. */
function pooled(members: readonly Member[], more: object = {}) {
  const circuitBreaker = breaker({ count: 1 });
  const singles = Object.fromEntries(["a", "b", "c", "d"].map((id) => [id, at(id, { circuitBreaker })]));
  const services = members.map((one) => (typeof one === "string" ? { backend: one } : one));
  return { ...singles, pool: { pool: { services, ...more } } };
}

/** Requests to the pool; the named hosts answer 500. */
const pool = (members: readonly Member[], down: readonly string[] = [], sections: Sections = {}, more: object = {}) =>
  backendWorld(pooled(members, more), "pool", [...down.map(failing), ...asWanted], sections);

const count = (values: readonly string[], value: string): number => values.filter((one) => one === value).length;

describe("which member is next", () => {
  it.each<[string, readonly Member[], string]>([
    ["without weights in turn", ["a", "b", "c"], "abcabcab"],
    [
      "equal weights in turn",
      [
        { backend: "a", weight: 7 },
        { backend: "b", weight: 7 },
      ],
      "abababab",
    ],
    [
      "in proportion to the weights, well mixed",
      [
        { backend: "a", weight: 3 },
        { backend: "b", weight: 1 },
      ],
      "aabaaaba",
    ],
    ["a missing weight is 1", [{ backend: "a", weight: 2 }, "b"], "abaabaab"],
    ["weight 0 gets nothing", [{ backend: "a", weight: 0 }, "b", "c"], "bcbcbcbc"],
    ["weight 0 alone gets all", [{ backend: "a", weight: 0 }], "aaaaaaaa"],
    [
      "weight 0 of all is as good as equal",
      [
        { backend: "a", weight: 0 },
        { backend: "b", weight: 0 },
      ],
      "abababab",
    ],
    [
      "the lowest priority number alone",
      [
        { backend: "a", priority: 2 },
        { backend: "b", priority: 1 },
        { backend: "c", priority: 1 },
      ],
      "bcbcbcbc",
    ],
    ["a missing priority is the best", [{ backend: "a", priority: 1 }, "b"], "bbbbbbbb"],
  ])("%s", async (_name, members, expected) => {
    expect((await hosts(await pool(members), expected.length)).join("")).toBe(expected);
  });

  it("weights hold over many requests", async () => {
    const sent = await hosts(
      await pool([
        { backend: "a", weight: 50 },
        { backend: "b", weight: 30 },
        { backend: "c", weight: 20 },
      ]),
      100,
    );
    expect(["a", "b", "c"].map((host) => count(sent, host))).toEqual([50, 30, 20]);
  });

  it("the member's own address, path and credentials are used", async () => {
    const policy = await backendWorld(
      {
        a: { url: "https://a.internal:8443/v1/", credentials: { header: { key: "k" } } },
        pool: { pool: { services: [{ backend: "a" }] } },
      },
      "pool",
    );
    const { backendCalls } = await policy.send({ url: "https://api.example/x?y=1" });
    expect(backendCalls[0]!.url).toBe("https://a.internal:8443/v1/x?y=1");
    expect([backendCalls[0]!.headers.get("key"), backendCalls[0]!.headers.get("host")]).toEqual(["k", "a.internal:8443"]);
  });

  it("keeps its turn over updates", async () => {
    const policy = await pool(["a", "b", "c"]);
    await hosts(policy, 1);
    await policy.gateway.update(configuration({ ...pooled(["a", "b", "c"]), more: at("more") }, "pool"));
    expect(await hosts(policy, 3)).toEqual(["b", "c", "a"]);
    await policy.gateway.update(configuration(pooled(["a", "b"]), "pool"));
    expect(await hosts(policy, 4)).toEqual(["a", "b", "a", "b"]);
  });
});

describe("members that are tripped", () => {
  it("are left out, and come back", async () => {
    const policy = await pool(["a", "b"]);
    expect((await want(policy, 500)).status).toBe(500);
    expect(await hosts(policy, 3)).toEqual(["b", "b", "b"]);
    await policy.clock.advance(30_000);
    expect((await hosts(policy, 4)).sort()).toEqual(["a", "a", "b", "b"]);
  });

  it("the next priority is used only when all of the better one are tripped", async () => {
    const policy = await pool([
      { backend: "a", priority: 1 },
      { backend: "b", priority: 1 },
      { backend: "c", priority: 2 },
    ]);
    await want(policy, 500);
    expect(await hosts(policy, 2)).toEqual(["b", "b"]);
    await want(policy, 500);
    expect(await hosts(policy, 2)).toEqual(["c", "c"]);
    await policy.clock.advance(30_000);
    expect((await hosts(policy, 2)).sort()).toEqual(["a", "b"]);
  });

  it("while one finds out whether a better member is back, the others go to the next", async () => {
    const policy = await backendWorld(
      pooled([
        { backend: "a", priority: 1 },
        { backend: "b", priority: 2 },
      ]),
      "pool",
      [...asWanted, { when: { url: "/^http:..a/" }, reply: { delay: 1_000, body: "a" } }, { reply: { body: "b" } }],
    );
    await want(policy, 500);
    await policy.clock.advance(30_000);
    const url = "https://api.example/x";
    expect((await policy.sendAll([{ url }, { url }, { url }])).map((answer) => answer.text)).toEqual(["a", "b", "b"]);
    expect(await hosts(policy, 1)).toEqual(["a"]);
  });

  it("a member of weight 0 stands in when no other is left", async () => {
    const policy = await pool([{ backend: "a", weight: 0 }, "b"]);
    await want(policy, 500);
    expect(await hosts(policy, 2)).toEqual(["a", "a"]);
  });

  it("all of them: 503 without a call", async () => {
    const policy = await pool(["a", "b"]);
    expect(await statuses(policy, [500, 500])).toEqual([500, 500]);
    const outcome = await want(policy);
    expect(outcome).toMatchObject({ status: 503, backendCalls: [] });
    expect(outcome.json()).toEqual({ statusCode: 503, message: "Service unavailable" });
    expect(outcome.error).toMatchObject({ source: "forward-request", reason: "BackendCircuitOpen" });
    expect(policy.gateway.health().backends.at(-1)).toEqual({
      id: "pool",
      workspace: null,
      type: "Pool",
      isAvailable: false,
      circuit: null,
      failures: 0,
      openUntil: null,
      members: ["a", "b"],
    });
  });

  it("share their breaker with requests that name them themselves", async () => {
    const policy = await backendWorld(
      pooled(["a", "b"]),
      "@(context.Request.Headers.GetValueOrDefault(&quot;to&quot;,&quot;pool&quot;))",
      asWanted,
    );
    await policy.send({ url: "https://api.example/x", headers: { to: "a", want: "500" } });
    expect(await hosts(policy, 2)).toEqual(["b", "b"]);
  });
});

describe("retry around forward-request", () => {
  const retried = `<retry condition="@(context.Response.StatusCode >= 500)" count="3" interval="0"><forward-request /></retry>`;

  it("picks again", async () => {
    const policy = await pool(["a", "b", "c"], ["a", "b"], { backend: retried });
    const outcome = await want(policy);
    expect(outcome.status).toBe(200);
    expect(outcome.backendCalls.map((call) => new URL(call.url).hostname)).toEqual(["a", "b", "c"]);
  });

  it("the pool itself does not send a failed request again", async () => {
    const outcome = await want(await pool(["a", "b"], ["a"]));
    expect([outcome.status, outcome.backendCalls.length]).toEqual([500, 1]);
  });
});

describe("context.Backend", () => {
  const shown = `@(context.Backend == null ? "none" : context.Backend.Id + " " + context.Backend.Type + " " + context.Backend.AzureRegion)`;
  const sections = {
    inbound: `<set-variable name="before" value='${shown}' />`,
    outbound: `<set-variable name="after" value='${shown}' /><set-variable name="host" value="@(context.Request.Url.Host)" />`,
  };

  it.each([
    ["single", { before: "single Single north", after: "single Single north", host: "one" }],
    ["pool", { before: "pool Pool ", after: "single Single north", host: "one" }],
  ])("of a %s backend", async (target, expected) => {
    const single = at("one", { azureRegion: "north" });
    const { variables } = await want(
      await backendWorld({ single, pool: { pool: { services: [{ backend: "single" }] } } }, target, [], sections),
    );
    expect(variables).toEqual(expected);
  });

  it("is the pool again once a policy has set it anew", async () => {
    const { variables } = await want(
      await pool(["a"], [], {
        backend: `<forward-request /><set-backend-service backend-id="pool" /><set-variable name="v" value="@(context.Backend.Id)" />`,
      }),
    );
    expect(variables["v"]).toBe("pool");
  });

  it("is the entity whose address the service URL is, else null", async () => {
    const api = (path: string, serviceUrl: string): NonNullable<GatewayConfiguration["apis"]>[string] => ({
      path,
      serviceUrl,
      subscriptionRequired: false,
      policy: `<policies><inbound><return-response><set-body>${shown}</set-body></return-response></inbound></policies>`,
      operations: { get: { method: "GET", urlTemplate: "/*" } },
    });
    const policy = await policyTest({
      gateway: { backends: { one: at("one") }, apis: { x: api("x", "http://one"), y: api("y", "http://other") } },
    });
    expect((await policy.send({ url: "https://api.example/x/1" })).text).toBe("one Single ");
    expect((await policy.send({ url: "https://api.example/y/1" })).text).toBe("none");
  });
});

describe("session affinity", () => {
  const affinity = { sessionAffinity: { sessionId: { source: "Cookie", name: "SID" } } };
  const sticky = (members: readonly Member[] = ["a", "b", "c"], sections: Sections = {}) => pool(members, [], sections, affinity);
  const visit = (policy: PolicyTest, cookie: string, wanted = "200", scheme = "https") =>
    policy.send({ url: `${scheme}://api.example/x`, headers: cookie === "" ? { want: wanted } : { want: wanted, cookie } });
  const cookieOf = (outcome: Awaited<ReturnType<typeof visit>>) => outcome.headers.getAll("set-cookie").at(-1)!.split(";")[0]!;

  it("the first answer sets an opaque cookie", async () => {
    const policy = await sticky();
    const first = await visit(policy, "");
    expect(first.headers.getAll("set-cookie")).toEqual([expect.stringMatching(/^SID=[\w-]{22}; Path=\/; HttpOnly; Secure$/)]);
    const second = await visit(policy, "", "200", "http");
    expect(second.headers.get("set-cookie")).toMatch(/^SID=[\w-]{22}; Path=\/; HttpOnly$/);
    expect(cookieOf(first)).not.toBe(cookieOf(second));
  });

  it("a request with the cookie goes to the same member, and no cookie is set again", async () => {
    const policy = await sticky();
    await visit(policy, "");
    const cookie = cookieOf(await visit(policy, ""));
    for (let n = 0; n < 4; n++) {
      const outcome = await visit(policy, `theme=dark; ${cookie}; x=y`);
      expect([hostOf(outcome), outcome.headers.get("set-cookie")]).toEqual(["b", null]);
    }
    expect(hostOf(await visit(policy, "theme=dark"))).toBe("c");
  });

  it("means the same to another gateway of the same configuration", async () => {
    const cookie = cookieOf(await visit(await sticky(), ""));
    const other = await sticky();
    await visit(other, "");
    expect(hostOf(await visit(other, cookie))).toBe("a");
  });

  it("the backend's own cookies stay", async () => {
    const policy = await backendWorld(pooled(["a"], affinity), "pool", [{ reply: { headers: { "Set-Cookie": "own=1" } } }]);
    const lines = (await visit(policy, "")).headers.getAll("set-cookie");
    expect([lines.length, lines[0]]).toEqual([2, "own=1"]);
  });

  it("a tripped member is replaced, with a new cookie", async () => {
    const policy = await sticky();
    const cookie = cookieOf(await visit(policy, ""));
    await visit(policy, cookie, "500");
    const outcome = await visit(policy, cookie);
    expect(hostOf(outcome)).toBe("b");
    expect(cookieOf(outcome)).not.toBe(cookie);
    expect(hostOf(await visit(policy, cookieOf(outcome)))).toBe("b");
  });

  it("a session stays where it is when a better member comes back", async () => {
    const policy = await sticky([
      { backend: "a", priority: 1 },
      { backend: "b", priority: 2 },
    ]);
    await visit(policy, "", "500");
    const cookie = cookieOf(await visit(policy, ""));
    await policy.clock.advance(60_000);
    expect([hostOf(await visit(policy, cookie)), hostOf(await visit(policy, ""))]).toEqual(["b", "a"]);
  });

  it.each(["SID=evil.example", "SID=http://evil.example/", "SID=d", "SID=a", "SID=", "SID", "XSID=abc", "SID=__proto__"])(
    "%s is no member",
    async (cookie) => {
      const policy = await sticky();
      await visit(policy, "");
      const outcome = await visit(policy, cookie);
      expect(hostOf(outcome)).toBe("b");
      expect(outcome.headers.has("set-cookie")).toBe(true);
    },
  );

  it("a cookie of another pool, or of a member that is gone or drained, is no member", async () => {
    const policy = await sticky(["c", "b"]);
    const cookie = cookieOf(await visit(policy, ""));
    await policy.gateway.update(configuration(pooled(["a", "b"], affinity), "pool"));
    expect(["a", "b"]).toContain(hostOf(await visit(policy, cookie)));
    await policy.gateway.update(configuration(pooled([{ backend: "c", weight: 0 }, "b"], affinity), "pool"));
    expect(hostOf(await visit(policy, cookie))).toBe("b");
    const { pool: members, ...singles } = pooled(["c", "b"], affinity);
    await policy.gateway.update(configuration({ ...singles, other: members }, "other"));
    await visit(policy, "");
    expect(hostOf(await visit(policy, cookie))).toBe("b");
  });

  it("with a retry, the cookie is that of the member that answered", async () => {
    const policy = await pool(
      ["a", "b"],
      ["a"],
      { backend: `<retry condition="@(context.Response.StatusCode >= 500)" count="1" interval="0"><forward-request /></retry>` },
      affinity,
    );
    const outcome = await visit(policy, "");
    expect(outcome.headers.getAll("set-cookie")).toHaveLength(1);
    expect(hostOf(await visit(policy, cookieOf(outcome)))).toBe("b");
  });

  it("without it, no cookie is set", async () => {
    expect((await want(await pool(["a"]))).headers.has("set-cookie")).toBe(false);
  });
});

describe("the configuration", () => {
  it.each<[string, object]>([
    ["a priority over 100", { services: [{ backend: "a", priority: 101 }] }],
    ["a negative weight", { services: [{ backend: "a", weight: -1 }] }],
    ["a broken weight", { services: [{ backend: "a", weight: 1.5 }] }],
    ["no members", { services: [] }],
    ["31 members", { services: Array.from({ length: 31 }, () => ({ backend: "a" })) }],
    ["a pool in the pool", { services: [{ backend: "pool" }] }],
    ["an unknown member", { services: [{ backend: "none" }] }],
    [
      "a cookie name that splits the header",
      { services: [{ backend: "a" }], sessionAffinity: { sessionId: { name: "a=b; Domain=evil.example" } } },
    ],
  ])("refuses %s", async (_name, written) => {
    await expect(
      policyTest({ gateway: configuration({ ...pooled([]), pool: { pool: written } } as never, "pool") }),
    ).rejects.toThrow();
  });

  it("warns of a breaker at the pool itself", async () => {
    const { pool: members, ...singles } = pooled(["a"]);
    const policy = await policyTest({
      gateway: configuration({ ...singles, pool: { ...members, circuitBreaker: breaker() } }, "pool"),
    });
    expect(policy.warnings.map((finding) => finding.message)).toEqual(["A pool's own circuit breaker has no effect."]);
  });
});

describe("a pool or backend that nothing can be sent to", () => {
  const once = { rules: [{ ...breaker({ count: 1 }).rules[0]!, failureResponse: { statusCode: 429 } }] };

  it.each([
    [{}, 503],
    [{ failureResponse: { statusCode: 507 } }, 507],
  ])("of a pool, says when to come again, with its own status: %o", async (more, status) => {
    const policy = await pool(["a", "b"], ["a", "b"], {}, more);
    await statuses(policy, [200, 200]);
    const { status: answered, headers } = await want(policy);
    expect([answered, Number(headers.get("Retry-After")) > 0]).toEqual([status, true]);
  });

  it("of a backend alone, likewise", async () => {
    const policy = await backendWorld({ a: at("a", { circuitBreaker: once }) }, "a", [failing("a")]);
    await statuses(policy, [200]);
    const { status, headers, error } = await want(policy);
    expect([status, error!.reason, Number(headers.get("Retry-After")) > 0]).toEqual([429, "BackendCircuitOpen", true]);
  });
});
