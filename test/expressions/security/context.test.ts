import { contextGlobals, contextTypes, createFixtureContext } from "@turnpike/core/tools";
import { compileExpression, LimitError, NetException, toText } from "@turnpike/expressions";
import { describe, expect, it } from "vitest";

/** Names from outside that would reach a prototype if requests were kept in plain objects. */
const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf"];

const fixture = {
  request: {
    method: "POST",
    url: `https://gateway.example.com/a?${names.map((name) => `${name}=query`).join("&")}`,
    headers: Object.fromEntries(names.map((name) => [name, [`header of ${name}`]])),
    matchedParameters: Object.fromEntries(names.map((name) => [name, "matched"])),
    body: JSON.stringify(Object.fromEntries(names.map((name) => [name, "body"]))),
  },
  variables: Object.fromEntries(names.map((name) => [name, { type: "string", value: "variable" }])),
};

function run(source: string, of: object = fixture, language: "csharp" | "javascript" = "csharp"): string {
  const { expression, diagnostics } = compileExpression(source, { language, globals: contextGlobals, types: contextTypes });
  if (expression === null) return `refused ${diagnostics.find((diagnostic) => diagnostic.severity === "error")?.code}`;
  try {
    return toText(expression.evaluate([createFixtureContext(of)]));
  } catch (error) {
    if (error instanceof NetException) return `threw ${error.typeName}: ${error.message}`;
    if (error instanceof LimitError) return `limit ${error.limit}`;
    throw error;
  }
}

describe.each(names)("the name %s in a request", (name) => {
  it.each([
    [`@(context.request.headers.getValueOrDefault("${name}"))`, `header of ${name}`, ""],
    [`@(context.request.headers["${name}"]?.[0])`, `header of ${name}`, ""],
    [`@(context.request.url.query.getValueOrDefault("${name}"))`, "query", ""],
    [`@(context.request.matchedParameters["${name}"])`, "matched", ""],
    [`@(context.variables["${name}"])`, "variable", ""],
    [`@("${name}" in context.variables)`, "True", "False"],
  ])("%s is data in JavaScript too", (source, expected, absent) => {
    expect(run(source, fixture, "javascript")).toBe(expected);
    expect(run(source, {}, "javascript")).toBe(absent);
  });

  it.each([
    [`@(context.Request.Headers.GetValueOrDefault("${name}"))`, `header of ${name}`],
    [`@(context.Request.Headers["${name}"][0])`, `header of ${name}`],
    [`@(context.Request.Url.Query.GetValueOrDefault("${name}"))`, "query"],
    [`@(context.Request.MatchedParameters["${name}"])`, "matched"],
    [`@((string)context.Variables["${name}"])`, "variable"],
    [`@(context.Request.Body.As<JObject>()["${name}"].ToString())`, "body"],
  ])("%s is data", (source, expected) => {
    expect(run(source)).toBe(expected);
  });

  it.each([
    [`@(context.Request.Headers.ContainsKey("${name}"))`, "False"],
    [`@(context.Request.Headers.GetValueOrDefault("${name}", "none"))`, "none"],
    [`@(context.Request.Url.Query.ContainsKey("${name}"))`, "False"],
    [`@(context.Request.MatchedParameters.ContainsKey("${name}"))`, "False"],
    [`@(context.Variables.ContainsKey("${name}"))`, "False"],
    [`@(context.Variables.GetValueOrDefault<string>("${name}", "none"))`, "none"],
  ])("%s is absent from an empty request", (source, expected) => {
    expect(run(source, {})).toBe(expected);
  });

  it.each([
    `@(context.Variables["${name}"])`,
    `@(context.Request.Headers["${name}"])`,
    `@(context.Request.MatchedParameters["${name}"])`,
  ])("%s throws in an empty request", (source) => {
    expect(run(source, {})).toMatch(/^threw System\.Collections\.Generic\.KeyNotFoundException/);
  });

  it.each([
    `@(context.${name})`,
    `@(context.Request.${name})`,
    `@(context.Request.Url.${name})`,
    `@(context.Request.Headers.${name})`,
    `@(context.Variables.${name})`,
    `@(context.Api.${name})`,
  ])("%s is refused", (source) => {
    expect(run(source)).toMatch(/^refused/);
  });
});

describe("the context is read-only", () => {
  it.each([
    '@{ context.Variables["a"] = "b"; return 1; }',
    '@{ context.Request.Headers["a"] = new [] { "b" }; return 1; }',
    '@{ context.Request.Method = "GET"; return 1; }',
    "@{ context = null; return 1; }",
    '@{ context.Variables.Add("a", "b"); return 1; }',
    "@{ context.Request.Url.Path.Length = 1; return 1; }",
    "@(context.source)",
    "@(context.Request.message)",
    "@(context.Request.Body.message)",
  ])("%s is refused", (source) => {
    expect(run(source)).toMatch(/^refused/);
  });

  it("keeps its headers when an expression changes the array it was given", () => {
    const context = createFixtureContext(fixture);
    const options = { globals: contextGlobals, types: contextTypes };
    const change = compileExpression('@{ var h = context.Request.Headers["toString"]; h[0] = "changed"; return h[0]; }', options);
    const read = compileExpression('@(context.Request.Headers["toString"][0])', options);
    expect(change.expression?.evaluate([context])).toBe("changed");
    expect(read.expression?.evaluate([context])).toBe("header of toString");
  });

  it.each([
    "@(((Dictionary<string, object>)context.Variables).Count)",
    "@(((Dictionary<string, string[]>)context.Request.Headers).Count)",
    "@((string)(object)context.Request)",
  ])("%s throws InvalidCastException", (source) => {
    expect(run(source)).toMatch(/^threw System\.InvalidCastException/);
  });
});
