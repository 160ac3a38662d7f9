import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type PackageName, rooms } from "./rooms.js";

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const page = read("docs/architecture.md");

describe.each(Object.keys(rooms) as PackageName[])("the page of the architecture, on %s", (name) => {
  it("shows its rooms in their order", () => {
    const block = page.split(`    packages/${name}/src/\n`, 2)[1]!.split("\n\n", 1)[0]!;
    const shown = [...block.matchAll(/^ {6}([a-z-]+)(?:\/|\.ts) /gm)].map(([, room]) => room!);
    expect(shown).toEqual(rooms[name]);
  });

  it("shows what it depends on", () => {
    const row = page.split("\n").find((line) => line.startsWith(`| packages/${name} `))!;
    const shown = [...row.split("|")[4]!.matchAll(/`([^`]+)`/g)].map(([, dependency]) => dependency!);
    const manifest = JSON.parse(read(`packages/${name}/package.json`)) as { dependencies: Record<string, string> };
    const foreign = Object.keys(manifest.dependencies).filter((key) => !key.startsWith("@turnpike/"));
    expect(shown.sort()).toEqual(foreign.sort());
  });
});
