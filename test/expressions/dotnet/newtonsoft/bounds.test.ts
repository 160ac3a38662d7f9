import { describe, expect, test } from "vitest";
import { parseJson, writeJson } from "#expressions/dotnet/newtonsoft/index.js";
import { limitOf } from "../limits.js";

const LIMITS = { steps: 100_000, memory: 200_000, time: 60_000 };

describe("trees that grow without end reach a limit", () => {
  test.each([
    "{ var a = new JArray(); while (true) a.Add(1); }",
    "{ var a = new JArray(1); while (true) a.Add(a); }",
    '{ var o = new JObject(); while (true) { var p = new JObject(); p["a"] = o; p["b"] = o; o = p; } }',
    '{ var a = JArray.Parse("[1]"); while (true) a.Merge(a.DeepClone()); }',
    "{ var a = new JArray(1, 2, 3); while (true) a = new JArray(a, a); }",
    "{ var s = new string('x', 1000); var a = new JArray(); for (var i = 0; i < 1000; i++) a.Add(s); return a.ToString(); }",
    "{ var s = new string('x', 1000); var a = new JArray(); for (var i = 0; i < 1000; i++) a.Add(s); return JsonConvert.SerializeObject(a); }",
    "{ var s = new string('x', 10000); while (true) JToken.Parse(\"'\" + s + \"'\"); }",
    "{ var l = new List<object>(); for (var i = 0; i < 30; i++) l = new List<object> { l, l }; return JsonConvert.SerializeObject(l); }",
  ])("%s", (source) => {
    expect(limitOf(`@${source}`, { ...LIMITS, steps: 1e9 })).toBe("memory");
  });
});

describe("looking through trees costs steps", () => {
  const document =
    'var t = JToken.Parse("[" + string.Join(",", Enumerable.Range(0, 2000).Select(i => "{\'a\':" + i + "}")) + "]");';

  test.each([
    't.SelectTokens("$..a").Count()',
    't.SelectTokens("$[?(@.a > 5)]").Count()',
    't.SelectTokens("$..*").Count()',
    "((JContainer)t).Descendants().Count()",
    "JToken.DeepEquals(t, t.DeepClone())",
    't.SelectTokens("$[*][?(@.a)]").Count()',
  ])("%s", (call) => {
    expect(
      limitOf(`@{ ${document} for (var i = 0; i < 100; i++) { var n = ${call}; } return 1; }`, { ...LIMITS, memory: 1e9 }),
    ).toBe("steps");
  });

  test("a regular expression in a path is bounded by the limit of one match", () => {
    const source = `@{ var t = JToken.Parse("[{'a':'" + new string('a', 40) + "!'}]"); return t.SelectTokens("$[?(@.a =~ /^(a+)+$/)]").Count(); }`;
    expect(limitOf(source, { regexTime: 50 })).toBe("regex");
  });
});

describe("depth", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

  test("documents up to 512 deep are read", () => {
    expect(writeJson(parseJson(nested(512)), false, null)).toBe(nested(512));
  });

  test.each(["[", '{"a":', "new X("])("deeper ones are refused: %s", (open) => {
    expect(() => parseJson(open.repeat(100_000))).toThrow(/MaxDepth of 512/);
  });

  test("trees built deeper by code are written without recursion", () => {
    const source =
      '@{ var o = new JArray(); for (var i = 0; i < 20000; i++) o = new JArray(new JObject(new JProperty("a", o))); return o.ToString(Formatting.None).Length; }';
    expect(limitOf(source)).toBe("none");
  });
});
