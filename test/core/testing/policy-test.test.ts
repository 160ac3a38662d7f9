import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewayErrors } from "@turnpike/core";
import { evaluateExpression, type PolicyTestOptions, policyTest, runTestFile } from "@turnpike/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

describe("policyTest", () => {
  it("runs one document with all that surrounds it", async () => {
    const policy = await policyTest({
      policy: `<policies><inbound><base /><set-header name="X-Sub" exists-action="override"><value>@(context.Subscription?.Id ?? "none")</value></set-header><set-variable name="n" value="@(3)" /></inbound></policies>`,
      context: { api: { path: "pay", serviceUrl: "https://pay.internal" }, subscription: { id: "sub-1" } },
      backend: [{ when: { path: "/a" }, reply: { status: 201, body: { ok: true } } }],
    });
    const outcome = await policy.send({ method: "POST", url: "https://api.example/pay/a?x=1", body: "hello" });
    expect(outcome).toMatchObject({
      status: 201,
      error: null,
      variables: { n: 3 },
      trace: ["set-header", "set-variable", "forward-request"],
      elapsed: 0,
    });
    expect(outcome.json()).toEqual({ ok: true });
    const [call] = outcome.backendCalls;
    expect(call).toMatchObject({ method: "POST", url: "https://pay.internal/a?x=1" });
    expect(call?.headers.get("x-sub")).toBe("sub-1");
    expect(Buffer.from(call!.body).toString()).toBe("hello");
  });

  it("runs a fragment, an operation's document and a gateway", async () => {
    const fragment = await policyTest({
      fragment: `<fragment><return-response><set-status code="418" reason="Teapot" /></return-response></fragment>`,
    });
    expect((await fragment.send({ url: "https://api.example/" })).status).toBe(418);
    const operation = await policyTest({
      operationPolicy: `<policies><inbound><set-variable name="v" value="1" /></inbound></policies>`,
    });
    expect((await operation.send({ url: "https://api.example/any" })).variables).toEqual({ v: "1" });
    const gateway = await policyTest({
      gateway: {
        apis: { a: { path: "a", serviceUrl: "https://a.internal", operations: { o: { method: "GET", urlTemplate: "/x" } } } },
      },
    });
    expect((await gateway.send({ url: "https://api.example/a/x" })).error).toMatchObject({
      source: "authorization",
      reason: "SubscriptionKeyNotFound",
    });
  });

  it("keeps its state from call to call, on its own clock", async () => {
    const policy = await policyTest({
      policy: `<policies><inbound><base /><rate-limit-by-key calls="2" renewal-period="10" counter-key="k" /></inbound></policies>`,
    });
    const statuses = async (): Promise<number> => (await policy.send({ url: "https://api.example/" })).status;
    expect([await statuses(), await statuses(), await statuses()]).toEqual([200, 200, 429]);
    await policy.clock.advance(10_000);
    expect(await statuses()).toBe(200);
  });

  it("says what no rule answered", async () => {
    const policy = await policyTest({
      policy: `<policies><inbound><send-request mode="new" response-variable-name="r" ignore-error="true"><set-url>https://elsewhere.example/x</set-url></send-request></inbound></policies>`,
    });
    expect((await policy.send({ url: "https://api.example/" })).unexpectedCalls).toEqual(["GET https://elsewhere.example/x"]);
  });

  it("rejects with every error of the documents", async () => {
    await expect(policyTest({ policy: "<policies><inbound><nope /><set-header /></inbound></policies>" })).rejects.toMatchObject({
      name: "ConfigurationError",
      diagnostics: [{ code: "TP2002" }, { code: "TP2007" }],
    });
  });

  describe("lends the gateway identities", () => {
    const identity = `<authentication-managed-identity resource="https://storage.azure.com" />`;
    const stored = `<get-authorization-context provider-id="github" authorization-id="main" context-variable-name="auth" />
      <set-header name="X-Auth"><value>@(((Authorization)context.Variables["auth"]).AccessToken)</value></set-header>`;
    const send = async (inbound: string, options: Partial<PolicyTestOptions>) =>
      (await policyTest({ policy: `<policies><inbound><base />${inbound}</inbound></policies>`, ...options })).send({
        url: "https://api.example/x",
      });
    const sent = async (name: string, inbound: string, options: Partial<PolicyTestOptions> = {}) =>
      (await send(inbound, options)).backendCalls[0]?.headers.get(name) ?? null;

    it("gives every resource a token", async () => {
      expect(await sent("Authorization", identity)).toBe("Bearer managed-identity:https://storage.azure.com");
    });

    it("gives the token that is named", async () => {
      const managedIdentity = { "https://storage.azure.com": "t1" };
      expect(await sent("Authorization", identity, { managedIdentity })).toBe("Bearer t1");
    });

    it("gives stored authorizations", async () => {
      expect(await sent("X-Auth", stored, { authorizations: { "github/main": { accessToken: "t2" } } })).toBe("t2");
    });

    it("says which authorization is not there", async () => {
      const { status, error } = await send(stored, {});
      expect([status, error?.message]).toEqual([
        500,
        expect.stringContaining("The test has no authorization 'github/main': add it to authorizations."),
      ]);
    });
  });

  it.each<[{ configured?: GatewayErrors; gatewayErrors?: GatewayErrors }, number]>([
    [{}, 502],
    [{ configured: "apim" }, 500],
    [{ configured: "apim", gatewayErrors: "turnpike" }, 502],
    [{ configured: "turnpike", gatewayErrors: "apim" }, 500],
    [{ gatewayErrors: "apim" }, 500],
  ])(
    "answers failed calls by the host's choice, and else by the configuration's: %j",
    async ({ configured, gatewayErrors }, status) => {
      const policy = await policyTest({
        gateway: {
          ...(configured === undefined ? {} : { gatewayErrors: configured }),
          apis: {
            a: {
              path: "",
              serviceUrl: "https://a.internal",
              subscriptionRequired: false,
              operations: { g: { method: "GET", urlTemplate: "/*" } },
            },
          },
        },
        ...(gatewayErrors === undefined ? {} : { gatewayErrors }),
        backend: [{ fail: "refused" }],
      });
      expect((await policy.send({ url: "https://api.example/x" })).status).toBe(status);
    },
  );

  it("evaluates an expression alone", () => {
    expect(evaluateExpression("@(context.Request.Method.Length * 2.5m)", { request: { method: "PATCH" } })).toMatchObject({
      type: "System.Decimal",
      value: "12.5",
    });
    expect(() => evaluateExpression("@(nothing)")).toThrow("CS0103");
    expect(() => evaluateExpression('@(int.Parse("x"))')).toThrow("Input string was not in a correct format.");
  });
});

