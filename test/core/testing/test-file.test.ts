import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTestFile, type TestFileOptions, type TestResult } from "@turnpike/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "test-files-"));
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;

async function run(text: string, options: TestFileOptions = {}, name = `case-${++count}`): Promise<TestResult[]> {
  const file = join(folder, `${name}.policy-test.yaml`);
  writeFileSync(file, text);
  const results: TestResult[] = [];
  for await (const result of runTestFile(file, options)) results.push(result);
  return results;
}

const POLICY = `policy: |
  <policies>
    <inbound>
      <base />
      <choose>
        <when condition="@(context.Request.Method == "DELETE")">
          <return-response><set-status code="405" reason="No" /><set-body>{ "a": 1, "b": 2 }</set-body></return-response>
        </when>
      </choose>
      <check-header name="X-Bad" failed-check-httpcode="400" failed-check-error-message="Bad." ignore-case="true"><value>no</value></check-header>
    </inbound>
  </policies>
`.replace("<check-header", '<set-header name="X-Bad" exists-action="skip"><value>no</value></set-header><check-header');

const get = '{ url: "https://a.example/" }';
const brief = (results: readonly TestResult[]): string[] =>
  results.map(
    ({ test, ok, failures, skipped }) =>
      `${ok ? "ok" : "failed"} ${test}${skipped === undefined ? "" : ` (${skipped})`}${failures.map((failure) => `: ${failure}`).join("")}`,
  );

