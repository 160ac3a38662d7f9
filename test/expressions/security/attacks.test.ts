import type { LimitError } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";
import { processorTime } from "../../processor-time.js";
import { attempt } from "./host.js";

/** Expressions that try to take the process with them, and the limit (or exception) that must end them. */
const attacks: readonly (readonly [string, string, readonly (LimitError["limit"] | "threw")[]])[] = [
  ["an endless while", "@{ while (true) { } return 1; }", ["steps"]],
  ["an endless for", "@{ for (;;) { } return 1; }", ["steps"]],
  ["an endless do", "@{ do { } while (true); return 1; }", ["steps"]],
  ["an endless loop inside try", "@{ while (true) { try { throw new Exception(); } catch { } } return 1; }", ["steps", "time"]],
  ["a loop that finally keeps alive", "@{ try { while (true) { } } finally { while (true) { } } return 1; }", ["steps"]],
  [
    "a limit that catch wants to hide",
    '@{ try { while (true) { } } catch (Exception) { return "caught"; } return 1; }',
    ["steps"],
  ],
  ["goto case in circles", "@{ switch (1) { case 1: goto case 2; case 2: goto case 1; } return 1; }", ["steps"]],
  ["a doubling text", '@{ var s = "ab"; while (true) { s = s + s; } return s; }', ["memory"]],
  ["a doubling text by interpolation", '@{ var s = "ab"; while (true) { s = $"{s}{s}"; } return s; }', ["memory"]],
  [
    "a doubling text by Replace",
    '@{ var s = "ab"; while (true) { s = s.Replace("a", "aa").Replace("b", "bb"); } return s; }',
    ["memory"],
  ],
  ["a doubling text by Concat", '@{ var s = "ab"; while (true) { s = string.Concat(s, s); } return s; }', ["memory"]],
  ["a doubling text by Join", '@{ var s = "ab"; while (true) { s = string.Join(s, s, s); } return s; }', ["memory"]],
  ["a doubling text by Insert", '@{ var s = "ab"; while (true) { s = s.Insert(1, s); } return s; }', ["memory"]],
  ["a doubling text by Format", '@{ var s = "ab"; while (true) { s = string.Format("{0}{0}", s); } return s; }', ["memory"]],
  [
    "a doubling StringBuilder",
    '@{ var b = new StringBuilder("ab"); while (true) { b.Append(b.ToString()); } return 1; }',
    ["memory"],
  ],
  ["a padded text", '@("x".PadLeft(2000000000))', ["memory"]],
  ["a repeated character", "@(new string('x', 2000000000))", ["memory"]],
  ["an aligned interpolation", '@($"{1,2000000000}")', ["memory"]],
  ["a huge array", "@(new int[2000000000].Length)", ["memory"]],
  ["a huge byte array", "@(new byte[2000000000].Length)", ["memory"]],
  [
    "a huge array of arrays",
    "@{ var a = new int[1000000][]; for (int i = 0; i < a.Length; i++) { a[i] = new int[1000000]; } return 1; }",
    ["memory"],
  ],
  ["a huge rectangular array", "@(new int[100000, 100000].Length)", ["memory"]],
  ["a list without end", "@{ var l = new List<int>(); while (true) { l.Add(1); } return 1; }", ["memory", "steps", "time"]],
  [
    "a dictionary without end",
    "@{ var d = new Dictionary<int, int>(); var i = 0; while (true) { d[i++] = 1; } return 1; }",
    ["memory", "steps", "time"],
  ],
  ["a huge range", "@(Enumerable.Range(0, 2000000000).Sum(x => (long)x))", ["steps", "memory"]],
  ["a huge repeat made a list", '@(Enumerable.Repeat("x", 2000000000).ToList().Count)', ["steps", "memory"]],
  [
    "a quadratic join",
    "@(Enumerable.Range(0, 100000).Count(a => Enumerable.Range(0, 100000).Any(b => b == -1)))",
    ["steps", "memory", "time"],
  ],
  [
    "a cross product",
    "@(Enumerable.Range(0, 100000).SelectMany(a => Enumerable.Range(0, 100000)).Count())",
    ["steps", "memory", "time"],
  ],
  [
    "a list that concatenates itself",
    "@{ IEnumerable<int> s = new [] { 1, 2 }; for (int i = 0; i < 60; i++) { var t = s; s = t.Concat(t); } return s.Count(); }",
    ["steps", "memory", "depth"],
  ],
  ["sorting a huge range", "@(Enumerable.Range(0, 100000000).OrderBy(x => -x).First())", ["steps", "memory"]],
  ["a recursive local function", "@{ int F(int n) { return F(n + 1) + 1; } return F(0); }", ["depth"]],
  [
    "two functions that call each other",
    "@{ int F(int n) { return G(n) + 1; } int G(int n) { return F(n) + 1; } return F(0); }",
    ["depth"],
  ],
  [
    "recursion through LINQ",
    "@{ int F(int n) { return new [] { n }.Select(x => F(x + 1)).Where(x => x > 0).Sum(); } return F(0); }",
    ["depth"],
  ],
  [
    "recursion through a sort",
    "@{ int F(int n) { return new [] { 2, 1 }.OrderBy(x => F(x + 1)).First(); } return F(0); }",
    ["depth"],
  ],
  [
    "recursion through try",
    "@{ int F(int n) { try { return F(n + 1); } catch (Exception) { return 0; } finally { n++; } } return F(0); }",
    ["depth"],
  ],
  ["exponential recursion", "@{ int F(int n) { return n < 2 ? n : F(n - 1) + F(n - 2); } return F(80); }", ["steps"]],
  ["a catastrophic regex", '@(Regex.IsMatch(new string(\'a\', 40) + "b", "^(a+)+$"))', ["regex", "steps", "time"]],
  ["a catastrophic alternation", '@(Regex.IsMatch(new string(\'a\', 60) + "!", "^(a|a|aa)*$"))', ["regex", "steps", "time"]],
  ["a catastrophic backreference", '@(Regex.IsMatch(new string(\'a\', 200) + "b", "^(a*)*\\\\1$"))', ["regex", "steps", "time"]],
  ["a catastrophic split", '@(Regex.Split(new string(\'a\', 40) + "b", "(a+)+c").Length)', ["regex", "steps", "time"]],
  [
    "a deep JSON text",
    '@(JObject.Parse(string.Concat(Enumerable.Repeat("{\\"a\\":", 20000)) + "1" + new string(\'}\', 20000)).Count)',
    ["depth", "memory", "steps", "threw"],
  ],
  [
    "a deep array of JSON",
    "@(JArray.Parse(new string('[', 20000) + new string(']', 20000)).Count)",
    ["depth", "memory", "steps", "threw"],
  ],
  [
    "JSON that contains itself",
    '@{ var o = new JObject(); for (int i = 0; i < 60; i++) { o = new JObject(new JProperty("a", o), new JProperty("b", o)); } return o.ToString(); }',
    ["memory", "steps", "time"],
  ],
  [
    "deep XML",
    '@(XElement.Parse(string.Concat(Enumerable.Repeat("<a>", 20000)) + string.Concat(Enumerable.Repeat("</a>", 20000))).Name)',
    ["depth", "memory", "steps"],
  ],
  [
    "a huge decimal loop",
    "@{ var d = 1.0000001m; while (true) { d = d * 1.0000001m; if (d > 10m) d = 1.0000001m; } return d; }",
    ["steps", "time"],
  ],
  [
    "a huge random byte array",
    "@{ var r = new Random(); var b = new byte[100000000]; r.NextBytes(b); return b.Length; }",
    ["memory", "steps", "time"],
  ],
  [
    "hashing forever",
    "@{ var b = new byte[1000000]; while (true) { new SHA256Managed().ComputeHash(b); } return 1; }",
    ["steps", "time", "memory"],
  ],
  [
    "searching forever",
    "@{ var s = new string('a', 10000000); var n = 0; while (true) { n += s.IndexOf(\"b\"); } return n; }",
    ["steps", "time"],
  ],
];

