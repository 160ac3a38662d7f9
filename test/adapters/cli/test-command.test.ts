import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-test-"));
const file = join(folder, "a.policy-test.yaml");

beforeAll(() =>
  writeFileSync(
    file,
    `policy: |
  <policies><inbound><base /><set-body>@("line 1\\nline 2")</set-body></inbound><backend><base /></backend></policies>
tests:
  - { name: passes, request: { url: "https://a.example/" }, expect: { status: 200 } }
  - { name: fails, request: { url: "https://a.example/" }, expect: { status: 201 } }
  - { name: fails as well, request: { url: "https://a.example/" }, expect: { backend: { calls: 2 } } }
  - { name: waits, skip: no backend yet, request: { url: "https://a.example/" }, expect: { status: 200 } }
`,
  ),
);
afterAll(() => rmSync(folder, { recursive: true }));

it("shows the line of an expectation that fails, and who answered", async () => {
  const { code, out } = await turnpike("test", file);
  expect(code).toBe(1);
  expect(out).toContain("✓ passes");
  expect(out).toContain(
    `✗ fails\n      status is 200, expected 201\n      ${file}:5:70 | - { name: fails, request: { url: "https://a.example/" }, expect: { status: 201 } }\n      answered by backend`,
  );
  expect(out).toContain("- waits (skipped: no backend yet)");
  expect(out).toMatch(/1 passed, 2 failed, 1 skipped \(\d+ ms\)$/);
  expect(out).not.toContain("set-body (inbound");
});

it("shows with --verbose what the request came to", async () => {
  const { out } = await turnpike("test", "--verbose", file);
  expect(out).toContain(`set-body (inbound api ${file}:2:30): continue`);
  expect(out).toMatch(/forward-request \(backend global .*\): continue/);
});

it("stops at the first failure with --bail", async () => {
  const { out } = await turnpike("test", "--bail", file);
  expect(out).toContain("✗ fails");
  expect(out).not.toContain("fails as well");
});

it("fails where no test's name holds the text of -t", async () => {
  const { code, err } = await turnpike("test", "-t", "nothing like it", file);
  expect(code).toBe(1);
  expect(err).toBe("No test's name holds 'nothing like it'.");
  expect((await turnpike("test", "-t", "passes", file)).code).toBe(0);
});

it("prints one object a test with --json, and who answered a failed one", async () => {
  const { out } = await turnpike("test", "--json", file);
  const lines = out.split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({ file, test: "passes", ok: true, failures: [], line: 4, details: [] });
  expect(lines[1]).toMatchObject({
    test: "fails",
    ok: false,
    failures: ["status is 200, expected 201"],
    details: [{ line: 5, column: 70, answeredBy: { policy: "backend", place: null } }],
  });
  expect(lines[3]).toMatchObject({ skipped: "no backend yet", ok: true });
  expect(JSON.stringify(lines)).not.toContain('"steps"');
});

it("writes JUnit with files and lines", async () => {
  const to = join(folder, "junit.xml");
  await turnpike("test", "--reporter", "junit", "-o", to, file);
  const xml = readFileSync(to, "utf8");
  expect(xml).toContain('tests="4" failures="2" skipped="1"');
  expect(xml).toMatch(
    /name="fails" file="[^"]*" line="5"[^>]*>\n {6}<failure message="status is 200, expected 201">[^<]*:5:70 status is 200/,
  );
  expect(xml).toContain('<skipped message="no backend yet" />');
});

it("gives the same output each time", async () => {
  const without = (text: string): string => text.replace(/\(\d+ ms\)/g, "");
  const [one, other] = [await turnpike("test", file), await turnpike("test", file)];
  expect(without(one.out)).toBe(without(other.out));
});
