import { describe, expect, test } from "vitest";
import { compileExpression, defaultLimits, LimitError } from "#expressions/index.js";
import { exceptionOf } from "../csharp-table.js";

/** The limit that an evaluation reaches, on a clock that moves a millisecond at each look. */
function limitOf(source: string, limits = {}): string {
  const { expression, diagnostics } = compileExpression(source, { limits: { ...defaultLimits, ...limits } });
  if (expression === null) throw new Error(diagnostics[0]?.message);
  let now = 0;
  try {
    expression.evaluate([], { now: () => 0, randomBytes: (length) => new Uint8Array(length), elapsed: () => now++ });
  } catch (error) {
    if (error instanceof LimitError) return error.limit;
    throw error;
  }
  return "none";
}

const text = `new string('a', 60) + "!"`;

describe("patterns that backtrack without end are stopped", () => {
  test.each([
    "(a+)+$",
    "(a|a)*$",
    "(a|aa)+$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?:a*)*$b",
    "(.*a){25}b",
    "(?=(a+)+$)b",
    "(?<=^x(a+)+)!",
    "(?>(a+)+b)",
  ])("%s", (pattern) => {
    expect(limitOf(`@(Regex.IsMatch(${text}, @"${pattern}"))`, { steps: 1e12, time: 1e9, regexTime: 20 })).toBe("regex");
  });

  test("by the steps of the whole evaluation where those are fewer", () => {
    expect(limitOf(`@(Regex.IsMatch(${text}, "(a+)+$"))`, { steps: 50_000 })).toBe("steps");
  });

  test("and what they remember is charged", () => {
    expect(limitOf(`@(Regex.Match(new string('a', 200000), "(?:(a))*b").Success)`, { memory: 900_000 })).toBe("memory");
  });

  test("many matches are charged", () => {
    expect(limitOf(`@(Regex.Replace(new string('a', 100000), "a", "0123456789"))`, { memory: 500_000 })).toBe("memory");
  });
});

describe("patterns nested beyond reason are refused", () => {
  test.each([
    ["groups", `"(".PadLeft(5000, '(')`],
    ["classes", `string.Join("", Enumerable.Repeat("[a-", 2000))`],
  ])("%s", (_, pattern) => expect(exceptionOf(`@(Regex.IsMatch("a", ${pattern}))`)).toBe("System.ArgumentException"));
});

test("long texts without backtracking pass", () => {
  expect(limitOf(`@(Regex.Matches(new string('a', 200000), "a{3}").Count)`)).toBe("none");
});
