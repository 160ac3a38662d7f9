import { describe, expect, it } from "vitest";
import { definePolicy, type PolicyDefinition } from "#core/policy/define.js";
import { flag, integer, oneOf, seconds, text, value } from "#core/policy/schema.js";
import { apiWith, errorsOf, gatewayOf, policies, set } from "../run/gateway.js";

/** A policy with an attribute of every type, which writes down what it gets. */
function probe() {
  const got: Record<string, unknown> = {};
  const definition = definePolicy({
    name: "probe",
    category: "transformation",
    summary: "Writes down its attributes.",
    sections: ["inbound"],
    scopes: ["api"],
    attributes: {
      text: text({ expressions: true }),
      flag: flag({ expressions: true }),
      integer: integer({ expressions: true, min: 1, max: 100 }),
      seconds: seconds({ expressions: true }),
      word: oneOf(["one", "two"], { expressions: true }),
      object: value({ expressions: true }),
      fixed: text({ default: "as it is" }),
    },
    children: {},
    compile: ({ attributes }) => {
      return (exchange) => {
        for (const [name, one] of Object.entries(attributes)) if (one !== null) got[name] = one.get(exchange);
        return "continue";
      };
    },
  });
  return { got, definition: definition as unknown as PolicyDefinition };
}

async function computed(attributes: string, namedValues = {}): Promise<unknown> {
  const { got, definition } = probe();
  const { send } = await gatewayOf(apiWith(policies({ inbound: `<probe ${attributes} />` }), { namedValues }), undefined, {
    policies: [definition],
  });
  const { exchange } = await send("/api/x");
  if (exchange.lastError !== null) return exchange.lastError.message;
  delete got["fixed"];
  return Object.values(got)[0];
}

describe("literals and expressions become what the target takes", () => {
  it.each<[string, unknown]>([
    [`text=" a "`, " a "],
    [`text="@(1.50m)"`, "1.50"],
    [`text="@(true)"`, "True"],
    [`text="@((string)null)"`, ""],
    [`text="@(0.1 + 0.2)"`, "0.3"],
    [`text="@('c')"`, "c"],
    [`text="@(DateTime.Parse("2024-05-03").DayOfWeek)"`, "Friday"],
    [`text="@(TimeSpan.FromMinutes(90))"`, "01:30:00"],
    [`flag=" True "`, true],
    [`flag="@(1 < 2)"`, true],
    [`integer="7"`, 7],
    [`integer="@(3 + 4)"`, 7],
    [`integer="@(7L)"`, 7],
    [`integer="@("7")"`, 7],
    [`integer="@(7m)"`, 7],
    [`integer="@("seven")"`, `Expression evaluation failed. "seven" is not a whole number.`],
    [`integer="@(7.5)"`, "Expression evaluation failed. 7.5 is not a whole number."],
    [`integer="@(101)"`, "Expression evaluation failed. 101 is more than 100."],
    [`seconds="0.5"`, 0.5],
    [`seconds="@(-1)"`, "Expression evaluation failed. -1 is less than 0."],
    [`word="@(" two ")"`, "two"],
    [`word="@("three")"`, `Expression evaluation failed. "three" is not one of one, two.`],
    [`object="@(5)"`, 5],
    [`object="5"`, "5"],
  ])("%s", async (attributes, wanted) => {
    expect(await computed(attributes)).toEqual(wanted);
  });
});

describe("named values", () => {
  it.each<[string, Record<string, string>, unknown]>([
    [`text="a{{n}}c"`, { n: "b" }, "abc"],
    [`text="{{n}}"`, { n: `"><evil a="` }, `"><evil a="`],
    [`text="{{n}}"`, { n: "{{m}}", m: "x" }, "{{m}}"],
    [`text="{{n}}"`, { n: "@(1 + 1)" }, "2"],
    [`text="@("{{n}}" + 1)"`, { n: "v" }, "v1"],
    [`text='@($"a{{n}}")'`, { n: "v" }, "av"],
    [`integer="@({{n}} * 2)"`, { n: "21" }, 42],
    [`integer="{{n}}"`, { n: "21" }, 21],
    [`text="{{ n }}"`, { n: "v" }, "{{ n }}"],
  ])("%s with %j", async (attributes, namedValues, wanted) => {
    expect(await computed(attributes, namedValues)).toEqual(wanted);
  });

  it("that do not exist are errors with their place", async () => {
    expect(await errorsOf(apiWith(policies({ inbound: set("a", "x{{nothing}}") })))).toEqual([
      "TP2013 1:51 Cannot find a property 'nothing'.",
    ]);
  });

  it("break an expression where they stand, and secrets stay unseen", async () => {
    const configuration = apiWith(policies({ inbound: set("a", "@(1 + {{key}})") }), {
      namedValues: { key: { secret: true, value: "hunter2" } },
    });
    expect(await errorsOf(configuration)).toEqual(["CS0103 1:56 The name '***' does not exist in the current context"]);
  });
});
