import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { processTime } from "../../measure.js";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-prove-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const sample = join(import.meta.dirname, "../../../docs/examples/invariants");
let count = 0;

/** A copy of the example estate, with a text of one of its files in place of another. */
function estate(file = "gateway.yaml", before = "", after = ""): string {
  const copy = join(folder, `estate-${++count}`);
  cpSync(sample, copy, { recursive: true });
  const text = readFileSync(join(copy, file), "utf8");
  expect(text).toContain(before);
  writeFileSync(join(copy, file), text.replace(before, after));
  return copy;
}

/** A folder with a gateway of one API, its document and invariants. */
function gateway(
  inbound: string,
  invariants: string,
  more: { api?: string; rest?: string; outbound?: string; onError?: string } = {},
): string {
  const copy = join(folder, `gateway-${++count}`);
  mkdirSync(copy);
  const { api = "", rest = "", outbound = "", onError = "" } = more;
  const operations = "operations: { list: { method: GET, urlTemplate: /list }, make: { method: POST, urlTemplate: /make } }";
  writeFileSync(
    join(copy, "gateway.yaml"),
    `${rest}apis:\n  a: { path: a, serviceUrl: "https://a.internal", ${api === "" ? "subscriptionRequired: false" : api}, policy: { file: a.xml }, ${operations} }\n`,
  );
  writeFileSync(
    join(copy, "a.xml"),
    `<policies><inbound><base />${inbound}</inbound><backend><base /></backend><outbound><base />${outbound}</outbound><on-error><base />${onError}</on-error></policies>`,
  );
  writeFileSync(join(copy, "gateway.invariants.yaml"), `version: 1\ninvariants:\n  - { name: a, ${invariants} }\n`);
  return copy;
}

interface Result {
  readonly invariant: string;
  readonly ok: boolean;
  readonly runs: number;
  readonly why: string | null;
  readonly test: string | null;
}

/** What is found in an estate: bounded by trials, not by time. */
async function prove(
  copy: string,
  ...more: string[]
): Promise<{ code: number; results: Result[]; summary: object; err: string }> {
  const invariants = join(copy, "gateway.invariants.yaml");
  const { code, out, err } = await turnpike("prove", copy, "--invariants", invariants, "--json", "--seconds", "600", ...more);
  const lines = out.split("\n").map((line) => JSON.parse(line) as Result);
  const summary = lines.pop()!;
  return { code, results: lines, summary, err };
}

/** Milliseconds of processor time, helpers of the engine included, in which a hole of the example estate is to be found. */
const MOST_TIME = 60_000;

/** Holes of the kinds that estates have, each with the invariant that it breaks. */
const holes: readonly [string, { file: string; before: string; after: string; invariant: string; test: RegExp }][] = [
  [
    "a base that was dropped",
    {
      file: "policies/list-prices.xml",
      before: "<inbound>\n        <base />",
      after: "<inbound>",
      invariant: "without a token of theirs",
      test: /calls: 0/,
    },
  ],
  [
    "another role",
    {
      file: "policies/create-order.xml",
      before: 'Contains("Orders.Write")',
      after: 'Contains("Orders.Read")',
      invariant: "without the role to write",
      test: /calls: 0/,
    },
  ],
  [
    "a limit that one operation does not have",
    {
      file: "policies/free.xml",
      before: '<rate-limit-by-key calls="10" renewal-period="10" counter-key="@(context.Subscription.Id)" />',
      after: `<choose>
            <when condition="@(context.Operation.Id != "get-order")">
                <rate-limit-by-key calls="10" renewal-period="10" counter-key="@(context.Subscription.Id)" />
            </when>
        </choose>`,
      invariant: "at most ten calls",
      test: /repeat: 10/,
    },
  ],
  [
    "a cache that does not vary",
    {
      file: "policies/list-prices.xml",
      before: "<vary-by-header>Accept-Language</vary-by-header>",
      after: "",
      invariant: "in the language",
      test: /Accept-Language/,
    },
  ],
  [
    "the detail of an error that leaks",
    {
      file: "policies/global.xml",
      before: "context.LastError.Reason",
      after: "context.LastError.Message",
      invariant: "keeps its reasons",
      test: /fail: (?:timeout|refused)/,
    },
  ],
  [
    "a key in the query that is forwarded",
    {
      file: "policies/global.xml",
      before: '<set-query-parameter name="subscription-key" exists-action="delete" />',
      after: "",
      invariant: "subscription's key",
      test: /subscription-key=/,
    },
  ],
];

