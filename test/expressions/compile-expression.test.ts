import * as door from "@turnpike/expressions";
import {
  compileExpression,
  type Description,
  defineType,
  describeValue,
  LimitError,
  NetException,
  type Usage,
} from "@turnpike/expressions";
import { NetObject } from "@turnpike/expressions/values";
import { describe, expect, it } from "vitest";

function described(source: string): Description {
  const { expression, diagnostics } = compileExpression(source);
  if (expression === null) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  return describeValue(expression.evaluate([]), expression.scope);
}

describe("the package's door", () => {
  it("is small", () => {
    expect(Object.keys(door).sort()).toEqual([
      "LimitError",
      "NetException",
      "compileExpression",
      "constant",
      "defaultLimits",
      "defineEnum",
      "defineType",
      "describeValue",
      "expressionVariants",
      "findExpressionEnd",
      "nearestName",
      "negated",
      "toText",
      "withCall",
    ]);
  });
});

describe("compileExpression", () => {
  it("gives the static type, the members used and the value", () => {
    const { expression } = compileExpression('@("a".ToUpper().Length)');
    expect(expression?.type).toBe("int");
    expect([...expression!.uses]).toEqual(expect.arrayContaining(["System.String.ToUpper", "System.String.Length"]));
    expect(expression?.evaluate([])).toBe(1);
  });

  it("takes globals in the order of their declaration", () => {
    const { expression } = compileExpression("@(first + second)", { globals: { first: "string", second: "int" } });
    expect(expression?.evaluate(["a", 1])).toBe("a1");
    expect(expression?.evaluate(["b", 2])).toBe("b2");
  });

  it("takes types of the host", () => {
    class Greeter extends NetObject {
      override get declaration() {
        return greeter;
      }
    }
    const greeter = defineType("sealed class Host.Greeter", {
      "string Greet(string name)": (_: Greeter, name: string) => `Hello ${name}`,
    });
    const types = [greeter];
    const { expression } = compileExpression('@(greeter.Greet("Ada"))', { globals: { greeter: "Host.Greeter" }, types });
    expect(expression?.evaluate([new Greeter()])).toBe("Hello Ada");
  });

  it("refuses a value that does not convert to the result type", () => {
    const { expression, diagnostics } = compileExpression('@("yes")', { resultType: "bool" });
    expect(expression).toBeNull();
    expect(diagnostics[0]?.code).toBe("CS0029");
    expect(compileExpression("@(1 == 1)", { resultType: "bool" }).expression?.evaluate([])).toBe(true);
  });

  it.each([
    ["@(1 + 2)", true],
    ['@("a" + 1.ToString())', true],
    ["@(\"a,b\".Split(','))", false],
    ["@(DateTime.UtcNow)", false],
    ["@(Guid.NewGuid())", false],
    ['@(int.Parse("x"))', false],
    ["@(name)", false],
  ])("knows whether %s is constant", (source, expected) => {
    expect(compileExpression(source, { globals: { name: "string" } }).expression?.isConstant).toBe(expected);
  });

  it("gives arrays anew each time", () => {
    const { expression } = compileExpression("@(\"a,b\".Split(','))");
    expect(expression?.evaluate([])).not.toBe(expression?.evaluate([]));
  });

  it("fails at run time, not at compile time, where .NET does", () => {
    const { expression } = compileExpression('@(int.Parse("x"))');
    expect(() => expression?.evaluate([])).toThrow(NetException);
  });

  it("holds its limits and tells what was used, also when it fails", () => {
    const usage: Usage = { steps: 0, memory: 0 };
    const { expression } = compileExpression("@{ while (true) { } return 1; }", { limits: { steps: 100 } });
    expect(() => expression?.evaluate([], undefined, usage)).toThrow(LimitError);
    expect(usage.steps).toBe(101);
  });

  it("uses the host's clock", () => {
    const host = { now: () => Date.UTC(2024, 1, 29), randomBytes: (n: number) => new Uint8Array(n), elapsed: () => 0 };
    expect(compileExpression('@(DateTime.UtcNow.ToString("o"))').expression?.evaluate([], host)).toBe(
      "2024-02-29T00:00:00.0000000Z",
    );
  });

  it.each([
    ["", {}],
    ["@(", {}],
    ["@(1", {}],
    ["@(x)", { globals: { x: "No.Such.Type" } }],
    ["@(1)", { resultType: "NoSuchType" }],
    ["@(1)", { types: [defineType("this is no header", {})] }],
    ["context.request", { language: "javascript" as const }],
  ])("never throws: %j %j", (source, options) => {
    const { expression, diagnostics } = compileExpression(source, options);
    expect(expression).toBeNull();
    expect(diagnostics[0]?.severity).toBe("error");
  });
});

describe("describeValue", () => {
  it.each<readonly [string, Description]>([
    ["@((string)null)", { type: null, value: null, text: null }],
    ["@(5)", { type: "System.Int32", value: "5", text: "5" }],
    ["@(5L)", { type: "System.Int64", value: "5", text: "5" }],
    ["@('x')", { type: "System.Char", value: "x", text: "x" }],
    ["@(true)", { type: "System.Boolean", value: "True", text: "True" }],
    ["@(2.50m)", { type: "System.Decimal", value: "2.50", text: "2.50" }],
    ["@(0.1 + 0.2)", { type: "System.Double", value: "0.30000000000000004", text: "0.3" }],
    [
      "@(new DateTime(2024, 2, 29))",
      { type: "System.DateTime", value: "2024-02-29T00:00:00.0000000", text: "02/29/2024 00:00:00" },
    ],
    ["@(new byte[] { 1, 2 })", { type: "System.Byte[]", value: "AQI=", text: "System.Byte[]" }],
    ["@(new [] { 1, 2 })", { type: "System.Int32[]", value: ["1", "2"], text: "System.Int32[]" }],
    [
      '@(new List<string> { "a" })',
      {
        type: "System.Collections.Generic.List`1[System.String]",
        value: ["a"],
        text: "System.Collections.Generic.List`1[System.String]",
      },
    ],
    [
      '@(new Dictionary<string, int> { { "__proto__", 1 } })',
      {
        type: "System.Collections.Generic.Dictionary`2[System.String,System.Int32]",
        value: JSON.parse('{"__proto__":"1"}') as Record<string, string>,
        text: "System.Collections.Generic.Dictionary`2[System.String,System.Int32]",
      },
    ],
    ['@(new { x = 1, y = "two" })', { type: "anonymous", value: { x: "1", y: "two" }, text: "{ x = 1, y = two }" }],
    [
      "@(new [] { 1, 2, 3 }.Where(x => x > 1))",
      { type: "System.Collections.Generic.IEnumerable`1[System.Int32]", value: ["2", "3"] },
    ],
    ['@(new [] { "b", "a" }.OrderBy(x => x))', { type: "System.Linq.IOrderedEnumerable`1[System.String]", value: ["a", "b"] }],
    ['@(XElement.Parse("<a><b/></a>"))', { type: "System.Xml.Linq.XElement", value: "<a><b /></a>", text: "<a>\n  <b />\n</a>" }],
  ])("%s", (source, expected) => {
    expect(described(source)).toEqual(expected);
  });

  it("stops at 10,000 items", () => {
    expect(described("@(Enumerable.Range(0, 20000))").value).toHaveLength(10_000);
  });
});
