import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { read } from "./documents.js";

const script = fileURLToPath(new URL("../../scripts/prepack.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "turnpike-prepack-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "index.js"), "");

/** What the guard says of a package with one entry and one dependency, as the package manager that packs runs it. */
function guard(entry: string, version: string, packer: string): { code: number | null; said: string } {
  const manifest = { name: "p", exports: { ".": { default: entry }, "./all/*": "./all/*" }, dependencies: { d: version } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const env = { ...process.env, npm_config_user_agent: `${packer}/10.0.0 node/v20` };
  const { status, stderr } = spawnSync(process.execPath, [script], { cwd: folder, env, encoding: "utf8" });
  return { code: status, said: stderr };
}

describe("the guard before packing", () => {
  it.each(["core", "adapters", "expressions"])("stands before packing %s", (name) => {
    const { scripts } = JSON.parse(read(`packages/${name}/package.json`)) as { scripts: Record<string, string> };
    expect(scripts["prepack"]).toBe("node ../../scripts/prepack.mjs");
  });

  it.each([
    ["./index.js", "^1.0.0", "npm", ""],
    ["./index.js", "workspace:*", "pnpm", ""],
    ["./index.js", "workspace:*", "npm", "Invalid dependencies of p: d have no version."],
    ["./index.js", "catalog:", "npm", "Invalid dependencies of p: d have no version."],
    ["./dist/index.js", "^1.0.0", "pnpm", "Missing files of p: ./dist/index.js."],
  ])("says of %s with a dependency of %s, packed by %s: %s", (entry, version, packer, expected) => {
    const { code, said } = guard(entry, version, packer);
    expect(code).toBe(expected === "" ? 0 : 1);
    expect(said).toContain(expected);
    if (expected === "") expect(said).toBe("");
  });
});
