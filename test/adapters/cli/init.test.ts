import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { turnpike } from "./support.js";

const folder = mkdtempSync(join(tmpdir(), "turnpike-init-"));
afterAll(() => rmSync(folder, { recursive: true }));

const FILES = ["gateway.yaml", "policies/hello.xml", "tests/hello.policy-test.yaml", ".github/workflows/policies.yaml"];

it("turnpike init writes a project whose tests pass and whose gate is green", async () => {
  const project = join(folder, "new");
  const { code, out } = await turnpike("init", project);
  expect(code).toBe(0);
  for (const file of FILES) expect(out).toContain(`wrote ${join(project, file)}`);
  expect(out).toContain(`turnpike run ${join(project, "gateway.yaml")} --watch`);
  expect(await turnpike("test", join(project, "tests"))).toMatchObject({ code: 0, err: "" });
  expect((await turnpike("gate", join(project, "gateway.yaml"), "--require-tests")).code).toBe(0);
});

it("turnpike init keeps what is there", async () => {
  const project = join(folder, "old");
  await turnpike("init", project);
  writeFileSync(join(project, "gateway.yaml"), "mine");
  rmSync(join(project, "policies/hello.xml"));
  const { code, out } = await turnpike("init", project, "--json");
  expect(code).toBe(0);
  expect(out.split("\n").map((line) => JSON.parse(line) as unknown)).toEqual(
    FILES.map((file) => ({ file: join(project, file), written: file === "policies/hello.xml" })),
  );
  expect(readFileSync(join(project, "gateway.yaml"), "utf8")).toBe("mine");
});

it.each([
  [["init", "a", "b"], "'init' takes one folder."],
  [["init", join(folder, "old/gateway.yaml")], "expected a folder, or a name that is free."],
])("%j is refused", async (args, message) => {
  const { code, err } = await turnpike(...args);
  expect([code, err.includes(message)]).toEqual([2, true]);
});
