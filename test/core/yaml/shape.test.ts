import { describe, expect, it } from "vitest";
import { readShaped } from "#core/yaml/read-shaped.js";
import { either, list, map, number, object, text, word } from "#core/yaml/shape.js";
import { asOnReference } from "../../measure.js";

const shape = object(
  { name: text, kind: word("a", "b"), limits: list(object({ calls: number }, "calls")), any: either(text, map(number)) },
  "name",
);

describe("shapes", () => {
  it.each([
    ["name: x\nkind: a\nlimits: [ { calls: 1 } ]", []],
    ['{"name": "x", "any": {"k": 1}}', []],
    ["nam: x", ['1:1 Unknown key "nam".', '1:1 The file needs the key "name".']],
    ["name: x\nlimits:\n  - { call: 1 }", ['3:7 Unknown key "call" in limits[0].', '3:5 limits[0] needs the key "calls".']],
    ["name: x\nkind: c", ["2:7 kind must be one of a, b."]],
    ["name: x\nany: [1]", ["2:6 any must be text or a mapping."]],
    ["name: [", ["1:8"]],
    ["", ["1:1 The file must be a mapping."]],
  ])("%j", (source, expected) => {
    const found = readShaped(source, "f.yaml", shape).diagnostics.map(
      (finding) => `${finding.line}:${finding.column} ${finding.message}`,
    );
    expect(found).toHaveLength(expected.length);
    expected.forEach((one, i) => expect(found[i]).toContain(one));
  });

  it("knows where the parts stand", () => {
    const document = readShaped("name: x\nlimits:\n  - { calls: 1 }\n", "f.yaml", shape);
    expect(document.placeOf(["limits", 0])).toEqual({ line: 3, column: 5 });
    expect(document.placeOf(["name"])).toEqual({ line: 1, column: 1 });
  });

  it("does not take bait for aliases without end", () => {
    const bomb = `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? "a" : `b${i - 1}`}, *${i === 0 ? "a" : `b${i - 1}`}]`).join("\n")}`;
    expect(readShaped(bomb, "f.yaml", { kind: "any" }).diagnostics).toHaveLength(1);
  });

  const deep = 100_000;
  it.each([
    ["brackets that are never closed", "[".repeat(deep)],
    ["lists", "[".repeat(deep) + "]".repeat(deep)],
    ["mappings", "{a: ".repeat(deep) + "}".repeat(deep)],
    ["mappings as JSON has them", `${'{"a":'.repeat(deep)}1${"}".repeat(deep)}`],
    ["a part of the file", `name: x\nany: ${"[".repeat(deep)}`],
    ["lists without brackets", `${"- ".repeat(deep)}a`],
    ["lists behind another fault", `name: x: y\n${"[".repeat(deep)}${"]".repeat(deep)}`],
    ["lists that would be deep enough to use the stack up", "[".repeat(2_000) + "]".repeat(2_000)],
  ])("says of what is nested too deep that it is, at once: %s", async (_name, source) => {
    const started = process.cpuUsage();
    const { data, diagnostics } = readShaped(source, "f.yaml", { kind: "any" });
    const { user } = process.cpuUsage(started);
    expect([data, diagnostics.map(({ code, message }) => `${code} ${message}`)]).toEqual([
      null,
      ["TP4001 Lists and mappings are nested more than 400 levels deep."],
    ]);
    expect(await asOnReference(user / 1e3)).toBeLessThan(1_000);
  });

  it("reads what is nested as deep as that", () => {
    const levels = 350;
    expect(readShaped("[".repeat(levels) + "]".repeat(levels), "f.yaml", { kind: "any" }).diagnostics).toEqual([]);
  });
});
