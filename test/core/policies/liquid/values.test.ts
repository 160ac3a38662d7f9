import { describe, expect, it } from "vitest";
import { rendered } from "./support.js";

describe("what Liquid outputs print", () => {
  it.each([
    ["{{ body.yes }}{{ body.no }}{{ body.nil }}", "truefalse"],
    ["{{ body.big }} {{ body.price }} {{ body.zero }}", "12345678901 12.5 0"],
    ["{{ body.list }}{{ body.elist }}{{ body.words }}", "312pearApplefig"],
    ["{{ body.obj }}|{{ body.eobj }}", "[a, 1][b, two][c, ]|"],
    ["{{ body.date }}", "02/03/2024 04:05:06"],
    ["{{ body.text.first }}", "H"],
    ["{{ 1.50 | Append: 'x' }} {{ 1.50 }} {{ 0.00000001 }}", "1.50x 1.5 0.00000001"],
  ])("%s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it("of mixed lists and doubles", async () => {
    const body = { mixed: [1, "1", null, true, 2.5], a: 1e20, b: 1e-7, c: 9.0, d: 9007199254740993n.toString() };
    expect(await rendered("{{ body.mixed }}|{{ body.mixed | Join: '-' }}", { body })).toBe("11True2.5|1-1--True-2.5");
    expect(await rendered("{{ body.a }}|{{ body.b }}|{{ body.c }}", { body })).toBe("1E+20|1E-07|9");
    expect(await rendered("{{ body.x }}", { body: '{"x":9007199254740993}', type: "application/json" })).toBe("9007199254740993");
  });

  it("is neither escaped nor rendered again", async () => {
    const body = { html: `<b>"&'</b>`, braces: "{{ body.n }}{% if true %}" };
    expect(await rendered("{{ body.html }}{{ body.braces }}", { body })).toBe(`<b>"&'</b>{{ body.n }}{% if true %}`);
  });
});

describe("Liquid arithmetic", () => {
  it.each([
    ["{{ body.n | Plus: 3 }}|{{ body.n | Minus: 10 }}|{{ 7 | Times: 3 }}|{{ 7 | Modulo: 4 }}", "10|-3|21|3"],
    ["{{ 10 | DividedBy: 3 }}|{{ -3 | DividedBy: 2 }}|{{ 10 | DividedBy: 4 | Times: 2.0 }}", "3|-1|4"],
    ["{{ 0.1 | Plus: 0.2 }}|{{ 10.1 | Minus: 2.2 }}|{{ body.price | DividedBy: 5 }}", "0.3|7.9|2.5"],
    ["{{ 20 | DividedBy: 7.0 }}", "2.8571428571428571428571428571"],
    ["{{ 1 | DividedBy: 0.0 }}|{{ 1.0 | Modulo: 0 }}", "Infinity|NaN"],
    ["[{{ body.nil | Plus: 1 }}{{ 1 | Plus: nil }}{{ body.missing | Times: 2 }}]", "[]"],
    ["{{ body.num | Plus: 1 }}|{{ body.num | Plus: 1.5 }}|{{ 'x' | Plus: nil }}", "421|421.5|x"],
    ["{{ body.num | Times: 2 }}|{{ '5' | Times: 2.0 }}|{{ 'ab' | Times: 3 | Size }}", "4242|10|3"],
    ["{{ 2147483648 | Plus: 1 }}|{{ body.big | Plus: body.big }}", "2147483649|24691357802"],
    ["{{ -5 | Abs | DividedBy: 2 }}|{{ '1,234.5-' | Abs }}|{{ body.yes | Abs }}|{{ '8' | Abs }}", "2.5|1234.5|0|8"],
    ["{{ body.n | AtLeast: 10 }}|{{ body.n | AtMost: 3 }}|{{ '12abc' | AtLeast: 5 }}", "10|3|12abc"],
    ["{{ 2.5 | Round }}|{{ 3.5 | Round }}|{{ 2.345 | Round: 2 }}|{{ nil | Round }}|{{ '2.5' | Round: '0' }}", "2|4|2.34|0|2"],
    ["[{{ 2.5 | Round: -1 }}{{ 2.5 | Round: 29 }}{{ 'x' | Round }}]", "[]"],
  ])("%s", async (template, expected) => {
    expect(await rendered(template)).toBe(expected);
  });

  it.each([
    "{{ 10 | DividedBy: 0 }}",
    "{{ 10 | Modulo: 0 }}",
    "{{ 2147483647 | Plus: 1 }}",
    "{{ 9223372036854775807 | Plus: 1 }}",
    "{{ body.num | Minus: 1 }}",
    "{{ 1 | Plus: '1' }}",
    "{{ body.yes | Plus: 1 }}",
    "{{ body.list | Plus: 1 }}",
    "{{ 'a' | Times: -1 }}",
    "{{ 'x' | Times: 1.5 }}",
    "{{ nil | Abs }}",
    "{{ 5 | AtLeast: nil }}",
  ])("fails in place: %s", async (template) => {
    expect(await rendered(`a${template}b`)).toMatch(/^aLiquid error: [\s\S]+b$/);
  });

  it("hides what went wrong with whole numbers, as the engine does", async () => {
    expect(await rendered("{{ 1 | DividedBy: 0 }}")).toBe(
      "Liquid error: Exception has been thrown by the target of an invocation.",
    );
  });
});
