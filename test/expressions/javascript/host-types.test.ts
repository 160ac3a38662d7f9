// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources of scripts stand in strings
import { describe, expect, it } from "vitest";
import { compileExpression } from "#expressions/compile-expression.js";
import { builtinScope } from "#expressions/dotnet/builtin.js";
import { Dictionary } from "#expressions/dotnet/collections/dictionary.js";
import { toText } from "#expressions/dotnet/object.js";
import { NetException } from "#expressions/runtime/exceptions.js";
import { type CallSite, defineType, withCall } from "#expressions/types/declare.js";
import { NetArray, NetObject } from "#expressions/types/values.js";

const thingType = defineType("interface Test.IThing", {
  "string Name { get; }": (self: Thing) => self.name,
  "int Size { get; }": (self: Thing) => self.name.length,
  "Test.IThing Next { get; }": () => null,
});

const hostType = defineType("interface Test.IHost", {
  "string Method { get; }": () => "POST",
  "long Big { get; }": () => 5_000_000_000n,
  "Test.IThing[] Things { get; }": withCall(
    (site: CallSite) => new NetArray(site.scope.find("Test.IThing")!, [new Thing("one"), new Thing("three")]),
  ),
  "IReadOnlyDictionary<string, object> Variables { get; }": () => variables,
  "T As<T>(bool keep = false)": withCall(
    (site: CallSite, _self: unknown, keep: boolean) => `${site.typeArguments[0]!.name} ${keep}`,
  ),
  "string Repeat(string text, int count)": (_self: unknown, text: string, count: number) => text.repeat(count),
  'string Pick(string text = "none")': (_self: unknown, text: string) => text,
  "Test.IThing Nobody { get; }": () => null,
});

class Thing extends NetObject {
  constructor(readonly name: string) {
    super();
  }
  override get declaration() {
    return thingType;
  }
}

class Host extends NetObject {
  override get declaration() {
    return hostType;
  }
}

const types = [thingType, hostType];
const text = builtinScope.find("System.String")!;
const object = builtinScope.find("System.Object")!;
const variables = new Dictionary([text, object]);
variables.set("userId", "u1");
variables.set("count", 3);

function run(source: string): string {
  const { expression, diagnostics } = compileExpression(`@(${source})`, {
    language: "javascript",
    globals: { host: "Test.IHost" },
    types,
  });
  if (expression === null) return diagnostics.map(({ code, hint }) => `${code} ${hint ?? ""}`.trim()).join(", ");
  try {
    const value = expression.evaluate([new Host()]);
    return value === null ? "null" : toText(value).replace(/\s+/g, " ");
  } catch (error) {
    if (error instanceof NetException) return `! ${error.typeName}`;
    throw error;
  }
}

const CASES: readonly (readonly [source: string, value: string])[] = [
  ["host.method === 'POST'", "True"],
  ["host.method.length", "4"],
  ["host.big + 1", "5000000001"],
  ["host.things.length", "2"],
  ["host.things[0].name", "one"],
  ["host.things[7]", "null"],
  ["host.things.map(t => t.name).join()", "one,three"],
  ["host.things.filter(t => t.size > 3).map(t => t.name)", '[ "three" ]'],
  ["host.things.find(t => t.name === 'three').size", "5"],
  ["host.things.some(t => t.size === 3)", "True"],
  ["host.things.reduce((sum, t) => sum + t.size, 0)", "8"],
  ["host.things.toSorted((a, b) => b.size - a.size)[0].name", "three"],
  ["host.variables.userId", "u1"],
  ["host.variables['userId'] === 'u1'", "True"],
  ["host.variables.count + 1", "4"],
  ["host.variables.nope", "null"],
  ["host.variables.nope ?? 'd'", "d"],
  ["host.variables.containsKey('count')", "True"],
  ["'count' in host.variables", "True"],
  ["Object.keys(host.variables)", '[ "userId", "count" ]'],
  ["host.variables.getValueOrDefault('nope', 7)", "7"],
  ["host.as(String)", "string false"],
  ["host.as(String, true)", "string true"],
  ["host.repeat('ab', 2)", "abab"],
  ["host.repeat(12, '2')", "1212"],
  ["host.repeat('a', host.variables.count)", "aaa"],
  ["host.repeat('a', 1.5)", "! System.FormatException"],
  ["host.pick()", "none"],
  ["host.nobody?.name", "null"],
  ["host.nobody?.next.next.name", "null"],
  ["host.nobody?.name ?? 'x'", "x"],
  ["host.nobody.name", "! System.NullReferenceException"],
  ["`${host.method}/${host.things[1].size}`", "POST/5"],
  ["host.metod", "CS1061 Did you mean 'method'?"],
  ["host.Method", "CS1061 Did you mean 'method'?"],
  ["host.method = 'x'", "CS0200 A script changes its own objects and arrays only."],
  ["host.variables.x = 1", "CS0200 A script changes its own objects and arrays only."],
  ["host.repeat('a')", "CS7036"],
];

describe("JavaScript: types of the host", () => {
  it.each(CASES)("%s", (source, value) => {
    expect(run(source)).toBe(value);
  });

  it("tells which members are used", () => {
    const { expression } = compileExpression("@(host.things.map(t => t.name))", {
      language: "javascript",
      globals: { host: "Test.IHost" },
      types,
    });
    const used = [...(expression?.uses ?? [])].filter((id) => !id.includes("JavaScript"));
    expect(used.sort()).toEqual(["Test.IHost.Things", "Test.IThing.Name"]);
  });

  it("makes values fit the result type", () => {
    const fitted = (source: string, resultType: string) =>
      compileExpression(`@(${source})`, { language: "javascript", resultType }).expression?.evaluate([]);
    expect(fitted("'x'", "bool")).toBe(true);
    expect(fitted("undefined", "bool")).toBe(false);
    expect(fitted("12", "string")).toBe("12");
    expect(fitted("'12'", "int")).toBe(12);
    expect(fitted("{ a: [1] }", "string")).toBe('{"a":[1]}');
  });
});