describe("turnpike prove", () => {
  it("finds nothing in an estate that holds", async () => {
    const { code, results, summary } = await prove(estate(), "--runs", "50");
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(results.every(({ runs }) => runs === 50)).toBe(true);
    expect(summary).toMatchObject({ summary: true, broken: 0, held: 7, runs: 350 });
    expect(code).toBe(0);
  });

  it.each(holes)(
    "finds %s within a minute of processor time, and a test that fails as long as it is there",
    async (_, { file, before, after, invariant, test }) => {
      const copy = estate(file, before, after);
      const started = processTime();
      const { code, results, err } = await prove(copy, "--runs", "1000", "-t", invariant);
      expect(processTime() - started).toBeLessThan(MOST_TIME);
      expect(err).toBe("");
      expect(code).toBe(1);
      expect(results).toHaveLength(1);
      const written = results[0]!.test!;
      expect(readFileSync(written, "utf8")).toMatch(test);
      expect((await turnpike("test", written)).code).toBe(1);
      cpSync(join(sample, file), join(copy, file));
      expect(await turnpike("test", written)).toMatchObject({ code: 0 });
    },
  );
});

/** What a file of invariants, written for the example estate, is refused with. */
async function refusal(text: string): Promise<string> {
  const copy = estate();
  writeFileSync(join(copy, "gateway.invariants.yaml"), text);
  const { code, err } = await turnpike("prove", copy, "--invariants", join(copy, "gateway.invariants.yaml"));
  expect(code).toBe(1);
  return err;
}

const statement = (text: string): string => `version: 1\ninvariants:\n  - name: a\n    ${text}\n`;

describe("an invariants file", () => {
  it.each<[string, RegExp]>([
    [
      "version: 2\ninvariants: []\n",
      /:1:1 error TP4002 Invalid version '2': expected 1\.[\s\S]*:2:13 error TP4002 The file has no invariants/,
    ],
    ["version: 1\n", /:1:1 error TP4002 The file needs the key "invariants"/],
    [statement("nope: 1"), /:4:5 error TP4002 .*nope/],
    [statement("when: { forwarded: true }"), /:3:5 error TP4002 An invariant says one of `always`, `never`, `limit`, `apart`/],
    [statement("never: { forwarded: true }\n    limit: { calls: 1, per: 1s }"), /says one of/],
    [statement("always: { token: {} }"), /Nothing is said of what comes out/],
    [statement("always: {}"), /`always` says nothing/],
    [statement("never: { method: GET }"), /Nothing is said of what comes out/],
    [statement("never: { status: 5xx }"), /:4:14 error TP4002 Invalid status '5xx': expected a status such as 404/],
    [statement("never: { body: '/(/' }"), /Invalid pattern '\/\(\/': expected a JavaScript regular expression/],
    [statement("limit: { calls: 1.5, per: 1s }"), /Invalid calls '1.5': expected a whole number from 0 to 2000/],
    [statement("limit: { calls: 1, per: soon }"), /Invalid per 'soon': expected a duration such as 10s/],
    [statement("apart: {}"), /names nothing that keeps requests apart/],
    [statement("apart: { query: [a] }\n    when: { status: 200 }"), /speaks of requests, not of what comes out/],
    [
      statement("never: { api: order, forwarded: true }"),
      /:4:14 error TP4002 The configuration has no api 'order'\.[\s\S]*Did you mean 'orders'/,
    ],
    [
      statement("never: { forwarded: true }\n  - { name: a, never: { status: 500 } }"),
      /Invalid name 'a': expected one that no other invariant has/,
    ],
  ])("is refused with its place: %j", async (text, message) => {
    expect(await refusal(text)).toMatch(message);
  });

  it("is looked for in a configuration that compiles", async () => {
    const copy = estate("policies/free.xml", "<rate-limit-by-key", "<rate-limit-by-kez");
    const { code, err } = await turnpike("prove", copy, "--invariants", join(copy, "gateway.invariants.yaml"));
    expect([code, err]).toEqual([1, expect.stringMatching(/free\.xml:4:\d+ error .*rate-limit-by-kez/)]);
  });
});

