import { compileExpression } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";
import { contextGlobals, contextTypes } from "../../../packages/core/src/context/index.js";
import { policyTest } from "../../../packages/core/src/testing/index.js";
import { evaluate } from "./evaluate.js";

const variables = {
  a: { type: "string", value: "x" },
  b: { type: "string", value: "x" },
  n: { type: "int", value: 5 },
  m: { type: "int", value: 5 },
  e: { type: "string", value: "" },
  nil: { type: "string", value: null },
};

describe("objects are compared by reference, as C# compares them", () => {
  it.each([
    ['@{object a=nameof(context); return a==(object)"context";}', "True"],
    ['@{bool c=context.Request.Method=="GET"; object a=c?"yes":"no"; return a==(object)"yes";}', "True"],
    ['@{bool c=context.Request.Method=="GET"; object a=c?"yes".ToLower().Substring(1):"no"; return a==(object)"es";}', "False"],
    ['@{object x=context.Request.Method; return x==(object)"GETT";}', "False"],
    ['@(context.Variables["a"] == context.Variables["a"])', "True"],
    ['@(context.Variables["a"] == context.Variables["b"])', "False"],
    ['@(context.Variables["a"] != context.Variables["b"])', "True"],
    ['@(context.Variables["a"] == "x")', "False"],
    ['@("x" != context.Variables["a"])', "True"],
    ['@(context.Variables.GetValueOrDefault<object>("a") == context.Variables["a"])', "True"],
    ['@(context.Variables.GetValueOrDefault<string>("a") == context.Variables["a"])', "True"],
    ['@(context.Variables.GetValueOrDefault<object>("zz","q") == "q")', "True"],
    ['@(context.Variables.GetValueOrDefault<string>("zz","q") == (object)"q")', "True"],
    ['@((string)context.Variables["a"] == (string)context.Variables["b"])', "True"],
    ['@(context.Variables["n"] == context.Variables["n"])', "True"],
    ['@(context.Variables["n"] == context.Variables["m"])', "False"],
    ['@((context.Variables["a"] as string) == "x")', "True"],
    ['@(context.Variables["e"] == "")', "True"],
    ['@(context.Variables["e"] == string.Empty)', "True"],
    ['@(context.Variables["a"].Equals("x"))', "True"],
    ['@(context.Variables["a"] == null)', "False"],
    ['@(object.Equals(context.Variables["a"], context.Variables["b"]))', "True"],
    ['@(context.Variables["a"].ToString() == "x")', "True"],
    ['@(context.Variables["a"] == (object)context.Variables["a"].ToString())', "True"],
    ['@(new[]{"x","y"}.Contains(context.Variables["a"]))', "True"],
    ['@(new object[]{"x"}.Any(o => o == context.Variables["a"]))', "False"],
    ['@((context.Variables["a"] ?? "d") == "x")', "False"],
    ['@((context.Variables["nil"] ?? "d") == "d")', "True"],
    ['@((true ? context.Variables["a"] : "x") == context.Variables["a"])', "True"],
  ])("%s is %s", (expression, value) => {
    expect(evaluate(expression, { variables })).toBe(value);
  });
});

/** Runs `set-variable` policies and gives what a comparison of their values gives. */
async function compare(comparison: string, headers: Record<string, string> = {}): Promise<string> {
  const policy = await policyTest({
    policy: `<policies>
    <inbound><base/>
      <set-variable name="constant" value="@("text")" />
      <set-variable name="written" value="text" />
      <set-variable name="chosen" value="@(context.Request.Method == "GET" ? "true" : "false")" />
      <set-variable name="header" value="@(context.Request.Headers.GetValueOrDefault("X-A", "none"))" />
      <set-variable name="handed" value="@(context.Variables["header"])" />
      <set-variable name="cast" value="@((string)context.Variables["header"])" />
      <set-variable name="statements" value="@{ var c = "text"; foreach (var n in new[] { 1 }) { try { return c; } finally { c = "other"; } } return null; }" />
      <set-variable name="number" value="@(5)" />
      <set-variable name="result" value="@(${comparison})" />
    </inbound>
    <backend><base/></backend><outbound><base/></outbound><on-error><base/></on-error>
  </policies>`,
  });
  const { variables: found } = await policy.send({ url: "https://api.example/", headers });
  return String(found["result"]);
}

describe("variables keep which object they hold", () => {
  it.each([
    ['context.Variables["constant"] == "text"', "true"],
    ['context.Variables["constant"] != "text"', "false"],
    ['context.Variables["written"] == "text"', "false"],
    ['context.Variables["constant"] == context.Variables["written"]', "false"],
    ['context.Variables["chosen"] == "true"', "true"],
    ['context.Variables["statements"] == "text"', "true"],
    ['context.Variables["header"] == context.Variables["handed"]', "true"],
    ['context.Variables["cast"] == context.Variables["handed"]', "true"],
    ['context.Variables["number"] == context.Variables["number"]', "true"],
    ['context.Variables["number"] == (object)5', "false"],
  ])("%s is %s", async (comparison, expected) => {
    expect(await compare(comparison)).toBe(expected);
  });

  it("tells a default from a header of the same text", async () => {
    expect(await compare('context.Variables["header"] == "none"')).toBe("true");
    expect(await compare('context.Variables["header"] == "none"', { "X-A": "none" })).toBe("false");
  });
});

describe("warnings of comparisons by reference", () => {
  it.each([
    ['@(context.Variables["a"] == "x")', ["CS0252"]],
    ['@("x" != context.Variables["a"])', ["CS0253"]],
    ['@(context.Variables["a"] == (string)context.Variables["b"])', ["CS0252"]],
    ['@(context.Variables["a"] == new Uri("http://a/"))', ["CS0252"]],
    ['@(context.Variables["a"] != context.Variables["b"])', ["TP1304"]],
    ['@((object)context.Variables["a"] == "x")', []],
    ['@((string)context.Variables["a"] == "x")', []],
    ['@(context.Variables["a"] == null)', []],
    ['@(context.Variables["a"].Equals("x"))', []],
  ])("%s: %j", (expression, codes) => {
    const { diagnostics } = compileExpression(expression, { globals: contextGlobals, types: contextTypes });
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(codes.map((code) => `warning ${code}`));
  });

  it("has the place of the comparison", () => {
    const source = '@(context.Api.Name == "a" && context.Variables["a"] == "x")';
    const [warning] = compileExpression(source, { globals: contextGlobals, types: contextTypes }).diagnostics;
    expect(source.slice(warning!.start, warning!.end)).toBe('context.Variables["a"] == "x"');
  });
});

it("an expression that names a type compiles under hints", () => {
  const hints = { mayBeNull: {}, throwsWhenAbsent: {}, nullWithoutDefault: {} };
  expect(compileExpression("@(typeof(string).Name)", { hints }).expression?.evaluate([])).toBe("String");
});
