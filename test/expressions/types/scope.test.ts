import { describe, expect, it } from "vitest";
import { builtinScope } from "#expressions/dotnet/builtin.js";
import { constant, defineEnum, defineType } from "#expressions/types/declare.js";
import { createTypeScope } from "#expressions/types/scope.js";
import { headerName, parseHeader, parseMember, SignatureError } from "#expressions/types/signature.js";

const type = (text: string) => builtinScope.parseType(text);

describe("signatures", () => {
  it.each([
    ["sealed class A.B<T, U> : C<T>, D", { name: "A.B", arity: 2 }],
    ["[Flags] enum A.E", { name: "A.E", arity: 0 }],
    ["delegate R A.F<in T, out R>(T arg)", { name: "A.F", arity: 2 }],
    ["delegate System.Collections.Generic.List<int> A.F(int a)", { name: "A.F", arity: 0 }],
    ["class A.Outer+Inner", { name: "A.Outer+Inner", arity: 0 }],
  ])("%s names itself", (header, expected) => {
    expect(headerName(header)).toEqual(expected);
    expect(parseHeader(header).name).toBe(expected.name);
  });

  it.each([
    ["new(int a)", "constructor", "new"],
    ["const int Max", "constant", "Max"],
    ["const Monday", "constant", "Monday"],
    ["int Count { get; }", "property", "Count"],
    ["T this[int index] { get; set; }", "property", "this[]"],
    ["static R[] Map<T, R>(this T[] items, Func<T, R> map)", "method", "Map"],
    ["static implicit operator JToken(string value)", "conversion", "implicit"],
    ["static bool operator <=(A a, A b)", "operator", "<="],
    ["void F(string a = null, int b = -1, char c = ' ', Mode m = Mode.On, T d = default)", "method", "F"],
  ])("%s", (source, kind, name) => {
    expect(parseMember(source)).toMatchObject({ kind, name });
  });

  it.each(["int", "void F(", "int F(int)", "int P { get", "int F() x"])("%s is refused", (source) => {
    expect(() => parseMember(source)).toThrow(SignatureError);
  });
});

describe("types", () => {
  it.each([
    ["int", "int", "System.Int32"],
    ["int?", "int?", "System.Nullable`1[System.Int32]"],
    ["string[]", "string[]", "System.String[]"],
    ["int[][,]", "int[][,]", "System.Int32[,][]"],
    ["List<string>", "List<string>", "System.Collections.Generic.List`1[System.String]"],
    [
      "System.Collections.Generic.Dictionary<string, List<int>>",
      "Dictionary<string, List<int>>",
      "System.Collections.Generic.Dictionary`2[System.String,System.Collections.Generic.List`1[System.Int32]]",
    ],
  ])("%s", (text, name, fullName) => {
    expect(type(text).name).toBe(name);
    expect(type(text).fullName).toBe(fullName);
  });

  it("are made once", () => {
    expect(type("List<string[]>")).toBe(type("System.Collections.Generic.List<System.String[]>"));
    const anonymous = () => builtinScope.anonymousType(["a", "b"], [type("int"), type("string")]);
    expect(anonymous()).toBe(anonymous());
  });

  it.each([
    ["string", "object", true],
    ["List<string>", "IEnumerable<string>", true],
    ["List<string>", "IEnumerable<object>", true],
    ["List<int>", "IEnumerable<object>", false],
    ["List<string>", "IList<object>", false],
    ["IEnumerable<string>", "IEnumerable<object>", true],
    ["IEnumerable<object>", "IEnumerable<string>", false],
    ["string[]", "object[]", true],
    ["string[]", "IList<object>", true],
    ["int[]", "object[]", false],
    ["int[]", "IReadOnlyList<int>", true],
    ["int[,]", "IEnumerable<int>", false],
    ["Func<object, string>", "Func<string, object>", true],
    ["Func<string, object>", "Func<object, string>", false],
    ["string", "IEnumerable<char>", true],
    ["DayOfWeek", "System.Enum", true],
    ["int", "System.ValueType", true],
  ])("%s to %s: %s", (from, to, expected) => {
    expect(type(from).isAssignableTo(type(to))).toBe(expected);
  });

  it("a member that mentions an unknown type fails alone, and only when it is asked for", () => {
    const broken = defineType("class Broken", { "int Fine { get; }": () => 1, "Nowhere Bad { get; }": () => null });
    const found = createTypeScope([broken], builtinScope).find("Broken")!;
    expect(found.members("Fine")).toHaveLength(1);
    expect(() => found.members("Bad")).toThrow("Unknown type 'Nowhere' in 'Nowhere Bad { get; }'");
  });
});

describe("a host's scope", () => {
  const mode = defineEnum("Mode", { Off: 0, On: 1 });
  const thing = defineType("class Thing", {
    "new(Mode mode = Mode.On, long size = 5)": () => null,
    "const int Size": constant(3),
    "List<Thing> Parts { get; }": () => null,
  });
  const types = [mode, thing];
  const scope = createTypeScope(types, builtinScope);

  it("is the same for the same array", () => {
    expect(createTypeScope(types, builtinScope)).toBe(scope);
    expect(createTypeScope([...types], builtinScope)).not.toBe(scope);
  });

  it("sees its own types and the built-in ones; the built-in scope does not see it", () => {
    const list = scope.parseType("List<Thing>");
    expect(scope.find("Thing")!.members("Parts")[0]).toMatchObject({ type: list });
    expect(scope.parseType("List<int>")).toBe(type("List<int>"));
    expect(() => type("Thing")).toThrow(SignatureError);
  });

  it("reads defaults in raw form", () => {
    const [creation] = scope.find("Thing")!.members("new");
    expect(creation).toMatchObject({ parameters: [{ defaultValue: { value: 1 } }, { defaultValue: { value: 5n } }] });
  });
});
