import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

describe("set-status", () => {
  it.each([
    [`code="418" reason="Short and stout"`, 418, "Short and stout"],
    [`code="404" reason=""`, 404, "Not Found"],
    [`code="404"`, 404, "Not Found"],
    [`code="@(context.Response.StatusCode + 4)" reason="@("Very " + context.Response.StatusReason)"`, 204, "Very OK"],
    [`code="@("503")" reason="x"`, 503, "x"],
  ])("sets %s", async (attributes, status, reason) => {
    const policy = await world(
      { outbound: `<set-status ${attributes} />` },
      { backend: [{ reply: { status: 200, reason: "OK", body: "kept" } }] },
    );
    expect(await policy.send({ url })).toMatchObject({ status, reason });
  });

  it("is overtaken by the backend's answer when it stands in inbound", async () => {
    expect((await (await world(`<set-status code="201" reason="x" />`)).send({ url })).status).toBe(200);
  });

  it.each([`code="99" reason="x"`, `code="1000" reason="x"`, `code="no" reason="x"`])("refuses %s", (attributes) => {
    expect(findings({ outbound: `<set-status ${attributes} />` })).toEqual(["error TP2008"]);
  });

  it.each([`code="@(99)" reason="x"`, `code="@(2.5)" reason="x"`, `code="200" reason="@("a\\r\\nb")"`])(
    "fails on %s",
    async (attributes) => {
      const { status, error } = await (await world({ outbound: `<set-status ${attributes} />` })).send({ url });
      expect(status).toBe(500);
      expect(error).toMatchObject({ source: "set-status", reason: "ExpressionValueEvaluationFailure" });
    },
  );

  it("warns where the reason is left out", () => {
    expect(findings({ outbound: `<set-status code="200" />` })).toEqual(["warning TP2007"]);
  });
});
