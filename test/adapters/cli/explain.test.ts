import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-explain-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | object): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

const gateway = (limit: number): string => `namedValues: { key: { secret: true, value: s3cret-key } }
policy: { file: ./global.xml }
apis:
  payments:
    path: payments
    serviceUrl: http://127.0.0.1:9001
    versioning: { scheme: header, versionHeaderName: X-Version, version: "1" }
    policy: |
      <policies>
        <inbound>
          <base />
          <set-header name="X-Key" exists-action="override">
            <value>{{key}}</value>
          </set-header>
        </inbound>
      </policies>
    operations: { list: { method: GET, urlTemplate: /accounts } }
products:
  premium: { apis: [payments], policy: '<policies><inbound><base /><rate-limit calls="${limit}" renewal-period="60" /></inbound></policies>' }
`;
write(
  "a/global.xml",
  "<policies>\n  <inbound>\n    <set-variable name='v' value='s3cret-key' />\n  </inbound>\n  <backend><forward-request /></backend>\n</policies>",
);
write(
  "b/global.xml",
  "<policies>\n  <inbound>\n    <set-variable name='v' value='s3cret-key' />\n  </inbound>\n  <backend><forward-request /></backend>\n</policies>",
);
const a = write("a/gateway.yaml", gateway(5));
const b = write("b/gateway.yaml", gateway(6));
const version = ["--header", "X-Version: 1"];

