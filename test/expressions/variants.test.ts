import { compileExpression, expressionVariants, negated, type Variant } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";

function apply(source: string, { edits }: Variant): string {
  let result = "";
  let from = 0;
  for (const { start, end, text } of edits) {
    result += source.slice(from, start) + text;
    from = end;
  }
  return result + source.slice(from);
}

describe("small changes of an expression", () => {
  it.each<[string, "csharp" | "javascript", string[]]>([
    ["@(a == 1)", "csharp", ["flip-comparison @(a != 1)"]],
    [
      "@(a < 1 || b >= 2)",
      "csharp",
      ["flip-comparison @(a >= 1 || b >= 2)", "flip-logic @(a < 1 && b >= 2)", "flip-comparison @(a < 1 || b < 2) in || true"],
    ],
    ["@(a ? b : c)", "csharp", ["swap-branches @(a ? (c) : (b))"]],
    ["@(a ? b : throw new Exception())", "csharp", []],
    [
      "@{ if (a) { return b == 1; } return 2; }",
      "csharp",
      [
        "negate-condition @{ if (!(a)) { return b == 1; } return 2; }",
        "flip-comparison @{ if (a) { return b != 1; } return 2; } in if true",
      ],
    ],
    [
      "@{ foreach (var x in y) { if (x > 1) return x; } return 0; }",
      "csharp",
      [
        "negate-condition @{ foreach (var x in y) { if (!(x > 1)) return x; } return 0; } in loop some",
        "flip-comparison @{ foreach (var x in y) { if (x <= 1) return x; } return 0; } in loop some",
      ],
    ],
    ["@(a.Select<int>(b => b).Count())", "csharp", []],
    ["@(a ==)", "csharp", []],
    [
      "@((a) === 1 && b /* < */ > 2)",
      "javascript",
      [
        "flip-comparison @((a) !== 1 && b /* < */ > 2)",
        "flip-logic @((a) === 1 || b /* < */ > 2)",
        "flip-comparison @((a) === 1 && b /* < */ <= 2) in && true",
      ],
    ],
    ["@{ const a = 1; return a ? 1 : 2; }", "javascript", ["swap-branches @{ const a = 1; return a ? (2) : (1); }"]],
    ["@(nonsense", "javascript", []],
  ])("%s in %s", (source, language, expected) => {
    const found = expressionVariants(source, language).map(
      (one) => `${one.kind} ${apply(source, one)}${one.side === null ? "" : ` in ${one.side.name}`}`,
    );
    expect(found).toEqual(expected);
  });

  it.each([
    ["@(a == 1)", "@(!(a == 1))"],
    [
      "@{ if (a) { return true; } return b.Any(c => { return c == 1; }); }",
      "@{ if (a) { return !(true); } return !(b.Any(c => { return c == 1; })); }",
    ],
    ["@{ }", null],
  ])("the opposite of %s", (source, expected) => {
    const found = negated(source);
    expect(found === null ? null : apply(source, found)).toBe(expected);
  });
});

describe("the shape of an expression", () => {
  const shape = (source: string) => compileExpression(source, { tellsShape: true, globals: { s: "string", n: "int" } }).shape;

  it.each([
    ["@(n == 1)", "@( n   == /* one */ 1 )"],
    ["@(1 + 2)", "@(3)"],
    ["@{ var a = s; return a; }", "@{ var b = s; return b; }"],
    ["@(s.Where(c => c == 'a').Count())", "@(s.Where(d => d == 'a').Count())"],
  ])("%s and %s do the same", (one, other) => {
    expect(shape(one)).toBeDefined();
    expect(shape(one)).toBe(shape(other));
  });

  it.each([
    ["@(n == 1)", "@(n != 1)"],
    ["@(n == 1)", "@(n == 2)"],
    ["@(s.Length)", "@(s.GetHashCode())"],
    ["@{ var a = s; var b = s + s; return a; }", "@{ var a = s; var b = s + s; return b; }"],
    ["@(n > 1 && s == null)", "@(n > 1 || s == null)"],
    ["@(n > 1 ? 1 : 2)", "@(n > 1 ? 2 : 1)"],
    ["@(1m)", "@(1.0m)"],
    ["@((object)1)", "@((object)1L)"],
  ])("%s and %s do not", (one, other) => {
    expect(shape(one)).not.toBe(shape(other));
  });
});
