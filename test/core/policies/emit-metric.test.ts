import { describe, expect, it } from "vitest";
import { ask, modelWorld } from "./ai-support.js";
import { findings } from "./support.js";

const emit = (attributes: string, dimensions = `<dimension name="API ID" />`): string =>
  `<emit-metric ${attributes}>${dimensions}</emit-metric>`;

describe("emit-metric", () => {
  it("emits a sample with the dimensions named, and changes nothing", async () => {
    const { send, metrics } = await modelWorld(
      emit(
        `name="Orders" namespace="shop" value="@(1.5 + context.Request.Headers.Count)"`,
        `<dimension name="API ID" /><dimension name="Operation ID" /><dimension name="Product ID" /><dimension name="Location" /><dimension name="@("C" + 1)" value="@(context.Request.Method)" />`,
      ),
    );
    expect((await send(ask("?"), { "X-A": "1" })).status).toBe(200);
    expect(metrics.map((metric) => ({ ...metric, dimensions: { ...metric.dimensions } }))).toEqual([
      {
        name: "Orders",
        namespace: "shop",
        value: 2.5,
        dimensions: { "API ID": "model", "Operation ID": "chat", "Product ID": "", Location: "West Europe", C1: "POST" },
      },
    ]);
  });

  it("counts one by default, in the namespace of API Management, in every section", async () => {
    const { send, metrics } = await modelWorld({
      inbound: emit(`name="in"`),
      backend: `${emit(`name="back"`)}<forward-request />`,
      outbound: `${emit(`name="out"`)}<set-variable name="x" value="@(int.Parse("x"))" />`,
      onError: emit(`name="error"`, `<dimension name="Backend ID" />`),
    });
    await send(ask("?"));
    expect(metrics.map(({ name, value, namespace }) => [name, value, namespace])).toEqual(
      ["in", "back", "out", "error"].map((name) => [name, 1, "API Management"]),
    );
  });

  it("a dimension's name may be any text, also that of a member of every object", async () => {
    const { send, metrics } = await modelWorld(
      emit(`name="m"`, `<dimension name="__proto__" value="p" /><dimension name="constructor" value="c" />`),
    );
    await send(ask("?"));
    expect(Object.entries(metrics[0]!.dimensions)).toEqual([
      ["__proto__", "p"],
      ["constructor", "c"],
    ]);
  });

  it.each([`value="@("many")"`, `value="@(int.Parse("x"))"`])("fails on %s", async (value) => {
    const { send, metrics } = await modelWorld(emit(`name="m" ${value}`));
    const { status, error } = await send(ask("?"));
    expect([status, error!.source, error!.reason]).toEqual([500, "emit-metric", "ExpressionValueEvaluationFailure"]);
    expect(metrics).toEqual([]);
  });
});

const dimensions = (count: number): string =>
  Array.from({ length: count }, (_, i) => `<dimension name="d${i}" value="v" />`).join("");

it.each([
  [emit(`name="m"`), []],
  [emit(""), ["error TP2007"]],
  [emit(`name="m" value="many"`), ["error TP2008"]],
  [emit(`name="m"`, ""), ["error TP2011"]],
  [emit(`name="m"`, `<dimension name="Mine" />`), ["error TP2007"]],
  [emit(`name="m"`, dimensions(5)), []],
  [emit(`name="m"`, dimensions(6)), ["warning TP2011"]],
  [emit(`name="m"`, dimensions(11)), ["error TP2011"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
