import { describe, expect, test } from "vitest";
import { compileExpression, describeValue } from "#expressions/index.js";

/** An evaluation in a world that stands still. */
function evaluate(source: string): unknown {
  const { expression, diagnostics } = compileExpression(source, { allowBeyond: true });
  if (expression === null) throw new Error(diagnostics[0]?.message);
  const host = {
    now: () => Date.UTC(2024, 1, 29, 13, 5, 9, 250),
    randomBytes: (length: number) => Uint8Array.from({ length }, (_, i) => i * 16 + i),
    elapsed: () => 0,
  };
  return describeValue(expression.evaluate([], host), expression.scope).value;
}

describe("clock and randomness come from the host", () => {
  test.each([
    ["@(DateTime.UtcNow)", "2024-02-29T13:05:09.2500000Z"],
    ["@(DateTime.Now)", "2024-02-29T13:05:09.2500000+00:00"],
    ["@(DateTime.Today)", "2024-02-29T00:00:00.0000000+00:00"],
    ["@(DateTimeOffset.UtcNow)", "2024-02-29T13:05:09.2500000+00:00"],
    ["@(DateTimeOffset.Now.ToUnixTimeSeconds())", "1709211909"],
    ['@(DateTime.Parse("11:12"))', "2024-02-29T11:12:00.0000000"],
    ['@(DateTime.Parse("March 10"))', "2024-03-10T00:00:00.0000000"],
    ['@(DateTime.Parse("3/10 11:12"))', "2024-03-10T11:12:00.0000000"],
    ['@(DateTime.ParseExact("11:12", "HH:mm", CultureInfo.InvariantCulture))', "2024-02-29T11:12:00.0000000"],
    ['@(DateTime.ParseExact("10", "dd", CultureInfo.InvariantCulture))', "2024-01-10T00:00:00.0000000"],
    ["@(Guid.NewGuid())", "33221100-5544-4766-8899-aabbccddeeff"],
    ["@(new Random().Next() == new Random(0x00112233).Next())", "True"],
  ])("%s", (source, value) => {
    expect(evaluate(source)).toBe(value);
  });
});

describe("a culture other than the invariant one is refused, not guessed", () => {
  test.each(['new CultureInfo("de-DE")', 'CultureInfo.GetCultureInfo("en-US")'])("%s", (source) => {
    expect(() => evaluate(`@(${source})`)).toThrow("Culture is not supported.");
  });

  test("and the invariant one has no name", () => {
    expect(evaluate('@(new CultureInfo("").Name + CultureInfo.CurrentCulture.Name)')).toBe("");
  });
});