describe("turnpike explain", () => {
  it("prints the pipeline in execution order, with file, line and scope", async () => {
    const { code, out } = await turnpike("explain", a, "GET /payments/accounts", "--product", "premium", ...version);
    expect(code).toBe(0);
    const lines = out.split("\n").map((line) => line.trim().replace(/\s+/g, " ").replaceAll(`${folder}/`, ""));
    expect(lines).toEqual([
      "GET /payments/accounts",
      "API payments, version 1, revision 1; operation list",
      "product: premium",
      "service URL: http://127.0.0.1:9001/",
      "",
      "inbound",
      '<set-variable name="v" value="***"> a/global.xml:3 global',
      '<rate-limit calls="5" renewal-period="60"> a/gateway.yaml:19 product',
      '<set-header name="X-Key" exists-action="override"> a/gateway.yaml:12 api',
      "<value> {{key}} a/gateway.yaml:13 api",
      "",
      "backend",
      "<forward-request> a/global.xml:5 global",
      "",
      "outbound",
      "nothing",
      "",
      "on-error",
      "nothing",
    ]);
  });

  it("tells of other products, and takes a folder", async () => {
    const { out } = await turnpike("explain", dirname(a), "GET /payments/accounts", ...version);
    expect(out).toContain("product: none (also in premium: --product)");
    expect(out).not.toContain("rate-limit");
  });

  it("prints one object with --json", async () => {
    const { out } = await turnpike("explain", a, "GET /payments/accounts", "--json", ...version);
    expect(out.split("\n")).toHaveLength(1);
    const data = JSON.parse(out) as { inbound: { name: string }[] };
    expect(data).toMatchObject({
      api: { id: "payments" },
      operation: { id: "list" },
      url: "/payments/accounts",
      product: null,
      products: ["premium"],
    });
    expect(data.inbound.map((policy) => policy.name)).toEqual(["set-variable", "set-header"]);
    expect(out).not.toContain("s3cret-key");
  });

  it("says where nothing answers, and what is wrong", async () => {
    expect(await turnpike("explain", a, "GET /payments/accounts")).toMatchObject({
      code: 1,
      err: "No operation answers GET /payments/accounts: 404.",
    });
    const broken = write(
      "broken/gateway.yaml",
      "apis: { a: { path: a, serviceUrl: nowhere, operations: { o: { method: GET, urlTemplate: / } } } }",
    );
    const { code, out, err } = await turnpike("explain", broken, "GET /a");
    expect(code).toBe(1);
    expect(out).toContain("GET /a/");
    expect(err).toContain("TP3005");
  });

  it.each([
    [["explain", a], "needs a configuration and a request"],
    [["explain", a, "/payments"], `Invalid request '/payments': expected method and path, such as "GET /payments/accounts".`],
    [["explain", a, "GET payments"], "Invalid request 'GET payments': expected method and path"],
    [["explain", a, "GET /payments/accounts", "--product", "gold", ...version], "not in a product gold.\nIt is in premium."],
    [
      ["explain", a, "GET /x", "--header", "nothing"],
      `Invalid header 'nothing': expected name and value, such as "X-Version: 2".`,
    ],
    [["explain", join(folder, "none.yaml"), "GET /x"], "no such file"],
    [["explain", join(folder, "broken"), "GET /x", "--environment", "prod"], "goes with an APIOps folder"],
    [["diff", a], "needs two configurations"],
    [["diff", a, folder], "holds no configuration"],
  ])("%j is a wrong call", async (args, message) => {
    const { code, err } = await turnpike(...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});

describe("turnpike diff", () => {
  it("says how operations differ, and exits 1", async () => {
    const { code, out } = await turnpike("diff", a, b);
    expect(code).toBe(1);
    expect(out.replaceAll(`${folder}/`, "")).toBe(`~ GET /payments/accounts  (payments;rev=1, list)
    pipeline with premium:
      - inbound <rate-limit calls="5" renewal-period="60">  a/gateway.yaml:19 product
      + inbound <rate-limit calls="6" renewal-period="60">  b/gateway.yaml:19 product

Operations: 1 changed, 0 added, 0 removed.`);
  });

  it("exits 0 where nothing differs", async () => {
    expect(await turnpike("diff", a, a)).toMatchObject({ code: 0, out: "No operation differs." });
    expect(await turnpike("diff", a, a, "--json")).toMatchObject({ code: 0, out: "" });
  });

  it("prints one object an operation with --json", async () => {
    const { code, out } = await turnpike("diff", a, b, "--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ change: "changed", operation: "list", pipelines: [{ products: ["premium"] }] });
  });
});

describe("APIOps folders", () => {
  const files = (value: string) => {
    write(`${value}/apis/a/apiInformation.json`, {
      properties: { path: "a", subscriptionRequired: false, serviceUrl: "https://a.internal" },
    });
    write(`${value}/apis/a/specification.yaml`, "openapi: 3.0.1\ninfo: {}\npaths: { /x: { get: { operationId: get } } }");
    write(
      `${value}/apis/a/policy.xml`,
      `<policies><inbound><base /><set-variable name="v" value="${value}" /></inbound></policies>`,
    );
    write(`${value}/configuration.prod.yaml`, "apis: [{ name: a, properties: { serviceUrl: 'https://prod.internal' } }]");
    write(`${value}/diagnostics/d/diagnosticInformation.json`, { properties: { loggerId: "/loggers/gone" } });
    return join(folder, value);
  };
  const old = files("old");
  const now = files("new");

  it("are explained and compared", async () => {
    expect((await turnpike("explain", old, "GET /a/x")).out).toContain("old/apis/a/policy.xml:1 api");
    expect((await turnpike("explain", old, "GET /a/x", "--environment", "prod")).out).toContain(
      "service URL: https://prod.internal/",
    );
    expect((await turnpike("diff", old, now)).out).toContain('+ inbound <set-variable name="v" value="new">');
  });

  it("are checked as a whole", async () => {
    const { code, out } = await turnpike("check", old);
    expect(code).toBe(0);
    expect(out).toContain("warning TP3002 There is no logger gone.");
    expect(out).toContain("1 of 1 configurations compile.");
    expect((await turnpike("check", old, "--quiet")).out).toBe("1 of 1 configurations compile.");
    write("old/apis/a/operations/other/policy.xml", "<policies />");
    const wrong = await turnpike("check", old, a, "--json");
    expect(wrong.code).toBe(1);
    const [first, second] = wrong.out.split("\n").map((line) => JSON.parse(line) as { diagnostics: object[] });
    expect(first).toMatchObject({ file: old, ok: false, kind: "configuration" });
    expect(first!.diagnostics.at(-2)).toMatchObject({
      code: "TP3004",
      file: expect.stringContaining("operations/other/policy.xml"),
    });
    expect(second).toMatchObject({ file: a, ok: true, kind: "configuration" });
  });
});
