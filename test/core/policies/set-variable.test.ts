import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

describe("set-variable", () => {
  it.each([
    ["7", "7"],
    ["@(7)", 7],
    ["@(7L)", 7],
    ["@(2.5)", 2.5],
    ["@(true)", true],
    ["@((string)null)", null],
    [" blanks stay ", " blanks stay "],
    ["@(new JObject(new JProperty(&quot;a&quot;, 1)))", { a: 1 }],
  ])("keeps the type of %s", async (value, kept) => {
    const { variables } = await (await world(`<set-variable name="x" value="${value}" />`)).send({ url });
    expect(variables).toHaveProperty("x");
    expect(variables["x"]).toEqual(kept);
  });

  it("replaces value and type, and lives on in later sections", async () => {
    const policy = await world({
      inbound: `<set-variable name="x" value="text" /><set-variable name="x" value="@(1)" />`,
      outbound: `<set-variable name="y" value="@((int)context.Variables["x"] + 1)" />`,
    });
    expect((await policy.send({ url })).variables).toMatchObject({ x: 1, y: 2 });
  });

  it("tells names apart by their letters", async () => {
    const policy = await world(`<set-variable name="x" value="1" /><set-variable name="X" value="2" />`);
    expect((await policy.send({ url })).variables).toMatchObject({ x: "1", X: "2" });
  });

  it.each(["@(new [] { 1, 2 })", "@(new List<string>())", "@(context.Timestamp.DayOfWeek)"])(
    "refuses a value such as %s",
    async (value) => {
      const { status, error } = await (await world(`<set-variable name="x" value="${value}" />`)).send({ url });
      expect(status).toBe(500);
      expect(error).toMatchObject({ source: "set-variable", reason: "ExpressionValueEvaluationFailure" });
      expect(error!.message).toMatch(/is not allowed/);
    },
  );

  it("needs name and value", () => {
    expect(findings("<set-variable />")).toEqual(["error TP2007", "error TP2007"]);
  });
});