/** `var a0 = …; var a1 = … a0 … a0 …;` and so on: a value that holds 2^30 others, in 30 lines. */
function doubling(make: (part: string) => string): string {
  const lines = Array.from({ length: 30 }, (_, i) => `object a${i + 1} = ${make(`a${i}`)};`);
  return `object a0 = 1; ${lines.join(" ")}`;
}

const holders: readonly (readonly [string, (part: string) => string])[] = [
  ["anonymous objects", (part) => `new { x = ${part}, y = ${part} }`],
  ["tuples", (part) => `Tuple.Create<object, object>(${part}, ${part})`],
  ["pairs", (part) => `new KeyValuePair<object, object>(${part}, ${part})`],
];

const uses: readonly (readonly [string, string])[] = [
  ["text", "a30.ToString()"],
  ["interpolation", '$"{a30}"'],
  ["hash", "a30.GetHashCode()"],
  ["equality", "a30.Equals(a29) || a29.Equals(b29)"],
  ["membership", "new HashSet<object> { a30 }.Contains(b30)"],
  ["comparison", "new [] { a30, b30 }.OrderBy(x => x).First()"],
  ["JSON", "JsonConvert.SerializeObject(a30)"],
];

describe("values that hold themselves many times over", () => {
  it.each(holders.flatMap(([name, make]) => uses.map(([use, source]) => [`${name}: ${use}`, make, source] as const)))(
    "%s",
    (_title, make, source) => {
      const first = doubling(make);
      const second = first.replace(/\ba(\d)/g, "b$1");
      const from = processorTime();
      const result = attempt(`@{ ${first} ${second} return ${source}; }`);
      expect(["limit", "threw"], JSON.stringify({ ...result, value: undefined })).toContain(result.kind);
      expect(processorTime() - from).toBeLessThan(MOST_MS);
    },
  );

  it.each([
    ["anonymous types", (part: string) => `new { x = ${part}, y = ${part} }`],
    ["tuple types", (part: string) => `Tuple.Create(${part}, ${part})`],
  ])("%s that double are refused", (_title, make) => {
    const result = attempt(`@{ ${doubling(make).replaceAll("object ", "var ")} return a30; }`);
    expect(result.kind).toBe("refused");
  });
});

