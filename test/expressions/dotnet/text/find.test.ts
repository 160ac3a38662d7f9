import { findLastText, findText, replaceAllText, splitText } from "@turnpike/expressions/values";
import { describe, expect, test } from "vitest";
import { evaluate } from "../csharp-table.js";

function expectReplaced(text: string, value: string, by: string): void {
  const parts = text.split(value);
  let places = 0;
  const replaced = replaceAllText(text, value, by, (count) => {
    places = count;
  });
  expect(replaced).toBe(parts.join(by));
  expect(places).toBe(parts.length - 1);
}

describe("long searches", () => {
  const text = `${"ab".repeat(60_000)}c${"ba".repeat(60_000)}`;

  test.each([
    "ab".repeat(100),
    "ba".repeat(100),
    `${"ab".repeat(100)}c`,
    `b${"ab".repeat(100)}c${"ba".repeat(50)}`,
    `c${"ba".repeat(100)}`,
    `${"ab".repeat(100)}d`,
    "a".repeat(200),
  ])("find what the engine finds (%#)", (value) => {
    expect(findText(text, value)).toBe(text.indexOf(value));
    expect(findText(text, value, 70_001)).toBe(text.indexOf(value, 70_001));
    expect(findLastText(text, value)).toBe(text.lastIndexOf(value));
    expect(findLastText(text, value, 70_001)).toBe(text.lastIndexOf(value, 70_001));
    expect(splitText(text, value)).toEqual(text.split(value));
    expectReplaced(text, value, "$&");
  });

  // Places at, before and across the edges of the windows that a long text is searched in.
  const edges = [0, 1, 65_534, 65_535, 65_536, 65_537, 65_600, 131_071, 131_072, 140_000, 199_990];
  const marked = (mark: string) => {
    let made = "";
    for (const edge of edges) made = made.padEnd(edge, "xy") + mark;
    return made.padEnd(200_000, "xy");
  };
  test.each(["!", "!?", "x!", "yx", "xyxyx", "!!!!!", "absent", "é中", `${"xy".repeat(75)}!`])(
    "find %s at every edge",
    (value) => {
      const long = marked(value);
      expect(splitText(long, value)).toEqual(long.split(value));
      expectReplaced(long, value, "<>");
      for (const from of [-5, 0, 1, ...edges, 199_999, 200_000, 300_000]) {
        expect(findText(long, value, from)).toBe(long.indexOf(value, from));
        expect(findLastText(long, value, from)).toBe(long.lastIndexOf(value, from));
      }
    },
  );

  const all = "a".repeat(1_000_000);
  // Each takes an engine's own search minutes.
  const trap = `${"a".repeat(250)}b${"a".repeat(500_000)}`;

  test("end soon, whatever the pattern", () => {
    expect(findText(all, trap)).toBe(-1);
    expect(findLastText(all, trap)).toBe(-1);
    expect(splitText(all, trap)).toHaveLength(1);
  });

  test.each(["IndexOf", "LastIndexOf", "Contains"])("end soon in String.%s", (member) => {
    const source = `@((new string('a', 1000000)).${member}(new string('a', 250) + "b" + new string('a', 500000)))`;
    expect(evaluate(source)).toBe(member === "Contains" ? "False" : "-1");
  });
});

describe("texts that pattern matching is slow on", () => {
  test.each([
    [`@{ double d; return double.TryParse("1" + new string('0', 500000) + "1x", out d); }`, "False"],
    [
      `@{ decimal d; return decimal.TryParse("0." + new string('0', 500000) + "1", out d) + " " + d; }`,
      "True 0.0000000000000000000000000000",
    ],
    [`@{ bool b; return bool.TryParse("x" + new string(' ', 500000) + "x", out b); }`, "False"],
    [`@{ DateTime d; return DateTime.TryParse("x" + new string((char)0, 500000) + "x", out d); }`, "False"],
    [`@{ TimeSpan d; return TimeSpan.TryParse(new string('1', 500000) + "x", out d); }`, "False"],
    [`@{ Guid d; return Guid.TryParse("{" + new string(' ', 500000) + "}", out d); }`, "False"],
  ])("%s", (source, value) => {
    expect(evaluate(source)).toBe(value);
  });
});