describe("a test file", () => {
  it("runs a test once for each row of its table", async () => {
    const results = await run(`${POLICY}tests:
  - name: "{{each:method}} gives {{each:status}}"
    each: [ { method: GET, status: 200, body: null }, { method: DELETE, status: 405, body: { json: { a: 1 } } } ]
    request: { method: "{{each:method}}", url: "https://a.example/" }
    expect: { status: "{{each:status}}", body: "{{each:body}}" }
  - { name: unnamed, each: [ { path: a }, { path: b } ], request: { url: "https://a.example/{{each:path}}" }, expect: { backend: { request: { url: "https://backend.example/{{each:path}}" } } } }
  - { name: wrong row, each: [ { status: 200 }, { status: 201 } ], request: ${get}, expect: { status: "{{each:status}}" } }
`);
    expect(brief(results)).toEqual([
      "ok GET gives 200",
      "ok DELETE gives 405",
      "ok unnamed (1)",
      "ok unnamed (2)",
      "ok wrong row (1)",
      "failed wrong row (2): status is 200, expected 201",
    ]);
  });

  it.each<[string, string]>([
    ["200", "ok a"],
    ["200-299", "ok a"],
    ["404, 200-201", "ok a"],
    ["201-299", "failed a: status is 200, expected 201-299"],
    ["100-199, 300", "failed a: status is 200, expected 100-199, 300"],
  ])("takes one status or several: %s", async (status, outcome) => {
    const results = await run(`${POLICY}tests:\n  - { name: a, request: ${get}, expect: { status: "${status}" } }\n`);
    expect(brief(results)).toEqual([outcome]);
  });

  it.each(["20", "299-200", "200-", "2xx", "200;201"])("refuses the status %s with its place", async (status) => {
    const [result] = await run(`${POLICY}tests:\n  - { name: a, request: ${get}, expect: { status: "${status}" } }\n`);
    expect(result!.failures.join()).toMatch(/:14:66 TP4002 Invalid status '.*': expected a status such as 404, or several/);
  });

  it("puts named values in place of {{value:name}}, and masks those that are secret", async () => {
    const text = `${POLICY}namedValues: { key: { secret: true, value: a-long-secret-value }, plain: north }
tests:
  - { name: known, request: { url: "https://a.example/{{value:plain}}", headers: { X-Key: "{{value:key}}" } }, expect: { backend: { request: { url: https://backend.example/north, headers: { X-Key: a-long-secret-value } } } } }
  - { name: wrong, request: { url: "https://a.example/", headers: { X-Key: "{{value:key}}" } }, expect: { backend: { request: { headers: { X-Key: b } } } } }
  - { name: unknown, request: { url: "https://a.example/{{value:nope}}" }, expect: { status: 200 } }
`;
    expect(brief(await run(text))).toEqual([
      "ok known",
      expect.stringMatching(/^failed wrong: backend.request header X-Key is "\*\*\*", expected "b"$/),
      'failed unknown: There is no named value "nope" in what this file tests.',
    ]);
  });

  it("makes things fail, on one operation, over several replicas, and lets backends answer in parts", async () => {
    const text = `gateway:
  namedValues: { plan: { secret: true, keyVault: { secretIdentifier: "https://vault.example/secrets/plan" } } }
  apis:
    a:
      path: a
      serviceUrl: https://b.example
      subscriptionRequired: false
      policy: '<policies><inbound><base /><rate-limit-by-key calls="3" renewal-period="60" counter-key="k" /><set-header name="X-Plan" exists-action="override"><value>{{plan}}</value></set-header></inbound></policies>'
      operations: { get: { method: GET, urlTemplate: "/{id}/lines" } }
operation: a/get
vault: { "https://vault.example/secrets/plan": gold-plan }
replicas: [0s, 250ms, -1h]
backend:
  - { when: { path: /seq/lines }, reply: [ { status: 503 }, { status: 200, body: done } ] }
  - { when: { path: /ev/lines }, reply: { events: [ go, { data: { n: 1 }, after: 2s, id: 7 } ] } }
  - { when: { path: /ch/lines }, reply: { chunks: [ a, { data: b, after: 1500ms } ] } }
tests:
  - { name: limit, request: { parameters: { id: 7 } }, parallel: 5, expect: { statuses: { 200: 3, 429: 2 }, backend: { request: { url: https://b.example/7/lines, headers: { X-Plan: gold-plan } } } } }
  - { name: fault, steps: [ { faults: [ { of: backend, fail: reset, next: 2 } ], request: { parameters: { id: 1 } }, repeat: 2, expect: { status: 502 } }, { request: { parameters: { id: 1 } }, expect: { status: 200 } } ] }
  - { name: reply, request: { parameters: { id: 1 } }, faults: [ { of: backend, reply: { status: 418, delay: 1s } } ], expect: { status: 418, elapsed: 1s } }
  - { name: sequence, steps: [ { request: { parameters: { id: seq } }, expect: { status: 503 } }, { request: { parameters: { id: seq } }, expect: { status: 200, body: done } } ] }
  - { name: events, request: { parameters: { id: ev } }, expect: { body: "data: go\\n\\nid: 7\\ndata: {\\"n\\":1}\\n\\n", elapsed: 2s } }
  - { name: chunks, request: { parameters: { id: ch } }, expect: { body: ab, elapsed: 1500ms } }
  - { name: unmet, request: { parameters: { id: 1 } }, faults: [ { of: cache } ], expect: { status: 200 } }
`;
    const results = await run(text);
    expect(brief(results)).toEqual([
      "ok limit",
      "ok fault",
      "ok reply",
      "ok sequence",
      "ok events",
      "ok chunks",
      "failed unmet: a fault for the next 1 calls of cache came about 0 times",
    ]);
    expect(results.at(-1)!.details[0]).toMatchObject({ line: text.slice(0, text.indexOf("name: unmet")).split("\n").length });
  });

  it.each([
    ["faults: [ { of: redis } ], request: URL", "Invalid target of a fault 'redis': expected backend, external,"],
    [
      "faults: [ { of: backend, fail: reset, reply: { status: 500 } } ], request: URL",
      "A rule or fault either replies or fails.",
    ],
    ["faults: [ { of: backend, reply: { delay: soon } } ], request: URL", '"soon" is no duration.'],
    ["request: {}", "A request needs a `url`, unless one `operation` is tested."],
    ["request: URL }], operation: a/b, x: [{", "goes with `gateway`"],
    ["request: URL }], replicas: [], x: [{", "Invalid replicas: expected how far the clock of each is ahead"],
    ["request: URL }], replicas: [late], x: [{", '"late" is no duration.'],
  ])("says what is wrong with %s", async (written, message) => {
    const [step, key] = written.replace("URL", get).split(/ \}\], (?=\w+: )/);
    const [more] = key === undefined ? [""] : [key.replace(/, x: \[\{$/, "")];
    const [result] = await run(`${POLICY}${more}\ntests:\n  - { name: a, ${step}, expect: { status: 200 } }\n`);
    expect(result!.failures.join("\n")).toContain(message);
  });

  it("skips with a reason, and all others where some say only", async () => {
    const one = (name: string, more: string): string =>
      `  - { name: ${name}, ${more}request: ${get}, expect: { status: 200 } }\n`;
    expect(brief(await run(`${POLICY}tests:\n${one("a", 'skip: "not yet", ')}${one("b", "")}`))).toEqual([
      "ok a (not yet)",
      "ok b",
    ]);
    expect(brief(await run(`${POLICY}tests:\n${one("a", "only: true, ")}${one("b", "")}`))).toEqual([
      "ok a",
      "ok b (another test says only)",
    ]);
  });

  it("runs the tests whose name holds a text, and tells of no others", async () => {
    const text = `${POLICY}tests:\n  - { name: first, request: ${get}, expect: { status: 200 } }\n  - { name: second, request: ${get}, expect: { status: 201 } }\n`;
    expect(brief(await run(text, { name: "firs" }))).toEqual(["ok first"]);
    expect(await run(text, { name: "third" })).toEqual([]);
  });

  it.each([
    ["elapsed: 2s", []],
    ["elapsed: { min: 1s, max: 3s }", []],
    ["elapsed: { max: 2s }", []],
    ["elapsed: { min: 3s }", ["elapsed is 2s, expected at least 3s"]],
    ["elapsed: { max: 500ms }", ["elapsed is 2s, expected at most 500ms"]],
    ["elapsed: 3s", ["elapsed is 2s, expected 3s"]],
  ])("bounds the time on its clock: %s", async (expected, failures) => {
    const [result] = await run(
      `${POLICY}backend: [ { reply: { delay: 2s } } ]\ntests: [ { name: a, request: ${get}, expect: { ${expected} } } ]`,
    );
    expect(result!.failures).toEqual(failures);
  });

  it("tells where the expectation stands, who answered, and how bodies differ", async () => {
    const [text] = await run(`${POLICY}tests:
  - name: deleted
    request: { method: DELETE, url: "https://a.example/" }
    expect:
      status: 200
      headers: { X-None: there }
      body:
        json: { a: 1, b: 3 }
`);
    const places = text!.details.map(({ line, column, message }) => `${line}:${column} ${message.split(",")[0]}`);
    expect(places).toEqual(["17:7 status is 405", "18:18 header X-None is absent", "20:9 body.b is 2"]);
    expect(text!.details[0]!.answeredBy).toMatchObject({ policy: "return-response", place: { line: 7, column: 11 } });
    expect(text!.details[2]!.diff).toBe('  {\n    "a": 1,\n-   "b": 3\n+   "b": 2\n  }');
    expect(text!.details[0]!.steps.map(({ name, depth, outcome }) => `${depth} ${name} ${outcome}`)).toEqual([
      "0 choose stop",
      "1 when stop",
      "2 return-response stop",
    ]);
  });

  it.each([
    [`tests: [ { name: a, request: ${get}, expect: { status: 201 } } ]`, "backend", null],
    [
      `tests: [ { name: a, request: { url: "https://a.example/", headers: { X-Bad: "yes" } }, expect: { status: 201 } } ]`,
      "check-header",
      10,
    ],
    [
      `tests: [ { name: a, request: { url: "https://a.example/" }, expect: { status: 201 } } ]\nbackend: [ { fail: refused } ]`,
      "forward-request",
      1,
    ],
  ])("tells who answered: %s", async (tests, policy, line) => {
    const [result] = await run(`${POLICY}${tests}\n`);
    expect(result!.details[0]!.answeredBy?.policy).toBe(policy);
    expect(result!.details[0]!.answeredBy?.place?.line ?? null).toBe(line);
  });

  it("keeps snapshots beside it, which only --update changes", async () => {
    const file = (method: string): string =>
      `${POLICY}tests: [ { name: a, request: { method: ${method}, url: "https://a.example/" }, expect: { snapshot: true } } ]\n`;
    const snapshot = join(folder, "kept.policy-test.snapshot.json");
    expect(brief(await run(file("DELETE"), {}, "kept"))).toEqual([
      `failed a: there is no snapshot "a" in ${snapshot}: run once with --update`,
    ]);
    expect(existsSync(snapshot)).toBe(false);
    expect(brief(await run(file("DELETE"), { update: true }, "kept"))).toEqual(["ok a"]);
    expect(JSON.parse(readFileSync(snapshot, "utf8"))).toMatchObject({ a: { status: 405, reason: "No" } });
    expect(brief(await run(file("DELETE"), {}, "kept"))).toEqual(["ok a"]);
    const [changed] = await run(file("GET"), {}, "kept");
    expect(changed!.failures).toEqual(["the answer is not that of the snapshot"]);
    expect(changed!.details[0]!.diff).toContain('-   "status": 405,\n-   "reason": "No",\n+   "status": 200,');
  });

  it("tells once of an error in a document, with its file", async () => {
    writeFileSync(join(folder, "broken.xml"), "<policies><inbound><nope /></inbound></policies>");
    const test = (name: string): string => `{ name: ${name}, request: ${get}, expect: { status: 200 } }`;
    const results = await run(`policy: ./broken.xml\ntests: [ ${test("a")}, ${test("b")} ]\n`);
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({ test: "(the file)", ok: false });
    expect(results[0]!.failures).toEqual([expect.stringMatching(/broken\.xml:1:20 TP2002 There is no policy nope\./)]);
  });

  it.each([
    ["tests: []", "The file has no tests."],
    [`tests: [ { name: a, request: ${get} } ]`, 'The test "a" expects nothing.'],
    [`tests: [ { name: a, steps: [ { request: ${get} }, { request: ${get}, expect: {} } ] } ]`, 'The test "a" expects nothing.'],
    [`tests: [ { name: a, request: ${get}, expect: { status: "{{each:x}}" } } ]`, "{{each:x}} stands in a test without a table."],
    [`tests: [ { name: a, each: [], request: ${get}, expect: { status: 200 } } ]`, "The table has no rows."],
    [
      `tests: [ { name: a, each: [ { y: 1 } ], request: ${get}, expect: { status: "{{each:x}}" } } ]`,
      'The row has no column "x".',
    ],
    [`tests: [ { name: a, request: ${get}, expect: { status: "ok" } } ]`, "Invalid status 'ok': expected"],
  ])("is not green by accident: %s", async (tests, message) => {
    const [result, ...others] = await run(`${POLICY}${tests}\n`);
    expect(others).toEqual([]);
    expect(result!.ok).toBe(false);
    expect(result!.failures.join()).toContain(message);
  });
});

