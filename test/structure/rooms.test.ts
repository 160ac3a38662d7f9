import { describe, expect, it } from "vitest";
import { circlesOf, importsOf, type SourceFile, sourceFiles } from "./imports.js";
import { fileCircles, type PackageName, rooms, upwardArrows } from "./rooms.js";

const names = Object.keys(rooms) as PackageName[];
const sources = new Map(names.map((name) => [name, sourceFiles(name)]));

/** The room that a file stands in: its folder, or the file itself beside them. */
const roomOf = (file: string): string => file.split("/", 1)[0]!;

const byFirst = ([a]: readonly string[], [b]: readonly string[]): number => a!.localeCompare(b!);

/** Arrows between rooms, each with the imports behind it. */
function arrowsOf(files: readonly SourceFile[]): Map<string, { from: string; to: string; imports: string[] }> {
  const arrows = new Map<string, { from: string; to: string; imports: string[] }>();
  for (const file of files)
    for (const target of file.files) {
      const from = roomOf(file.name);
      const to = roomOf(target);
      if (from === to) continue;
      const arrow = arrows.get(`${from} → ${to}`) ?? { from, to, imports: [] };
      arrow.imports.push(`${file.name} → ${target}`);
      arrows.set(`${from} → ${to}`, arrow);
    }
  return arrows;
}

describe.each(names)("%s", (name) => {
  const files = sources.get(name)!;
  const order: readonly string[] = rooms[name];
  const arrows = arrowsOf(files);

  it("has the rooms of the table and no others", () => {
    expect([...new Set(files.map((file) => roomOf(file.name)))].sort()).toEqual([...order].sort());
  });

  it("imports only from the rooms below", () => {
    const upward = [...arrows].filter(([arrow, { from, to }]) => {
      return order.indexOf(to) > order.indexOf(from) && !upwardArrows[name].includes(arrow);
    });
    expect(upward.flatMap(([, { imports }]) => imports)).toEqual([]);
  });

  it("excepts no arrow that is not there", () => {
    expect(upwardArrows[name].filter((arrow) => !arrows.has(arrow))).toEqual([]);
  });

  it("has the circles of files that are named, and no others", () => {
    const circles = circlesOf(new Map(files.map((file) => [file.name, file.files])));
    expect(circles.sort(byFirst)).toEqual(fileCircles[name].map((circle) => [...circle.files]).sort(byFirst));
  });

  it("knows only the packages below it", () => {
    const below = names.slice(0, names.indexOf(name));
    const known = new Set(files.flatMap((file) => file.packages));
    expect([...known].filter((other) => !(below as readonly string[]).includes(other))).toEqual([]);
  });
});

it.each(names)("%s needs no exception for its rooms", (name) => {
  expect(upwardArrows[name]).toEqual([]);
});

it.each(["core", "adapters"] as const)("%s needs no exception for its files", (name) => {
  expect(fileCircles[name]).toEqual([]);
});

describe("the reading of imports", () => {
  it.each([
    ['import { a } from "./a.js";', ["./a.js"]],
    ['import type { A } from "./a.js";', ["./a.js"]],
    ['import "./a.js";', ["./a.js"]],
    ['export { a } from "./a.js"; export * from "./b.js";', ["./a.js", "./b.js"]],
    ['type A = import("./a.js").A;', ["./a.js"]],
    ['const a = await import("./a.js");', ["./a.js"]],
    ['// import { a } from "./a.js";\nconst text = "import(\\"./a.js\\")";', []],
  ])("finds what %s names", (text, wanted) => {
    expect(importsOf("a.ts", text)).toEqual(wanted);
  });

  it.each([
    ["a chain", { a: ["b"], b: ["c"], c: [] }, []],
    ["a circle", { a: ["b"], b: ["c"], c: ["a"] }, [["a", "b", "c"]]],
    [
      "two circles with a bridge",
      { a: ["b"], b: ["a", "c"], c: ["d"], d: ["c"] },
      [
        ["c", "d"],
        ["a", "b"],
      ],
    ],
  ])("finds the circles of %s", (_what, graph, wanted) => {
    expect(circlesOf(new Map(Object.entries(graph)))).toEqual(wanted);
  });
});
