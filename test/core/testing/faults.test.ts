import { type FaultTarget, type PlannedFault, policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";

const url = "https://api.example/a";
const document = (inbound: string, outbound = "<base />"): string =>
  `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound>${outbound}</outbound></policies>`;
const call = (to: string): string =>
  `<send-request mode="new" response-variable-name="r" timeout="5" ignore-error="false"><set-url>${to}</set-url></send-request>`;
const issuer = "https://login.example/v2.0";
const jwt = `<validate-jwt header-name="Authorization"><openid-config url="${issuer}/.well-known/openid-configuration" /></validate-jwt>`;
const safety =
  '<llm-content-safety backend-id="safety"><categories><category name="Hate" threshold="4" /></categories></llm-content-safety>';
const prompt = {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: '{"messages":[{"role":"user","content":"hi"}]}',
};

const gateway = (policy: string, more: object = {}) => ({
  ...more,
  apis: {
    a: {
      path: "a",
      serviceUrl: "https://b.example",
      subscriptionRequired: false,
      policy,
      operations: { get: { method: "GET", urlTemplate: "/*" }, post: { method: "POST", urlTemplate: "/*" } },
    },
  },
});

describe("faults of the next calls", () => {
  /** What is to fail, in which policy, and the statuses of three requests of which the first two meet it. */
  const cases: readonly [
    string,
    FaultTarget | (string & {}),
    PlannedFault["fault"],
    Parameters<typeof policyTest>[0],
    object,
    number[],
  ][] = [
    ["the backend", "backend", "refused", { policy: document("") }, {}, [502, 502, 200]],
    ["the backend, late", "backend", "timeout", { policy: document("") }, {}, [504, 504, 200]],
    ["the backend, with an answer", "backend", { status: 503 }, { policy: document("") }, {}, [503, 503, 200]],
    [
      "a send-request",
      "external",
      "reset",
      { policy: document(call("https://x.example/")), external: [{}] },
      {},
      [502, 502, 200],
    ],
    [
      "calls by their URL",
      "/y\\.example/",
      "refused",
      { policy: document(call("https://x.example/") + call("https://y.example/")), external: [{}] },
      {},
      [502, 502, 200],
    ],
    [
      "the store of limits",
      "counters",
      "timeout",
      { policy: document('<rate-limit-by-key calls="9" renewal-period="60" counter-key="k" />') },
      {},
      [500, 500, 200],
    ],
    [
      "all of the store",
      "store",
      "refused",
      { policy: document('<rate-limit-by-key calls="9" renewal-period="60" counter-key="k" />') },
      {},
      [500, 500, 200],
    ],
    [
      "the identity provider",
      "identity",
      { status: 500 },
      { policy: document(jwt), identity: [{ issuer }] },
      { token: true },
      [500, 500, 200],
    ],
    [
      "the managed identity",
      "managed-identity",
      "refused",
      { policy: document('<authentication-managed-identity resource="https://x" />') },
      {},
      [500, 500, 200],
    ],
    [
      "the authorization server",
      "authorization",
      "timeout",
      {
        policy: document('<get-authorization-context provider-id="p" authorization-id="i" context-variable-name="c" />'),
        authorizations: { "p/i": { accessToken: "t" } },
      },
      {},
      [500, 500, 200],
    ],
    [
      "content safety over HTTP",
      "content-safety",
      "timeout",
      {
        gateway: gateway(document(safety), { backends: { safety: { url: "https://safety.example" } } }),
        external: [{ reply: { body: { categoriesAnalysis: [] } } }],
      },
      prompt,
      [500, 500, 200],
    ],
    [
      "a judge of the host's own",
      "content-safety",
      "refused",
      {
        gateway: gateway(document(safety), { backends: { safety: { url: "https://safety.example" } } }),
        contentSafety: { judge: () => Promise.resolve({ isHarmful: false }) },
      },
      prompt,
      [500, 500, 200],
    ],
  ];

  it.each(cases)("%s", async (_name, target, fault, options, { token = false, ...request }: { token?: boolean }, statuses) => {
    const world = await policyTest(options);
    const headers = token ? { Authorization: `Bearer ${world.token({ expiresIn: 3_600_000 })}` } : {};
    world.faults.next(2, target, fault);
    expect(world.faults.unmet()).toHaveLength(1);
    const got: number[] = [];
    for (let i = 0; i < 3; i++) {
      got.push((await world.send({ url, headers, ...request })).status);
      // Who could not be asked is left in peace for a while.
      await world.clock.advance(300_000);
    }
    expect(got).toEqual(statuses);
    expect(world.faults.unmet()).toEqual([]);
  });

  it("of the cache are misses", async () => {
    const cached = document(
      '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />',
      '<base /><cache-store duration="60" />',
    );
    const world = await policyTest({ policy: cached });
    await world.send({ url });
    world.faults.next(1, "cache");
    const calls: number[] = [];
    for (let i = 0; i < 2; i++) calls.push((await world.send({ url })).backendCalls.length);
    expect(calls).toEqual([1, 0]);
  });

  it("of a vault: values that were there before stay, and a gateway does not start without", async () => {
    const secretIdentifier = "https://vault.example/secrets/plan";
    const options = {
      gateway: gateway(document('<set-header name="X-Plan" exists-action="override"><value>{{plan}}</value></set-header>'), {
        namedValues: { plan: { secret: true, keyVault: { secretIdentifier } } },
      }),
      vault: { [secretIdentifier]: "gold" },
    };
    const world = await policyTest(options);
    world.faults.next(1, "vault");
    await world.gateway.refreshSecrets();
    expect(world.gateway.health().outsideValues[0]!.problem).toContain("ECONNREFUSED");
    expect((await world.send({ url })).backendCalls[0]!.headers.get("X-Plan")).toBe("gold");
    await expect(policyTest({ ...options, faults: [{ of: "vault", fault: "timeout" }] })).rejects.toThrow(/named value plan/);
    await expect(policyTest({ ...options, vault: {} })).rejects.toThrow("the test's vault does not have it.");
  });

  it("take their time on the clock, as the gateway waits", async () => {
    const world = await policyTest({ policy: document(call("https://x.example/")) });
    world.faults.next(1, "https://x.example/", "timeout");
    expect((await world.send({ url })).elapsed).toBe(5000);
  });

  it("come about one after the other, and those that have not are told", async () => {
    const world = await policyTest({ policy: document("") });
    world.faults.next(1, "backend", { status: 503 });
    world.faults.next(2, "backend", "refused");
    expect([(await world.send({ url })).status, (await world.send({ url })).status]).toEqual([503, 502]);
    expect(world.faults.unmet()).toEqual(["a fault for the next 2 calls of backend came about 1 times"]);
  });

  it.each([
    [() => ({ of: "redis" }), "Invalid target of a fault 'redis': expected backend, external,"],
    [() => ({ of: "store", fault: { status: 500 } }), "Invalid fault of store: expected refused, reset or timeout"],
    [() => ({ of: "store", next: 0 }), "Invalid count of faults '0': expected 1 or more."],
  ])("that are none are refused: %#", async (fault, message) => {
    await expect(policyTest({ policy: document(""), faults: [fault()] })).rejects.toThrow(message);
  });
});
