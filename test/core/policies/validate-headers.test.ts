import { describe, expect, it } from "vitest";
import { findings } from "./support.js";
import { apiWorld, internalText, messageOf } from "./validation-support.js";

const operations = {
  get: {
    method: "GET",
    urlTemplate: "/",
    responses: [
      {
        statusCode: 200,
        headers: [
          { name: "X-Left", type: "integer" },
          { name: "X-Must", required: true },
        ],
      },
      { statusCode: 4, headers: [{ name: "X-Why" }] },
    ],
  },
};
const policy = (inner = "", unspecified = "prevent") =>
  `<validate-headers specified-header-action="prevent" unspecified-header-action="${unspecified}" errors-variable-name="errors">${inner}</validate-headers>`;
const url = "https://api.example/a/";
const send = async (headers: Record<string, string | string[]>, outbound = policy(), status = 200) =>
  (
    await apiWorld({ outbound }, operations, { backend: [{ reply: { status, headers: headers as Record<string, string> } }] })
  ).send({ url });

describe("validate-headers", () => {
  it("lets through what fits", async () => {
    expect(await send({ "X-Left": "3", "x-must": "a" })).toMatchObject({ status: 200, error: null });
    expect(await send({ "X-Why": "so" }, policy(), 404)).toMatchObject({ status: 404, error: null });
  });

  it.each([
    [{ "X-Must": "a", Server: "x" }, "Unspecified header Server is not allowed."],
    [
      { "X-Must": "a", "X-Left": "many" },
      "Value of the header X-Left couldn't be parsed according to the definition. Could not convert 'many' to integer.",
    ],
    [{}, "Value of the header X-Must does not conform to the definition. The required header is missing."],
  ])("stops %j without telling why", async (headers, details) => {
    const outcome = await send(headers as Record<string, string>);
    expect([outcome.status, messageOf(outcome)]).toEqual([502, internalText]);
    expect(outcome.error).toMatchObject({ source: "validate-headers", reason: "Response not allowed", message: details });
  });

  it("stops a header that is there twice", async () => {
    const outbound = `<set-header name="X-Left" exists-action="append"><value>1</value><value>2</value></set-header>${policy()}`;
    expect((await send({ "X-Must": "a" }, outbound)).error!.message).toBe(
      "Response cannot contain multiple values for the header X-Left.",
    );
  });

  it("has no specified headers where the status is not declared", async () => {
    expect((await send({ "X-Left": "1" }, policy(), 500)).error!.message).toBe("Unspecified header X-Left is not allowed.");
  });

  it("takes the action of the header, else the common one", async () => {
    const inner = `<header name="server" action="ignore" /><header name="X-Left" action="detect" /><header name="X-Must" action="ignore" />`;
    expect(await send({ Server: "x", "X-Left": "a" }, policy(inner))).toMatchObject({ status: 200 });
    const outcome = await send({ Server: "x", Other: "y" }, policy(inner, "detect"));
    expect(outcome.status).toBe(200);
    expect(Object.keys(outcome.variables)).toContain("errors");
    expect((await send({ "X-Must": "a", Other: "1" }, policy("", "@(&quot;prevent&quot;)"))).status).toBe(502);
  });

  it("may stand in on-error, whose own failures end the request", async () => {
    const test = await apiWorld(
      {
        inbound: "<check-header name='N' failed-check-httpcode='401' failed-check-error-message='no' ignore-case='true' />",
        onError: policy(),
      },
      operations,
    );
    const { error } = await test.send({ url });
    expect(error).toMatchObject({ source: "validate-headers", reason: "Response not allowed", section: "on-error" });
  });

  it.each([
    [{ inbound: policy() }, ["error TP2003"]],
    [{ outbound: policy(`<header name="x" />`) }, ["error TP2007"]],
    [{ outbound: `<validate-headers specified-header-action="no" unspecified-header-action="ignore" />` }, ["error TP2008"]],
  ])("is checked at load time: %j", (sections, expected) => {
    expect(findings(sections)).toEqual(expected);
  });
});
