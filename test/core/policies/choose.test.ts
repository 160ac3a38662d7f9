import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const mark = (name: string): string => `<set-variable name="branch" value="${name}" />`;
const document = (first: string, second: string, otherwise = ""): string =>
  `<choose><when condition="${first}">${mark("first")}</when><when condition="${second}">${mark("second")}</when>${otherwise}</choose>`;

describe("choose", () => {
  it.each([
    ["@(true)", "@(true)", "", "first"],
    ["@(false)", "@(true)", "", "second"],
    ["false", "True", "", "second"],
    ["@(false)", "@(false)", "", undefined],
    ["@(false)", "@(false)", `<otherwise>${mark("otherwise")}</otherwise>`, "otherwise"],
    ["@(true)", "@(1 / int.Parse(&quot;0&quot;) == 0)", "", "first"],
  ])("%s, then %s%s runs %s", async (first, second, otherwise, branch) => {
    expect((await (await world(document(first, second, otherwise))).send({ url })).variables["branch"]).toBe(branch);
  });

  it("ends the request when a branch does", async () => {
    const policy = await world(`<choose><when condition="true"><return-response /></when></choose>${mark("after")}`);
    const { variables, backendCalls } = await policy.send({ url });
    expect([variables["branch"], backendCalls.length]).toEqual([undefined, 0]);
  });

  it.each(["@(1 / int.Parse(&quot;0&quot;) == 0)", "@((bool)context.Variables[&quot;none&quot;])"])(
    "fails where a condition does: %s",
    async (condition) => {
      const { error } = await (await world(document("@(false)", condition))).send({ url });
      expect(error).toMatchObject({ source: "choose", reason: "ExpressionValueEvaluationFailure" });
      expect(error!.path).toContain("when[2]");
    },
  );

  it.each([
    ["<choose />", ["error TP2011"]],
    [`<choose><when>${mark("x")}</when></choose>`, ["error TP2007"]],
    [`<choose><when condition="maybe">${mark("x")}</when></choose>`, ["error TP2008"]],
    [`<choose><when condition="true" /><otherwise /><otherwise /></choose>`, ["error TP2011"]],
    [`<choose><when condition="@(1)" /></choose>`, ["error CS0029"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