describe("policy test files", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "policy-tests-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const run = async (name: string, text: string): Promise<string[]> => {
    const file = join(folder, name);
    writeFileSync(file, text);
    const results: string[] = [];
    for await (const { test, ok, failures } of runTestFile(file))
      results.push(ok ? `ok ${test}` : `${test}: ${failures.join(" | ").replaceAll(file, "FILE")}`);
    return results;
  };

  const policy = `policy: |
  <policies>
    <inbound>
      <base />
      <set-variable name="who" value="@(context.Request.Headers.GetValueOrDefault("X-Who", "nobody"))" />
    </inbound>
    <outbound>
      <base />
      <set-header name="X-Who" exists-action="override"><value>@((string)context.Variables["who"])</value></set-header>
    </outbound>
  </policies>
`;

  it("holds each part of an outcome against what is expected", async () => {
    expect(
      await run(
        "parts.policy-test.yaml",
        `${policy}backend: [ { when: { method: GET }, reply: { body: { a: 1, b: [1, 2] } } } ]
tests:
  - { name: right, request: { url: "https://a.example/x", headers: { X-Who: ann } }, expect: { status: 200, reason: OK, headers: { X-Who: /^an/, X-No: null }, body: { json: { a: 1 } }, variables: { who: ann }, backend: { calls: 1, request: { method: GET } }, error: null, trace: [set-variable, forward-request, set-header], elapsed: 0s } }
  - { name: status, request: { url: "https://a.example/x" }, expect: { status: 201 } }
  - { name: header, request: { url: "https://a.example/x" }, expect: { headers: { X-Who: bob } } }
  - { name: body, request: { url: "https://a.example/x" }, expect: { body: { exactly: { a: 1 } } } }
  - { name: calls, request: { url: "https://a.example/x" }, expect: { backend: { calls: 2 } } }
  - { name: variable, request: { url: "https://a.example/x" }, expect: { variables: { who: 1 } } }
  - { name: error, request: { url: "https://a.example/x" }, expect: { error: { source: choose } } }
  - { name: trace, request: { url: "https://a.example/x" }, expect: { trace: [forward-request, set-variable] } }
`,
      ),
    ).toEqual([
      "ok right",
      'status: status is 200, expected 201, body "{\\"a\\":1,\\"b\\":[1,2]}"',
      'header: header X-Who is "nobody", expected "bob"',
      'body: body is {"a":1,"b":[1,2]}, expected exactly {"a":1}',
      "calls: backend got 1 calls, expected 2: GET https://backend.example/x",
      'variable: variables.who is "nobody", expected 1',
      'error: there is no error, expected {"source":"choose"}',
      'trace: trace is ["set-variable","forward-request","set-header"], expected ["forward-request","set-variable"] in this order',
    ]);
  });

  it("counts parallel calls by status, and shares state between steps only", async () => {
    const limited = policy.replace(
      "<base />",
      '<base />\n      <rate-limit-by-key calls="2" renewal-period="10" counter-key="k" />',
    );
    expect(
      await run(
        "steps.policy-test.yaml",
        `${limited}tests:
  - name: together
    steps:
      - { request: { url: "https://a.example/" }, parallel: 3, expect: { statuses: { 200: 2, 429: 1 } } }
      - { request: { url: "https://a.example/" }, repeat: 2, expect: { status: 429 } }
      - { after: 10s, request: { url: "https://a.example/" }, expect: { status: 200 } }
  - { name: afresh, request: { url: "https://a.example/" }, expect: { status: 200 } }
`,
      ),
    ).toEqual(["ok together", "ok afresh"]);
  });

  it.each([
    ["unknown key", `${policy}test: []\ntests: []`, 'FILE:12:1 TP4002 Unknown key "test". Did you mean "tests"?'],
    [
      "no duration",
      `${policy}tests: [ { name: a, after: soon, request: { url: "https://a.example/" } } ]`,
      'FILE:12:10 TP4002 "soon" is no duration. Write 50ms, 10s, 5m, 1h or 2d.',
    ],
    ["nothing to test", "tests: []", "FILE:1:1 TP4002 A test file names either `policy` or `gateway`."],
    ["not YAML", "policy: [", "TP4001"],
  ])("%s is an error with its place", async (name, text, expected) => {
    const [result] = await run(`${name}.policy-test.yaml`, text);
    expect(result).toContain(expected);
  });

  it("gives errors of inline documents their place in the test file", async () => {
    expect(
      await run(
        "inline.policy-test.yaml",
        `${policy.replace("GetValueOrDefault", "GetValueOrDefaul")}tests: [ { name: a, request: { url: "https://a.example/" }, expect: { status: 200 } } ]`,
      ),
    ).toEqual([expect.stringContaining("(the file): FILE:5:65 CS1061")]);
  });
});
