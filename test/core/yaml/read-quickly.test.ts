import { describe, expect, it } from "vitest";
import { readQuickly } from "#core/yaml/read-quickly.js";
import { readYaml } from "#core/yaml/read-shaped.js";

/** Values that readers of YAML disagree about, and what documents of APIs are full of. */
const values = [
  "yes",
  "No",
  "on",
  "true",
  "True",
  "TRUE",
  "null",
  "Null",
  "~",
  "",
  "0o17",
  "017",
  "0x1F",
  "1_000",
  "1e3",
  "1.0",
  "-.5",
  ".inf",
  "-.INF",
  ".nan",
  "2020-01-01",
  "2020-01-01T00:00:00Z",
  "12:30:45",
  "0b11",
  "+1",
  "1.",
  "'it''s'",
  '"a\\u00e9\\n"',
  "a: b",
  "[a, 'b', 1]",
  "{ a: 1, b: [true] }",
  "|\n    line\n\n    more\n",
  ">-\n    folded\n    text\n",
  "plain\n    goes on",
  "# only a comment",
  "a # comment",
  "'*/*'",
  "a & b",
  "a*b",
  "!!str 5",
  "!!int '5'",
  "=",
  "<<",
];

describe("the quick reader", () => {
  it.each(values.map((value) => `key: ${value}\n`))("reads %j as the exact one does", (text) => {
    const exact = readYaml(text, "f");
    const quick = readQuickly(text, "f");
    expect(quick.data).toEqual(exact.data);
    expect(quick.diagnostics).toEqual(exact.diagnostics);
    expect(quick.placeOf(["key"])).toEqual(exact.placeOf(["key"]));
  });

  it.each([
    "a: 1\na: 2\n",
    "a: [1\n",
    "a: *nothing\n",
    "a: &x 1\nb: *x\n",
    "- a\n- b: c\n  d: e\n",
    "\t- tab",
    "{}",
    "",
    "a\n---\nb\n",
    '{"a": {"b": [1, null, "\\ud83d\\ude00"]}}',
    "__proto__: { polluted: true }\n",
    "1: one\ntrue: yes\n",
    "? [complex]\n: value\n",
    "%YAML 1.2\n---\na: 1\n...\n",
    "\ufeffa: 1\n",
  ])("tells of %j what the exact one tells", (text) => {
    const exact = readYaml(text, "f");
    const quick = readQuickly(text, "f");
    expect(quick.data).toEqual(exact.data);
    expect(quick.diagnostics).toEqual(exact.diagnostics);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("does not grow without bounds by aliases", () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) => `a${i}: &a${i} [${i === 0 ? "x" : Array.from({ length: 10 }, () => `*a${i - 1}`).join(",")}]`,
    );
    expect(readQuickly(bomb.join("\n"), "f").diagnostics).toHaveLength(1);
  });
});
