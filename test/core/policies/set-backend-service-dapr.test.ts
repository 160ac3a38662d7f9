import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const dapr = (attributes: string): string => `<set-backend-service backend-id="dapr" ${attributes} />`;

describe("set-backend-service with Dapr", () => {
  it.each([
    [`dapr-app-id="echo" dapr-method="back"`, "http://localhost:3500/v1.0/invoke/echo/method/back?q=1"],
    [
      `dapr-app-id="echo" dapr-namespace="n" dapr-method="/a/b?x=2"`,
      "http://localhost:3500/v1.0/invoke/echo.n/method/a/b?x=2&q=1",
    ],
    [`dapr-app-id="a b" dapr-method="@("x%2e" + "y")"`, "http://localhost:3500/v1.0/invoke/a%20b/method/x%252ey?q=1"],
  ])("%s", async (attributes, expected) => {
    const { backendCalls } = await (await world(dapr(attributes))).send({ url: `${url}?q=1` });
    expect(backendCalls[0]!.url).toBe(expected);
  });

  it.each(["..", ".", "a/../b", "a//b", ""])("sends nothing to a method that leads elsewhere: %s", async (method) => {
    const policy = await world(dapr(`dapr-app-id="echo" dapr-method="@(context.Request.Headers.GetValueOrDefault("X-M", ""))"`));
    const { status, error, backendCalls } = await policy.send({ url, headers: { "X-M": method } });
    expect([status, error!.source, backendCalls]).toEqual([500, "set-backend-service", []]);
    expect(["PathNotAllowed", "ExpressionValueValidationFailure"]).toContain(error!.reason);
  });

  it.each([
    [dapr(""), ["error TP2007"]],
    [`<set-backend-service base-url="https://a.example" dapr-app-id="echo" />`, ["error TP2102"]],
    [`<set-backend-service-dapr backend-id="dapr" dapr-app-id="a" dapr-method="b" />`, ["error TP2002"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });
});
