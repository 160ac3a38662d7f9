import { describe, expect, test } from "vitest";
import { evaluate, exceptionOf } from "../csharp-table.js";

/** Where Newtonsoft.Json 13 differs from the version that answers the tables. */
describe("as Newtonsoft.Json 13 has it", () => {
  test.each([
    ["comments are left out", `JToken.Parse("/*a*/ {\\"x\\":/*b*/[1,//c\\n2]}/*d*/").ToString(Formatting.None)`, '{"x":[1,2]}'],
    [
      "a path steps into brackets without a dot",
      `JObject.Parse("{'a':{'b c':[{'d.e':1}]}}").SelectToken("a['b c'][0]['d.e']").Path`,
      "a['b c'][0]['d.e']",
    ],
    [
      "a scan takes a quoted name",
      `JObject.Parse("{'a':{'p':1},'p':2}").SelectTokens("$..['p']").Select(t => (int)t).ToList()`,
      ["1", "2"],
    ],
    ["an integer equals a float in a filter", `JArray.Parse("[{'p':8}]").SelectTokens("$[?(@.p == 8.0)]").Count()`, "1"],
    [
      "a filter may look at the root",
      `JObject.Parse("{'m':2,'l':[{'n':1},{'n':3}]}").SelectTokens("$.l[?(@.n > $.m)].n").Values<int>().Single()`,
      "3",
    ],
    [
      "a filter may use a regular expression",
      `JArray.Parse("[{'n':'Abc'},{'n':'xyz'}]").SelectTokens("$[?(@.n =~ /^a/i)].n").Select(t => (string)t).ToList()`,
      ["Abc"],
    ],
    [
      "strict comparison minds the type",
      `JArray.Parse("[{'d':'2024-01-02T03:04:05Z'}]").SelectTokens("$[?(@.d === '2024-01-02T03:04:05Z')]").Count()`,
      "0",
    ],
    [
      "plain comparison knows dates by their text",
      `JArray.Parse("[{'d':'2024-01-02T03:04:05Z'}]").SelectTokens("$[?(@.d == '2024-01-02T03:04:05Z')]").Count()`,
      "1",
    ],
    ["ContainsKey", `JObject.Parse("{'a':1}").ContainsKey("a")`, "True"],
    ["names compared", `JObject.Parse("{'Ab':1}").Property("aB", StringComparison.OrdinalIgnoreCase).Name`, "Ab"],
    [
      "scan for several names",
      `JObject.Parse("{'a':1,'x':{'a':2,'b':3}}").SelectTokens("$..['a','b']").Values<int>().Sum()`,
      "6",
    ],
  ])("%s", (_, source, expected) => {
    expect(evaluate(`@(${source})`)).toEqual(expected);
  });

  test("a merge ignores nulls, unless told otherwise", () => {
    const merge = (settings: string) =>
      evaluate(
        `@{ var o = JObject.Parse("{'a':{'x':1},'b':[1],'c':5}"); o.Merge(JObject.Parse("{'a':null,'b':null,'c':null}")${settings}); return o; }`,
      );
    expect(merge("")).toBe('{"a":{"x":1},"b":[1],"c":5}');
    expect(merge(", new JsonMergeSettings { MergeNullValueHandling = MergeNullValueHandling.Merge }")).toBe(
      '{"a":null,"b":null,"c":null}',
    );
  });

  test.each([
    `JToken.Parse("[1]").SelectToken("$[")`,
    `JToken.Parse("[1]").SelectToken("$[?(@ =~ /a)]")`,
    `JToken.Parse("[1]").SelectToken("$[?(@.a == 'x)]")`,
    `JToken.Parse("[1]").SelectToken("$[0")`,
    `JToken.Parse("[1]").SelectToken("$[0]x")`,
    `JToken.Parse("[1]").SelectToken("$[99999999999]")`,
    `JToken.Parse("[1,2]").SelectToken("$[*]")`,
  ])("%s is a JsonException", (source) => {
    expect(exceptionOf(`@(${source})`)).toBe("Newtonsoft.Json.JsonException");
  });

  test("a path may be nested only so deep", () => {
    const path = `$${"[?(@".repeat(100)}${")]".repeat(100)}`;
    expect(exceptionOf(`@(JToken.Parse("[1]").SelectToken("${path}"))`)).toBe("Newtonsoft.Json.JsonException");
  });
});

describe("settings", () => {
  test.each([
    [
      `JsonConvert.SerializeObject(new { a = (string)null }, new JsonSerializerSettings { NullValueHandling = NullValueHandling.Ignore })`,
      "{}",
    ],
    [
      `JsonConvert.SerializeObject(new { a = 1 }, new JsonSerializerSettings { Formatting = Formatting.Indented })`,
      '{\n  "a": 1\n}',
    ],
    [
      `JsonConvert.DeserializeObject<JObject>("{'d':'2024-01-02T03:04:05Z'}", new JsonSerializerSettings { DateParseHandling = DateParseHandling.None })["d"].Type`,
      "String",
    ],
    [`JsonConvert.DeserializeObject<JObject>("{'d':'2024-01-02T03:04:05Z'}", (JsonSerializerSettings)null)["d"].Type`, "Date"],
  ])("%s", (source, expected) => {
    expect(evaluate(`@(${source})`)).toBe(expected);
  });
});