describe("a call of turnpike prove", () => {
  it.each<[string[], RegExp]>([
    [[], /needs a configuration and its invariants/],
    [["--seed", "x"], /Invalid value 'x' of '--seed': expected a whole number from 0/],
    [["--runs", "0"], /Invalid value '0' of '--runs': expected a whole number from 1/],
    [["-t", "nothing of this"], /No invariant's name holds 'nothing of this'/],
  ])("with %j is wrong", async (args, message) => {
    const file = join(sample, "gateway.invariants.yaml");
    const { code, err } = await turnpike("prove", ...(args.length === 0 ? [sample] : [sample, "--invariants", file, ...args]));
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it("an APIOps folder is written into the test, which runs from where it is", async () => {
    const copy = join(folder, `apiops-${++count}`);
    mkdirSync(join(copy, "apis/echo"), { recursive: true });
    const properties = { path: "echo", displayName: "Echo", serviceUrl: "https://a.internal", subscriptionRequired: false };
    writeFileSync(join(copy, "apis/echo/apiInformation.json"), JSON.stringify({ properties }));
    const openapi = {
      openapi: "3.0.1",
      info: { title: "Echo", version: "1" },
      paths: { "/ping": { get: { operationId: "ping", responses: { 200: { description: "ok" } } } } },
    };
    writeFileSync(join(copy, "apis/echo/specification.yaml"), JSON.stringify(openapi));
    const document = (inbound: string): string =>
      `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend><outbound /><on-error /></policies>`;
    writeFileSync(
      join(copy, "policy.xml"),
      document('<set-header name="X-Internal" exists-action="override"><value>1</value></set-header>'),
    );
    writeFileSync(join(copy, "gateway.invariants.yaml"), statement("always: { backend: { headers: { X-Internal: null } } }"));
    const { results, err } = await prove(copy, "--to", join(folder, "found"), "--runs", "50");
    expect([results[0]!.ok, err]).toEqual([false, ""]);
    expect((await turnpike("test", results[0]!.test!)).code).toBe(1);
    writeFileSync(join(copy, "policy.xml"), document(""));
    expect(await turnpike("test", results[0]!.test!)).toMatchObject({ code: 0 });
  });

  it("is no success where no request was what an invariant is about", async () => {
    const copy = gateway(
      '<return-response><set-status code="410" reason="Gone" /></return-response>',
      "when: { forwarded: true }, never: { status: 500 }",
    );
    const { code, results, summary, err } = await prove(copy, "--runs", "20");
    expect(results).toMatchObject([{ ok: false, runs: 20, met: 0, why: null, test: null }]);
    expect([code, summary]).toEqual([1, expect.objectContaining({ broken: 0, untried: 1, held: 0 })]);
    expect(err).toContain("1 not tried: no request met their 'when'");
    expect((await turnpike("prove", copy, "--invariants", join(copy, "gateway.invariants.yaml"), "--runs", "5")).out).toContain(
      "? a (5 trials, none of which it is about)",
    );
  });

  it("finds the same from the same seed", async () => {
    const find = async (): Promise<unknown> => {
      const copy = estate("policies/create-order.xml", 'Contains("Orders.Write")', 'Contains("Orders.Read")');
      const { results } = await prove(copy, "-t", "without the role", "--seed", "7", "--runs", "500");
      return [results[0]!.runs, readFileSync(results[0]!.test!, "utf8")];
    };
    expect(await find()).toEqual(await find());
  });
});

const jwt = (inner: string): string =>
  `<validate-jwt header-name="Authorization" require-scheme="Bearer">${inner}</validate-jwt>`;
const provider = '<openid-config url="https://login.example/v2.0/.well-known/openid-configuration" />';
const header = (name: string, value: string): string =>
  `<set-header name="${name}" exists-action="override"><value>${value}</value></set-header>`;

/** What each part of a statement is broken by, and a document of which it holds. */
const parts: readonly [string, string, [broken: Parts, held: Parts]][] = [
  [
    "a status",
    "when: { operation: make }, never: { status: 500-599 }",
    [
      { inbound: '<set-variable name="a" value="@(context.Request.Headers["X-A"][0])" />' },
      { inbound: '<return-response><set-status code="204" reason="Gone" /></return-response>' },
    ],
  ],
  [
    "a status that it must be",
    "when: { request: { headers: { X-Region: eu } } }, always: { status: 451 }",
    [
      { inbound: header("X-Region", "us") },
      { inbound: '<return-response><set-status code="451" reason="Not Here" /></return-response>' },
    ],
  ],
  [
    "a header that must not be there",
    "never: { headers: { X-Debug: /./ } }",
    [{ outbound: header("X-Debug", "1") }, { outbound: '<set-header name="X-Debug" exists-action="delete" />' }],
  ],
  [
    "a header that must be there",
    "when: { status: 200 }, always: { headers: { X-Frame-Options: DENY } }",
    [{}, { outbound: header("X-Frame-Options", "DENY") }],
  ],
  [
    "a part of the body",
    "when: { status: 403 }, always: { body: denied }",
    [
      { inbound: '<return-response><set-status code="403" reason="No" /></return-response>' },
      { inbound: '<return-response><set-status code="403" reason="No" /><set-body>denied</set-body></return-response>' },
    ],
  ],
  [
    "a body that must not be",
    "never: { body: /internal/ }",
    [{ outbound: "<set-body>from https://a.internal</set-body>" }, { outbound: "<set-body>from a</set-body>" }],
  ],
  [
    "what a backend said",
    "when: { status: 500-599 }, never: { tells: backend }",
    [
      {},
      { outbound: '<choose><when condition="@(context.Response.StatusCode >= 500)"><set-body>failed</set-body></when></choose>' },
    ],
  ],
  [
    "a header of the backend's request",
    "always: { backend: { headers: { X-Forwarded-Key: null } } }",
    [{ inbound: header("X-Forwarded-Key", "1") }, { inbound: '<set-header name="X-Forwarded-Key" exists-action="delete" />' }],
  ],
  [
    "a parameter that the backend must get",
    "always: { backend: { query: { tenant: /^t-/ } } }",
    [{}, { inbound: '<set-query-parameter name="tenant" exists-action="override"><value>t-1</value></set-query-parameter>' }],
  ],
  [
    "the backend's address",
    "never: { backend: { url: /staging/ } }",
    [{ inbound: '<set-backend-service base-url="https://staging.internal" />' }, {}],
  ],
  [
    "that it is forwarded",
    "when: { method: POST }, always: { forwarded: false }",
    [{}, { inbound: '<choose><when condition="@(context.Request.Method == "POST")"><return-response /></when></choose>' }],
  ],
  [
    "a limit by the caller's address",
    "limit: { calls: 3, per: 1m, by: address }",
    [
      { inbound: '<rate-limit-by-key calls="4" renewal-period="60" counter-key="@(context.Request.IpAddress)" />' },
      { inbound: '<rate-limit-by-key calls="3" renewal-period="60" counter-key="@(context.Request.IpAddress)" />' },
    ],
  ],
  [
    "a limit of all calls together",
    "limit: { calls: 3, per: 1m, by: all }",
    [
      { inbound: '<rate-limit-by-key calls="3" renewal-period="60" counter-key="@(context.Request.Method)" />' },
      { inbound: '<rate-limit-by-key calls="3" renewal-period="60" counter-key="all" />' },
    ],
  ],
  [
    "callers apart by a claim",
    "apart: { token: sub }",
    [
      {
        inbound: `${jwt(provider)}<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" allow-private-response-caching="true" />`,
        outbound: '<cache-store duration="60" />',
      },
      {
        inbound: `${jwt(provider)}<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" allow-private-response-caching="true"><vary-by-header>Authorization</vary-by-header></cache-lookup>`,
        outbound: '<cache-store duration="60" />',
      },
    ],
  ],
  [
    "a token that is in time",
    "when: { forwarded: true }, always: { token: { issuer: https://login.example/v2.0 } }",
    [
      {
        inbound:
          '<set-variable name="t" value="@(context.Request.Headers.GetValueOrDefault("Authorization", "").AsJwt())" /><choose><when condition="@(context.Variables["t"] == null)"><return-response /></when></choose>',
      },
      { inbound: jwt(provider) },
    ],
  ],
];

interface Parts {
  readonly inbound?: string;
  readonly outbound?: string;
}

describe("an invariant", () => {
  it.each(parts)("of %s is broken where it does not hold, and only there", async (_, statement, [broken, held]) => {
    const made = ({ inbound = "", ...rest }: Parts): string => gateway(inbound, statement, rest);
    const hole = made(broken);
    const { results, err } = await prove(hole, "--runs", "400");
    expect([results[0]!.ok, err]).toEqual([false, ""]);
    expect((await turnpike("test", results[0]!.test!)).code).toBe(1);
    const whole = made(held);
    expect((await prove(whole, "--runs", "150")).results).toMatchObject([{ ok: true }]);
    cpSync(join(whole, "a.xml"), join(hole, "a.xml"));
    expect(await turnpike("test", results[0]!.test!)).toMatchObject({ code: 0 });
  });
});

describe("tokens", () => {
  const wanted = "when: { forwarded: true }, always: { token: { claims: { roles: Admin } } }";

  it.each<[string, string]>([
    ["validate-jwt with a provider", jwt(provider)],
    [
      "validate-jwt with claims",
      jwt(
        `${provider}<required-claims><claim name="scp" match="all" separator=" "><value>a</value><value>b</value></claim></required-claims>`,
      ),
    ],
    [
      "validate-azure-ad-token",
      '<validate-azure-ad-token tenant-id="8a7e2ef5-c97a-4a33-b2d8-0c7a8a1b4b1e"><client-application-ids><application-id>app-1</application-id></client-application-ids><audiences><audience>api://a</audience></audiences></validate-azure-ad-token>',
    ],
    ["a token in a parameter", `<validate-jwt query-parameter-name="token">${provider}</validate-jwt>`],
  ])("are made for %s", async (_, check) => {
    const { results, err } = await prove(gateway(check, wanted), "--runs", "400");
    // What is let through has a good token, only without the role.
    expect([results[0]!.ok, err]).toEqual([false, ""]);
    expect(readFileSync(results[0]!.test!, "utf8")).toContain("{{token:good");
  });

  it("are signed with a shared secret, which stays out of the test", async () => {
    const key = Buffer.from("0123456789-0123456789-0123456789-0123").toString("base64");
    vi.stubEnv("PROVE_TEST_KEY", key);
    vi.stubEnv("PROVE_TEST_SUBSCRIPTION", "subscription-key-from-outside");
    const rest = `namedValues: { jwt-key: { secret: true, env: PROVE_TEST_KEY }, sub-key: { secret: true, env: PROVE_TEST_SUBSCRIPTION } }
subscriptions: { s: { scope: api/a, primaryKey: "{{sub-key}}" } }
`;
    const check = jwt("<issuer-signing-keys><key>{{jwt-key}}</key></issuer-signing-keys>");
    const { results } = await prove(gateway(check, wanted, { api: "subscriptionRequired: true", rest }), "--runs", "400");
    const text = readFileSync(results[0]!.test!, "utf8");
    expect(text).toContain("{{value:jwt-key}}");
    expect(text).toContain("{{value:sub-key}}");
    expect(text).not.toMatch(/0123456789|subscription-key-from-outside/);
    expect(text).not.toContain(key);
    const { code, out } = await turnpike("test", results[0]!.test!);
    expect([code, out]).toEqual([1, expect.stringContaining("backend got 1 calls, expected 0")]);
  });

  it("and keys from outside stand in the query, too", async () => {
    vi.stubEnv("PROVE_TEST_SUBSCRIPTION", "subscription-key-from-outside");
    const rest = `namedValues: { sub-key: { secret: true, env: PROVE_TEST_SUBSCRIPTION } }
subscriptions: { s: { scope: api/a, primaryKey: "{{sub-key}}" } }
`;
    const only =
      "when: { subscription: s, request: { headers: { Ocp-Apim-Subscription-Key: null } } }, always: { forwarded: false }";
    const { results, err } = await prove(gateway("", only, { api: "subscriptionRequired: true", rest }), "--runs", "400");
    expect([results[0]!.ok, err]).toEqual([false, ""]);
    expect(readFileSync(results[0]!.test!, "utf8")).toContain("subscription-key={{value:sub-key}}");
  });

  it("that cannot be made are told of", async () => {
    const { err } = await prove(gateway(jwt('<openid-config url="@(context.Api.Name)" />'), wanted), "--runs", "1");
    expect(err).toMatch(/No token can be made for .*a\.xml:1:\d+ <validate-jwt>: its openid-config has no literal address/);
  });
});