/** A machine under load is slow: what counts is that no attack runs for long, not how fast the machine is. */
const MOST_MS = 6_000;

describe("attacks end at a limit", () => {
  it.each(attacks)("%s", (_title, source, limits) => {
    const from = processorTime();
    // Where another limit has to come first, a slow machine must not be taken for the attack.
    const result = attempt(source, limits.includes("time") ? {} : { time: MOST_MS });
    expect(limits, JSON.stringify({ ...result, value: undefined })).toContain(
      result.kind === "limit" ? result.limit : result.kind,
    );
    expect(processorTime() - from).toBeLessThan(MOST_MS);
  });

  it("a short time limit holds to within a few milliseconds", () => {
    const result = attempt("@{ var n = 0L; while (true) { n = n * 31 + 7; } return n; }", { time: 50, steps: 1e12 });
    expect(result).toMatchObject({ kind: "limit", limit: "time" });
    expect(result.kind === "limit" ? result.ms : Number.NaN).toBeLessThan(50 + 100);
  });
});

/** Sources that are themselves the attack: they must be refused, or run, without a crash and without delay. */
const sources: readonly (readonly [string, string])[] = [
  ["nested brackets", `@(${"(".repeat(20_000)}1${")".repeat(20_000)})`],
  ["a long chain of additions", `@(${"1+".repeat(20_000)}1)`],
  ["a long chain of unary minus", `@(${"- ".repeat(20_000)}1)`],
  ["nested conditionals", `@(${"true ? 1 : ".repeat(10_000)}1)`],
  ["a long chain of calls", `@("a"${".Trim()".repeat(10_000)})`],
  ["nested blocks", `@{ ${"{".repeat(10_000)} ${"}".repeat(10_000)} return 1; }`],
  ["nested lambdas", `@(${"new [] { 1 }.Select(x => ".repeat(300)}1${")".repeat(300)})`],
  ["nested generics", `@(new ${"List<".repeat(5_000)}int${">".repeat(5_000)}().Count)`],
  ["nested interpolation", `@(${'$"{'.repeat(500)}1${'}"'.repeat(500)})`],
  ["nested arrays", `@(new int${"[]".repeat(5_000)} { })`],
  ["many errors", `@{ ${"x = ; ".repeat(5_000)} return 1; }`],
  ["an open string", `@("${"a".repeat(100_000)}`],
  ["an open comment", `@(1 /* ${"a".repeat(100_000)}`],
  ["binary rubbish", `@(${String.fromCharCode(...Array.from({ length: 5_000 }, (_, i) => i % 65_536))})`],
  ["nothing", ""],
  ["only the opening", "@("],
];

describe("sources that are attacks", () => {
  it.each(sources)("%s", (_title, source) => {
    const from = processorTime();
    const result = attempt(source);
    expect(["refused", "value"]).toContain(result.kind);
    expect(processorTime() - from).toBeLessThan(MOST_MS);
  });
});
