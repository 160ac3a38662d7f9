import { describe, expect, it } from "vitest";
import { lookup, storeValue, whenStoring } from "./cache-values-support.js";
import { findings, url, world } from "./support.js";

describe("cache-lookup-value", () => {
  it("a hit leaves default-value unevaluated, a miss takes it", async () => {
    const policy = await world(
      whenStoring(storeValue("stored")) +
        lookup(`default-value="@(context.Request.Method == "GET" ? "default" : int.Parse("x").ToString())"`),
    );
    expect((await policy.send({ url })).variables["v"]).toBe("default");
    expect((await policy.send({ url, method: "PUT" })).variables["v"]).toBe("stored");
  });

  it("a miss leaves the variable as it was, or unset", async () => {
    expect((await (await world(lookup())).send({ url })).variables).toEqual({});
    expect((await (await world(`<set-variable name="v" value="old" />${lookup()}`)).send({ url })).variables).toEqual({
      v: "old",
    });
  });

  it("keys cannot be made to meet", async () => {
    const policy = await world(
      `<cache-store-value key="@(context.Request.Headers.GetValueOrDefault("A"))" value="x" duration="60" /><cache-lookup-value key="@(context.Request.Headers.GetValueOrDefault("B"))" variable-name="v" />`,
    );
    expect((await policy.send({ url, headers: { A: "a|1:b", B: "a" } })).variables).toEqual({});
    expect((await policy.send({ url, headers: { A: "a", B: "a" } })).variables).toEqual({ v: "x" });
  });
});

it.each([
  ["<cache-lookup-value />", ["error TP2007", "error TP2007"]],
  [`<cache-lookup-value key="k" variable-name="@("v")" />`, ["error TP2009"]],
  [lookup(`caching-type="internal"`), []],
  [lookup(`caching-type="disk"`), ["error TP2008"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
