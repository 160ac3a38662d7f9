import { describe, expect, it } from "vitest";
import { bindProgram } from "#expressions/csharp/binder/index.js";
import { parseCSharp } from "#expressions/csharp/parser.js";
import { builtinScope } from "#expressions/dotnet/builtin.js";
import { defineType } from "#expressions/types/declare.js";
import { createTypeScope } from "#expressions/types/scope.js";

const body = defineType("interface IBody", { "T As<T>(bool preserveContent = false)": () => null, "int Size { get; }": () => 0 });
const types = [body];

function bind(source: string, resultType = "object") {
  return bindProgram(parseCSharp(source), {
    scope: createTypeScope(types, builtinScope),
    globals: { body: "IBody", count: "int" },
    resultType,
    allowBeyond: false,
  });
}

const errors = (source: string, resultType?: string) => bind(source, resultType).diagnostics.map((diagnostic) => diagnostic.code);

describe("a bound program", () => {
  it.each([
    ["@(1 + 2)", "int"],
    ["@(count > 1 ? 1 : 2.5)", "double"],
    ["@{ if (count > 1) return 1; return 2L; }", "long"],
    ['@{ if (count > 1) return 1; return "a"; }', "object"],
    ["@(body.As<string>())", "string"],
    ["@(new[] { count })", "int[]"],
  ])("%s is of type %s", (source, type) => {
    expect(bind(source).program?.type.name).toBe(type);
  });

  it.each([
    ["@(body.As<string>(true))", ["IBody.As"]],
    ["@(body.Size + count)", ["IBody.Size"]],
    ["@(new StringBuilder().ToString())", ["System.Text.StringBuilder.new", "System.Text.StringBuilder.ToString"]],
    ["@(count + 1)", []],
  ])("%s uses %j", (source, uses) => {
    expect([...(bind(source).program?.uses ?? [])]).toEqual(uses);
  });

  it("does not list members of overloads that were only tried", () => {
    const { uses } = bind("@(new[] { 1 }.Select(x => body.Size).First())").program!;
    expect([...uses].filter((use) => use.startsWith("IBody"))).toEqual(["IBody.Size"]);
  });

  it.each([
    ["@(count > 1)", "bool", []],
    ["@(count)", "bool", ["CS0029"]],
    ["@(body.As<object>())", "bool", ["CS0266"]],
    ["@(count)", "long", []],
    ["@(5)", "byte", []],
    ["@{ return count > 1; }", "bool", []],
    ['@{ return "x"; }', "bool", ["CS0029"]],
  ])("%s as %s: %j", (source, resultType, codes) => {
    expect(errors(source, resultType)).toEqual(codes);
  });

  it("reads globals by their place", () => {
    const { program } = bind("@(count)", "int");
    expect(program?.function.body).toMatchObject({ kind: "Global", name: "count", index: 1 });
  });

  it("evaluates named arguments as written", () => {
    const { program } = bind('@("abc".Substring(length: count, startIndex: body.Size))');
    expect(program?.function.body).toMatchObject({
      kind: "Convert",
      operand: {
        kind: "Sequence",
        effects: [{ value: { kind: "Global" } }, { value: { kind: "Member" } }],
        value: {
          kind: "Member",
          arguments: [
            { kind: "Local", local: { slot: 1 } },
            { kind: "Local", local: { slot: 0 } },
          ],
        },
      },
    });
  });

  it("says where its statements stand", () => {
    const source = "@{ int a = 1; int F(int n) { return n; } return F(a); }";
    const { places, localFunctions, program } = bind(source);
    const texts = [...places].map(([statement, { start, end }]) => [statement.kind, source.slice(start, end)]);
    expect(texts).toContainEqual(["Declare", "int a = 1;"]);
    expect(texts).toContainEqual(["Block", "{ return n; }"]);
    expect([...localFunctions].map((localFunction) => localFunction.name)).toEqual(["F"]);
    expect(places.has(program!.function.body as never)).toBe(true);
  });

  it("never throws", () => {
    const deep = `@(${"new[] { 1 }.Select(x => ".repeat(80)}1${")".repeat(81)}`;
    expect(() => bind(deep)).not.toThrow();
    expect(errors("@(body.As<Nope>(}")).not.toEqual([]);
  });
});
