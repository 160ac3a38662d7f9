import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { repository, run, succeed } from "./packed/project.js";

// Other programs do the work, and other tests run beside them.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** The example in a folder of its own, whose packages are those of the repository. */
const folder = mkdtempSync(join(repository, "test/e2e/.own-policy-"));
const tool = (name: string): string => join(repository, "node_modules/.bin", name);

beforeAll(async () => {
  cpSync(join(repository, "docs/examples/own-policy"), folder, { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  await succeed(repository, tool("tsc"), "-b");
});
afterAll(() => rmSync(folder, { recursive: true }));

it("the example of an own policy compiles, and its tests pass", async () => {
  await succeed(folder, tool("tsc"));
  const { code, output } = await run(folder, process.execPath, "--test", "dist/test/require-tenant.test.js");
  expect(output).toMatch(/pass 5\b/);
  expect(code).toBe(0);
});
