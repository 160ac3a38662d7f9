import { describe, expect, it } from "vitest";
import { findings, refusals, url, world } from "./support.js";

const include = (id: string): string => `<include-fragment fragment-id="${id}" />`;
const fragment = (xml: string): string => `<fragment>${xml}</fragment>`;
const set = (name: string, value: string): string => `<set-variable name="${name}" value="${value}" />`;

describe("include-fragment", () => {
  it("puts the fragment's policies in its place, as often as it stands there", async () => {
    const policy = await world(
      `${set("n", "@(1)")}${include("double")}${include("double")}<choose><when condition="@(true)">${include("double")}</when></choose>`,
      { fragments: { double: fragment(set("n", `@((int)context.Variables[&quot;n&quot;] * 2)`)) } },
    );
    expect((await policy.send({ url })).variables["n"]).toBe(8);
  });

  it("named values are put into fragments too", async () => {
    const policy = await world(include("outer"), {
      fragments: { outer: fragment(set("a", "{{one}}")) },
      namedValues: { one: "1" },
    });
    expect((await policy.send({ url })).variables).toEqual({ a: "1" });
  });

  it("errors tell the way through it", async () => {
    const policy = await world(include("broken"), {
      fragments: { broken: fragment(set("a", "@(int.Parse(&quot;x&quot;))")) },
    });
    expect((await policy.send({ url })).error).toMatchObject({
      source: "set-variable",
      path: "include-fragment[1]\\set-variable[1]",
    });
  });

  it.each([
    ["a fragment that is not there", include("none"), {}],
    ["one that holds another", include("a"), { a: fragment(include("b")), b: fragment("") }],
    ["a policy that may not stand here", include("a"), { a: fragment("<forward-request />") }],
  ])("refuses %s", async (_what, xml, fragments) => {
    expect((await refusals(xml, { fragments })).length).toBeGreaterThan(0);
  });
});

it.each([
  ["<include-fragment />", ["error TP2007"]],
  [include(`@("a")`), ["error TP2009"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
