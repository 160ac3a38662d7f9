import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { turnpike } from "./support.js";

const configuration = (method: string): string => `apis:
  orders:
    path: orders
    serviceUrl: https://orders.internal
    subscriptionRequired: false
    policy: { file: ./orders.xml }
    operations: { list: { method: ${method}, urlTemplate: / } }
`;
const policies = (inbound: string): string =>
  `<policies>\n  <inbound>\n    <base />\n    ${inbound}\n  </inbound>\n  <backend>\n    <base />\n  </backend>\n  <outbound>\n    <base />\n  </outbound>\n  <on-error>\n    <base />\n  </on-error>\n</policies>\n`;
const check = '<check-header name="X-A" failed-check-httpcode="401" failed-check-error-message="no" ignore-case="true" />';
const tests = (status: number): string => `gateway: ./gateway.yaml
tests:
  - name: a call without the header
    request: { method: GET, url: "https://api.example/orders/" }
    expect: { status: ${status} }
`;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "turnpike-gate-"));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function project(name: string, files: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return join(folder, "gateway.yaml");
}

describe("turnpike gate", () => {
  it("lets a sound configuration pass, and tells what differs", async () => {
    const base = project("base", { "gateway.yaml": configuration("GET"), "orders.xml": policies("") });
    const sound = project("sound", {
      "gateway.yaml": configuration("GET"),
      "orders.xml": policies(check),
      "orders.policy-test.yaml": tests(401),
    });
    const { code, out } = await turnpike("gate", sound, "--base", base);
    expect(code).toBe(0);
    expect(out).toContain("| tests | ✅ | 1 passed, 0 failed |");
    expect(out).toContain("1 operations changed, 0 added, 0 removed");
    expect(out).toContain("`+inbound check-header`");
  });

  it.each([
    ["a test fails", { "orders.policy-test.yaml": tests(200) }, [], "| tests | ❌ |"],
    ["too little is covered", { "orders.policy-test.yaml": tests(401) }, ["--coverage-min", "100"], "| coverage | ❌ |"],
    ["there are no tests and some are required", {}, ["--require-tests"], "| tests | ❌ | there are none |"],
    [
      "a finding is an error",
      { "orders.xml": policies('<authentication-basic username="a" password="n0t-A-real-Pa55word" />') },
      [],
      "**error**",
    ],
    ["it does not load", { "orders.xml": policies("<no-such-policy />") }, [], "TP2002"],
  ] as const)("fails where %s", async (name, files, options, said) => {
    const path = project(name.replaceAll(" ", "-"), {
      "gateway.yaml": configuration("GET"),
      "orders.xml": policies(check),
      ...files,
    });
    const { code, out } = await turnpike("gate", path, ...options);
    expect(code).toBe(1);
    expect(out).toContain(said);
  });

  it("--json gives the report as one object, --output a file", async () => {
    const path = project("json", {
      "gateway.yaml": configuration("GET"),
      "orders.xml": policies(check),
      "orders.policy-test.yaml": tests(401),
    });
    const output = join(root, "report.json");
    const { out } = await turnpike("gate", path, "--json", "--output", output);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      lint: { ok: true },
      tests: { ok: true, passed: 1, skipped: 0, failures: [] },
      coverage: { ok: true, least: null },
      diff: null,
    });
    expect(JSON.parse(readFileSync(output, "utf8"))).toEqual(JSON.parse(out));
  });

  it("wants one configuration", async () => {
    expect((await turnpike("gate")).code).toBe(2);
  });
});
