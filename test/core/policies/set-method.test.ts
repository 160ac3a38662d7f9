import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

describe("set-method", () => {
  it.each([
    ["PUT", "PUT"],
    [" patch\n", "PATCH"],
    ["@(context.Request.Method == &quot;POST&quot; ? &quot;get&quot; : &quot;post&quot;)", "GET"],
  ])("sends %j as %s and keeps the body", async (text, method) => {
    const { backendCalls } = await (await world(`<set-method>${text}</set-method>`)).send({ url, method: "POST", body: "kept" });
    expect(backendCalls[0]).toMatchObject({ method });
    expect(Buffer.from(backendCalls[0]!.body).toString()).toBe("kept");
  });

  it.each(["", "GET /", "@(&quot;GET /&quot;)"])("refuses %j", async (text) => {
    if (!text.startsWith("@")) return expect(findings(`<set-method>${text}</set-method>`)).toEqual(["error TP2008"]);
    const { error } = await (await world(`<set-method>${text}</set-method>`)).send({ url });
    expect(error).toMatchObject({ source: "set-method", reason: "ExpressionValueEvaluationFailure" });
  });

  it("is out of place in backend and outbound", () => {
    expect(findings({ outbound: "<set-method>GET</set-method>" })).toEqual(["warning TP2003"]);
  });
});
