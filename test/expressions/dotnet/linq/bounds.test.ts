import { describe, expect, test } from "vitest";
import { limitOf } from "../limits.js";

const LIMITS = { steps: 100_000, memory: 100_000, time: 60_000 };

describe("sequences without end", () => {
  test.each([
    "Enumerable.Range(0, int.MaxValue).Count()",
    "Enumerable.Repeat(1, int.MaxValue).Sum()",
    "Enumerable.Range(0, int.MaxValue).Any(x => x < 0)",
    "Enumerable.Range(0, int.MaxValue).Where(x => false).FirstOrDefault()",
    "Enumerable.Range(0, int.MaxValue).Skip(int.MaxValue).Any()",
    "Enumerable.Range(0, int.MaxValue).Last()",
    "Enumerable.Range(0, int.MaxValue).ElementAt(2000000000)",
    "Enumerable.Range(0, int.MaxValue).Select(x => 1).Distinct().Count()",
    "Enumerable.Range(0, int.MaxValue).SequenceEqual(Enumerable.Range(0, int.MaxValue))",
    "Enumerable.Range(0, int.MaxValue).Intersect(new[] { 1 }).Count()",
    "Enumerable.Repeat(Enumerable.Range(0, 1000), 1000).SelectMany(x => x).Max()",
  ])("%s takes too many steps", (source) => {
    expect(limitOf(`@(${source})`, { ...LIMITS, memory: 1e9 })).toBe("steps");
  });

  test.each([
    "Enumerable.Range(0, int.MaxValue).ToList()",
    "Enumerable.Range(0, int.MaxValue).ToArray()",
    "Enumerable.Range(0, int.MaxValue).Reverse().First()",
    "Enumerable.Range(0, int.MaxValue).OrderBy(x => x).First()",
    "Enumerable.Range(0, int.MaxValue).Distinct().Count()",
    "Enumerable.Range(0, int.MaxValue).GroupBy(x => x).Count()",
    "Enumerable.Range(0, int.MaxValue).ToLookup(x => x)",
    "Enumerable.Range(0, int.MaxValue).ToDictionary(x => x)",
    "Enumerable.Range(0, int.MaxValue).ToHashSet()",
    "new[] { 1 }.Except(Enumerable.Range(0, int.MaxValue)).Any()",
    "new[] { 1 }.Join(Enumerable.Range(0, int.MaxValue), x => x, y => y, (x, y) => x).Any()",
  ])("%s takes too much memory", (source) => {
    expect(limitOf(`@(${source})`, { ...LIMITS, steps: 1e9 })).toBe("memory");
  });

  test("only what is asked for is computed", () => {
    expect(
      limitOf("@(Enumerable.Range(0, int.MaxValue).Select(x => x * 2).Where(x => x > 10).Skip(5).Take(3).ToList())", LIMITS),
    ).toBe("none");
  });
});