describe("a call of a tool of an MCP server", () => {
  const gateway = `gateway:
  apis:
    orders:
      path: orders
      serviceUrl: https://orders.example
      subscriptionRequired: false
      operations: { list: { method: GET, urlTemplate: "/{shop}", templateParameters: [{ name: shop, required: true }] } }
    tools:
      path: shop
      type: mcp
      subscriptionRequired: false
      mcpTools: [{ name: list_orders, operationId: orders/list }]
backend: [{ when: { path: /tea }, reply: { body: "2 orders" } }]
`;

  it("goes through the server to its operation", async () => {
    const results = await run(`${gateway}tests:
  - name: lists
    request: { url: https://api.example/shop/mcp, mcp: { call: list_orders, arguments: { shop: tea } } }
    expect:
      status: 200
      body: { json: { result: { isError: false, content: [{ type: text, text: 2 orders }] } } }
      backend: { calls: 1, request: { method: GET, url: https://orders.example/tea } }
  - name: needs its arguments
    request: { url: https://api.example/shop/mcp, mcp: { call: list_orders } }
    expect: { status: 200, body: { json: { error: { code: -32602 } } }, backend: { calls: 0 } }
`);
    expect(results.map(({ ok, failures }) => [ok, failures])).toEqual([
      [true, []],
      [true, []],
    ]);
  });

  it.each(["method: POST", "body: x", "bodyBase64: eA=="])("is refused beside %s", async (more) => {
    const text = `${gateway}tests:
  - name: t
    request: { url: https://api.example/shop/mcp, mcp: { call: list_orders }, ${more} }
    expect: { status: 200 }
`;
    const results = await run(text).catch((error: unknown) => String(error));
    expect(JSON.stringify(results)).toContain(`A request with \`mcp\` has no \`${more.split(":")[0]!}\`.`);
  });
});
