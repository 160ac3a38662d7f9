import { describe, expect, it } from "vitest";
import { parseCSharp } from "#expressions/csharp/parser.js";

const codes = (source: string) => [...new Set(parseCSharp(source).diagnostics.map(({ code }) => code))];

/** Text nested so deep that it must be refused, and not by running out of stack. */
const TOO_DEEP: Readonly<Record<string, (depth: number) => string>> = {
  brackets: (depth) => `@(${"(".repeat(depth)}1${")".repeat(depth)})`,
  "open brackets": (depth) => `@(${"(".repeat(depth)}`,
  calls: (depth) => `@(${"f(".repeat(depth)}1${")".repeat(depth)})`,
  indices: (depth) => `@(${"a[".repeat(depth)}1${"]".repeat(depth)})`,
  negations: (depth) => `@(${"!".repeat(depth)}a)`,
  minuses: (depth) => `@(${"- ".repeat(depth)}a)`,
  casts: (depth) => `@(${"(int)".repeat(depth)}a)`,
  lambdas: (depth) => `@(${"x => ".repeat(depth)}a)`,
  "statement lambdas": (depth) => `@(${"() => { return ".repeat(depth)}a${"; }".repeat(depth)})`,
  assignments: (depth) => `@(${"a = ".repeat(depth)}b)`,
  "conditions of conditions": (depth) => `@(${"a ? ".repeat(depth)}b${" : c".repeat(depth)})`,
  arrays: (depth) => `@(new[] ${"{".repeat(depth)}1${"}".repeat(depth)})`,
  initialisers: (depth) => `@(new A ${"{ B = ".repeat(depth)}1${"}".repeat(depth)})`,
  interpolations: (depth) => `@(${'$"{'.repeat(depth)}1${'}"'.repeat(depth)})`,
  types: (depth) => `@(new ${"A<".repeat(depth)}int${">".repeat(depth)}())`,
  "tuple types": (depth) => `@(typeof(${"(int, ".repeat(depth)}int${")".repeat(depth)}))`,
  comparisons: (depth) => `@(${"a < (b, ".repeat(depth)})`,
  blocks: (depth) => `@{ ${"{".repeat(depth)}${"}".repeat(depth)} }`,
  ifs: (depth) => `@{ ${"if (a) ".repeat(depth)}b(); }`,
  elses: (depth) => `@{ ${"if (a) b(); else { ".repeat(depth)}${"}".repeat(depth)} }`,
  loops: (depth) => `@{ ${"while (a) ".repeat(depth)}b(); }`,
  functions: (depth) => `@{ ${"int f() { ".repeat(depth)}${"}".repeat(depth)} }`,
  labels: (depth) => `@{ ${"a: ".repeat(depth)}b(); }`,
  queries: (depth) => `@(${"from x in ".repeat(depth)}y select x)`,
};

describe("C# parser: nesting", () => {
  it.each(Object.entries(TOO_DEEP))("%s are refused when too deep", (_, make) => {
    expect(codes(make(20_000))).toContain("TP1001");
  });

  it.each(["brackets", "calls", "negations", "casts", "blocks", "ifs", "interpolations"])("60 levels of %s are fine", (kind) => {
    expect(codes(TOO_DEEP[kind]!(60))).toEqual([]);
  });

  it("200 brackets are fine", () => {
    expect(codes(TOO_DEEP["brackets"]!(200))).toEqual([]);
  });

  it("tells only of the depth", () => {
    expect(parseCSharp(TOO_DEEP["open brackets"]!(20_000)).diagnostics).toHaveLength(1);
  });
});

describe("C# parser: long flat texts", () => {
  it.each([
    ["sums", `@(${"a + ".repeat(5000)}a)`],
    ["comparisons", `@(${"a < b && ".repeat(5000)}a)`],
    ["alternatives", `@(${"a ? b : ".repeat(900)}c)`],
    ["coalescing", `@(${"a ?? ".repeat(900)}b)`],
    ["calls", `@(a${".b(1)".repeat(450)})`],
    ["conditional accesses", `@(a${"?.b".repeat(900)})`],
    ["else if", `@{ ${"if (a) { b(); } else ".repeat(900)} c(); }`],
    ["statements", `@{ ${"a = b + 1;\n".repeat(20_000)} }`],
    ["arguments", `@(f(${"a, ".repeat(20_000)}a))`],
    ["elements", `@(new[] { ${"1, ".repeat(20_000)} })`],
    ["cases", `@{ switch (a) { ${"case 1: break; ".repeat(5000)} } }`],
    ["interpolation", `@($"${"{a} b ".repeat(5000)}")`],
    ["text", `@("${"a".repeat(500_000)}")`],
    ["escapes", `@("${"\\n".repeat(100_000)}")`],
    ["comments", `@(${"/* ( */ ".repeat(50_000)} 1)`],
  ])("%s", (_, source) => {
    expect(codes(source)).toEqual([]);
  });

  it.each([
    ["sums", `@(${"a + ".repeat(50_000)}a)`],
    ["calls", `@(a${".b(1)".repeat(50_000)})`],
    ["alternatives", `@(${"a ? b : ".repeat(50_000)}c)`],
    ["else if", `@{ ${"if (a) { b(); } else ".repeat(50_000)} c(); }`],
  ])("%s have a limit", (_, source) => {
    expect(codes(source)).toContain("TP1001");
  });
});

describe("C# parser: broken texts", () => {
  it.each([
    "#",
    "}",
    ")",
    "'",
    '"',
    "`",
    "@",
    "$",
    '$"{',
    "case ",
    "<",
    "if (",
    "x =>",
    "a b ",
    "new ",
    "?.",
    "(int",
    "goto ",
    "a ?? throw ",
    "throw ",
    "a is not ",
  ])("many %s end in errors, in reasonable time and number", (text) => {
    for (const source of [`@(${text.repeat(20_000)})`, `@{${text.repeat(20_000)}}`]) {
      const { diagnostics } = parseCSharp(source);
      expect(diagnostics.length).toBeGreaterThan(0);
      expect(diagnostics.length).toBeLessThanOrEqual(101);
    }
  });

  it("every beginning of a program gives a tree", () => {
    const source =
      '@{ var a = new Dictionary<string, int> { ["x"] = 1, }; foreach (var b in a.Where(c => c.Value > 0 && c.Key is string)) ' +
      "{ switch (b.Key) { case \"x\" when a?.Count > 1: return $\"{b.Value,5:N0} {(true ? 'a' : '\\n')}\"; default: break; } } " +
      "int f<T>(T x, out int y) { y = (int)-1L; try { throw; } catch (Exception e) when (e is A d) { } finally { } } " +
      'return from x in a orderby x.Key descending select new { x, y = @"a""" ?? throw e, z = new int[2, 3] }; }';
    for (let length = 0; length <= source.length; length++) {
      const { body } = parseCSharp(source.slice(0, length), "statements");
      expect(body.kind).toBe("Block");
    }
    expect(codes(source)).toEqual([]);
  });
});
