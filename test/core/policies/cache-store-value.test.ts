import { describe, expect, it } from "vitest";
import { lookup, storeValue, whenStoring } from "./cache-values-support.js";
import { findings, url, world } from "./support.js";

describe("cache-store-value", () => {
  // A cast of a boxed value holds only for its very type.
  it.each([
    ["text ☃", `(string)v == "text ☃"`],
    [`@("computed")`, `(string)v == "computed"`],
    [`@("\\ud800")`, `(string)v == "\\ud800"`],
    ["@(7)", "(int)v == 7"],
    ["@(7L)", "(long)v == 7L"],
    ["@((byte)7)", "(byte)v == 7"],
    ["@((short)-7)", "(short)v == -7"],
    ["@(18446744073709551615UL)", "(ulong)v == 18446744073709551615UL"],
    ["@('x')", "(char)v == 'x'"],
    ["@(0.1 + 0.2)", "(double)v == 0.1 + 0.2"],
    ["@(1.5f)", "(float)v == 1.5f"],
    ["@(1.50m)", `((decimal)v).ToString() == "1.50"`],
    ["@(true)", "(bool)v"],
    [`@(Guid.Parse("6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11"))`, `(Guid)v == Guid.Parse("6f1c2b54-0a4e-4a53-9d5e-3f8f6c1f0a11")`],
    ["@(new DateTime(2026, 1, 2, 3, 4, 5, 678))", "((DateTime)v).Ticks == new DateTime(2026, 1, 2, 3, 4, 5, 678).Ticks"],
    ["@(context.Timestamp)", `((DateTime)v).ToString("o") == context.Timestamp.ToString("o")`],
    ["@(TimeSpan.FromHours(30))", "(TimeSpan)v == TimeSpan.FromHours(30)"],
    [`@(Convert.FromBase64String("aGk="))`, `((byte[])v).Length == 2 && ((byte[])v)[1] == 105`],
    [`@(new Uri("https://a.example/b?c"))`, `((Uri)v).Host == "a.example"`],
    [`@(XElement.Parse("<a b='1'>c</a>"))`, `((XElement)v).Attribute("b").Value == "1"`],
    [
      `@(JObject.Parse("{'a':[1,2.50,null],'d':'2026-01-01T00:00:00Z'}"))`,
      `((JObject)v)["a"][1].Type == JTokenType.Float && ((JObject)v)["d"].Type == JTokenType.Date`,
    ],
    [`@(JArray.Parse("[1,'a']"))`, `((JArray)v).Count == 2`],
    ["@(new JValue(5))", "(int)((JValue)v) == 5"],
  ])("keeps the type of %s", async (value, check) => {
    const policy = await world(
      `${whenStoring(storeValue(value))}${lookup()}<set-variable name="same" value="@{ var v = context.Variables["v"]; return ${check}; }" />`,
    );
    expect((await policy.send({ url, method: "PUT" })).error).toBeNull();
    const { variables, error } = await policy.send({ url });
    expect([error?.message, variables["same"]]).toEqual([undefined, true]);
  });

  it.each([
    ["null", "@((string)null)", "60"],
    ["no time", "x", "0"],
    ["less than no time", "x", "-5"],
    ["a value that no cache can hold", "@(new List&lt;string&gt;())", "60"],
  ])("does not store %s", async (_what, value, duration) => {
    const { variables, error } = await (await world(storeValue(value, duration) + lookup())).send({ url });
    expect([variables, error]).toEqual([{}, null]);
  });
});

it.each([
  [storeValue("v"), []],
  ["<cache-store-value />", ["error TP2007", "error TP2007", "error TP2007"]],
  [`<cache-store-value key="k" value="v" duration="long" />`, ["error TP2008"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
