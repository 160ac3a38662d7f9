import { describe, expect, it } from "vitest";
import { findings } from "./support.js";
import { apiWorld, internalText, messageOf } from "./validation-support.js";

const operations = { get: { method: "GET", urlTemplate: "/", responses: [{ statusCode: 200 }, { statusCode: 3 }] } };
const policy = (inner = "", action = "prevent") =>
  `<validate-status-code unspecified-status-code-action="${action}" errors-variable-name="errors">${inner}</validate-status-code>`;
const url = "https://api.example/a/";
const send = async (status: number, outbound = policy(), all: typeof operations = operations) =>
  (await apiWorld({ outbound }, all, { backend: [{ reply: { status } }] })).send({ url });

describe("validate-status-code", () => {
  it("lets declared codes pass, whatever the overrides say", async () => {
    expect((await send(200, policy(`<status-code code="200" action="prevent" />`))).status).toBe(200);
    expect((await send(304)).status).toBe(304);
  });

  it("lets every code pass where a default response is declared", async () => {
    const all = { get: { method: "GET", urlTemplate: "/", responses: [{ statusCode: 0 }] } };
    expect((await send(418, policy(), all)).status).toBe(418);
  });

  it("stops others without telling why", async () => {
    const outcome = await send(404);
    expect([outcome.status, messageOf(outcome)]).toEqual([502, internalText]);
    expect(outcome.error).toMatchObject({
      source: "validate-status-code",
      reason: "Response not allowed",
      message: "Response status code 404 is not allowed.",
    });
  });

  it("takes the action of the code, else the common one", async () => {
    const inner = `<status-code code="404" action="ignore" /><status-code code="500" action="@("detect")" />`;
    expect((await send(404, policy(inner))).variables).not.toHaveProperty("errors");
    const detected = await send(500, policy(inner));
    expect([detected.status, Object.keys(detected.variables)]).toEqual([500, ["errors"]]);
    expect((await send(503, policy(inner, "detect"))).status).toBe(503);
    expect((await send(503, policy(inner, "ignore"))).variables).not.toHaveProperty("errors");
    expect((await send(503, policy(inner))).status).toBe(502);
  });

  it.each([
    [{ inbound: policy() }, ["error TP2003"]],
    [{ outbound: `<validate-status-code />` }, ["error TP2007"]],
    [{ outbound: policy(`<status-code code="x" action="ignore" />`) }, ["error TP2008"]],
    [
      { outbound: `<validate-status-code unspecified-status-code-action="ignore" error-variable-name="e" />` },
      ["warning TP2006"],
    ],
  ])("is checked at load time: %j", (sections, expected) => {
    expect(findings(sections)).toEqual(expected);
  });
});
