import { describe, expect, test } from "vitest";
import { builtinScope } from "#expressions/dotnet/builtin.js";
import { ReadOnlyDictionaryObject } from "#expressions/dotnet/collections/index.js";
import { compileExpression, describeValue, type NetException } from "#expressions/index.js";

/** What a host makes of its headers: names without regard to case. */
class Headers extends ReadOnlyDictionaryObject {
  private readonly map = new Map<string, string>();

  constructor(entries: Record<string, string>) {
    super([builtinScope.parseType("string"), builtinScope.parseType("string")]);
    for (const [name, value] of Object.entries(entries)) this.map.set(name.toLowerCase(), value);
  }

  protected override find(key: unknown): unknown {
    return this.map.get((key as string).toLowerCase());
  }

  override entries(): Iterable<readonly [unknown, unknown]> {
    return this.map;
  }

  override get count(): number {
    return this.map.size;
  }
}

function evaluate(source: string): unknown {
  const { expression, diagnostics } = compileExpression(source, {
    globals: { headers: "IReadOnlyDictionary<string, string>" },
    allowBeyond: true,
  });
  if (expression === null) throw new Error(diagnostics[0]?.message);
  return describeValue(expression.evaluate([new Headers({ "X-One": "1", "X-Two": "2" })]), expression.scope).value;
}

describe("a host's own dictionary", () => {
  test.each([
    [`headers["x-ONE"]`, "1"],
    ["headers.Count", "2"],
    [`headers.ContainsKey("X-TWO")`, "True"],
    [`headers.ContainsKey("X-Three")`, "False"],
    [`string.Join(",", headers.Keys)`, "x-one,x-two"],
    [`string.Join(",", headers.Values)`, "1,2"],
    [`headers.First().ToString()`, "[x-one, 1]"],
    [`headers.Where(h => h.Value == "2").Select(h => h.Key).Single()`, "x-two"],
    [`headers.ToDictionary(h => h.Key, h => h.Value)`, { "x-one": "1", "x-two": "2" }],
    [`headers.Select(h => h.Key + "=" + h.Value)`, ["x-one=1", "x-two=2"]],
    [`JsonConvert.SerializeObject(headers)`, `{"x-one":"1","x-two":"2"}`],
    [`headers.Contains(new KeyValuePair<string, string>("x-one", "1"))`, "True"],
  ])("%s", (source, expected) => {
    expect(evaluate(`@(${source})`)).toEqual(expected);
  });

  test.each([
    [`headers["none"]`, "System.Collections.Generic.KeyNotFoundException"],
    [`headers[null]`, "System.ArgumentNullException"],
    [`headers.ContainsKey(null)`, "System.ArgumentNullException"],
  ])("%s throws", (source, exception) => {
    expect(() => evaluate(`@(${source})`)).toThrow(expect.objectContaining({ typeName: exception }) as NetException);
  });

  test("TryGetValue leaves the default where nothing is found", () => {
    expect(
      evaluate(
        `@{ string v; return headers.TryGetValue("X-One", out v) + v + headers.TryGetValue("none", out v) + (v == null); }`,
      ),
    ).toBe("True1FalseTrue");
  });

  test("foreach gives pairs", () => {
    expect(evaluate(`@{ var s = ""; foreach (var h in headers) s += h.Key + h.Value; return s; }`)).toBe("x-one1x-two2");
  });
});
