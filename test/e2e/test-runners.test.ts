import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { turnpike } from "../adapters/cli/support.js";
import { repository, run, succeed } from "./packed/project.js";

// Other programs do the work, and other tests run beside them.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const modules = join(repository, "node_modules");
const tool = (name: string): string => join(modules, ".bin", name);

/** The example as it is, and with a policy that does something else. */
const folders = { right: copy("right"), wrong: copy("wrong") };

function copy(name: string): string {
  const folder = mkdtempSync(join(repository, `test/e2e/.runners-${name}-`));
  cpSync(join(repository, "docs/examples/testing"), folder, { recursive: true });
  symlinkSync(modules, join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  return folder;
}

beforeAll(async () => {
  const policy = join(folders.wrong, "policies/orders.xml");
  const text = readFileSync(policy, "utf8");
  const changes = [
    ['httpcode="401"', 'httpcode="403"'],
    ["Say who you are.", "No."],
    ["<value>turnpike</value>", "<value>other</value>"],
    ['calls="2"', 'calls="3"'],
    ["== 503", "== 504"],
  ] as const;
  const changed = changes.reduce((all, [before, after]) => all.replace(before, after), text);
  for (const [before] of changes) expect(text).toContain(before);
  writeFileSync(policy, changed);
  await succeed(repository, tool("tsc"), "-b");
});
afterAll(() => {
  for (const folder of Object.values(folders)) rmSync(folder, { recursive: true });
});

/** How each runner is called, in its folder of the example; what it says of five tests that pass, and of as many that fail. */
const runners: readonly [string, string[], passed: RegExp, failed: RegExp][] = [
  [
    "vitest",
    [join(modules, "vitest/vitest.mjs"), "run", "--config", "vitest.config.ts", "--no-color"],
    /Tests {2}5 passed/,
    /Tests {2}5 failed/,
  ],
  ["jest", ["--experimental-vm-modules", join(modules, "jest/bin/jest.js"), "--ci"], /Tests: +5 passed/, /Tests: +5 failed/],
  ["node", ["--test", "orders.test.mjs"], /# pass 5|pass 5\b/, /# fail 5|fail 5\b/],
];

describe.each(runners)("the kit in %s", (name, call, passed, failed) => {
  it("passes", async () => {
    const { code, output } = await run(join(folders.right, name), process.execPath, ...call);
    expect(output).toMatch(passed);
    expect(code).toBe(0);
  });

  it("says what is not as expected, who answered, and how bodies differ", async () => {
    const { code, output: printed } = await run(join(folders.wrong, name), process.execPath, ...call);
    const output = printed.replaceAll('\\"', '"');
    expect(output).toMatch(failed);
    expect(code).not.toBe(0);
    for (const said of [
      "expected the outcome to refuse:",
      "status is 403, expected 401: check-header HeaderNotFound Header X-Tenant was not found",
      /answered by check-header at \S*policies\/orders\.xml:4:9/,
      /-\s+"message": "Say who you are\."\n[^"]*\+\s+"statusCode": 403,\n[^"]*\+\s+"message": "No\."/,
      'backend.request header X-Gateway is "other", expected "turnpike"',
      "expected the outcomes to count so:",
      "3 answers have the status 200, expected 2",
      "backend got 1 calls, expected 3: GET https://backend.example/orders",
    ])
      expect(output).toMatch(typeof said === "string" ? new RegExp(said.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : said);
  });
});

it("the examples of other pages pass in node:test", async () => {
  const { code, output } = await run(join(folders.right, "node"), process.execPath, "--test");
  expect(output).toMatch(/fail 0\b/);
  expect(code).toBe(0);
});

/** The pages whose examples these are, and the code on them. */
const pages = ["test-in-five-minutes", "testing-with-vitest", "testing-time"];

it.each(pages)("what the page %s shows stands in the example", (page) => {
  const text = readFileSync(join(repository, `docs/guides/${page}.md`), "utf8");
  const blocks = [...text.matchAll(/^```(?:xml|yaml|ts|js)\n(.*?)^```/gms)].map(([, block]) => block!.trimEnd());
  expect(blocks.length).toBeGreaterThan(1);
  const files = readdirSync(join(repository, "docs/examples/testing"), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
  expect(blocks.filter((block) => !files.some((file) => file.includes(block)))).toEqual([]);
});

it("and its test files pass", async () => {
  const { code, out } = await turnpike("test", folders.right);
  expect(out).toContain("6 passed, 0 failed");
  expect(code).toBe(0);
});

it("types of the matchers are known to vitest's expect", async () => {
  const folder = join(folders.right, "vitest");
  await succeed(folder, tool("tsc"), "-p", ".");
  const file = join(folder, "orders.test.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace("status: 401", 'status: "401"'));
  expect((await run(folder, tool("tsc"), "-p", ".")).output).toContain("Type 'string' is not assignable to type 'number'");
});
