import { describe, expect, it } from "vitest";
import { findings, url, world } from "./support.js";

const call = `<send-request mode="new" response-variable-name="answer"><set-url>https://side.example/</set-url></send-request>`;
const side = { external: [{ reply: { status: 203, reason: "Side", headers: { "X-Side": "1" }, body: "side" } }] };

describe("return-response", () => {
  it("is an empty 200 by default, and nothing runs behind it", async () => {
    const policy = await world({
      inbound: `<set-status code="500" reason="x" /><return-response /><set-variable name="after" value="1" />`,
      outbound: `<set-variable name="outbound" value="1" />`,
    });
    const { status, reason, text, variables, backendCalls } = await policy.send({ url });
    expect({ status, reason, text, backendCalls }).toEqual({ status: 200, reason: "OK", text: "", backendCalls: [] });
    expect(variables).toEqual({});
  });

  it("is built by its children, which see the context as it was", async () => {
    const policy = await world(
      {
        outbound: `<return-response>
        <set-status code="@(context.Response.StatusCode + 1)" reason="Mine" />
        <set-header name="X-A"><value>@(context.Response.Headers.GetValueOrDefault("X-Backend"))</value></set-header>
        <set-header name="X-A" exists-action="append"><value>two</value></set-header>
        <set-body>@("not " + context.Response.Body.As<string>())</set-body>
      </return-response>`,
      },
      { backend: [{ reply: { status: 201, headers: { "X-Backend": "one" }, body: "that" } }] },
    );
    const { status, reason, headers, text } = await policy.send({ url });
    expect([status, reason, headers.getAll("X-A"), headers.get("X-Backend"), text]).toEqual([
      202,
      "Mine",
      ["one", "two"],
      null,
      "not that",
    ]);
  });

  it("can be the response in a variable, changed in a copy", async () => {
    const policy = await world(
      `${call}<return-response response-variable-name="answer"><set-header name="X-Side" exists-action="append"><value>2</value></set-header></return-response>`,
      side,
    );
    const { status, reason, headers, text } = await policy.send({ url });
    expect([status, reason, headers.getAll("X-Side"), text]).toEqual([203, "Side", ["1", "2"], "side"]);
  });

  it.each([
    ["a variable with something else", `<set-variable name="answer" value="text" />`],
    [
      "a response whose body was used up",
      `${call}<set-variable name="x" value="@(((IResponse)context.Variables["answer"]).Body.As<string>())" />`,
    ],
  ])("fails on %s", async (_what, before) => {
    const { status, error } = await (await world(`${before}<return-response response-variable-name="answer" />`, side)).send({
      url,
    });
    expect(status).toBe(500);
    expect(error).toMatchObject({ source: "return-response", reason: "ResponseVariableInvalid" });
  });

  it.each([
    ["is not set", ""],
    ["is null", `<set-variable name="answer" value="@(null)" />`],
  ])("makes a new response where the variable %s, as the service does", async (_what, before) => {
    const children = `<set-status code="503" reason="Away" /><set-header name="X-A"><value>a</value></set-header><set-body>away</set-body>`;
    const policy = await world(`${before}<return-response response-variable-name="answer">${children}</return-response>`);
    const { status, reason, headers, text, error } = await policy.send({ url });
    expect([status, reason, headers.get("X-A"), text, error]).toEqual([503, "Away", "a", "away", null]);
  });

  it("replaces the error response in on-error", async () => {
    const policy = await world({
      inbound: `<set-variable name="x" value="@(int.Parse("x"))" />`,
      onError: `<return-response><set-status code="418" reason="Teapot" /><set-body>@(context.LastError.Source)</set-body></return-response>`,
    });
    expect(await policy.send({ url })).toMatchObject({ status: 418, reason: "Teapot", text: "set-variable" });
  });

  it("gives Liquid templates an empty body", async () => {
    const policy = await world(
      `<return-response><set-body template="liquid">[{{body}}] {{context.Request.Method}}</set-body></return-response>`,
    );
    expect((await policy.send({ url, method: "POST", body: "x" })).text).toBe("[] POST");
  });

  it("reports errors of children as its own", async () => {
    const { error } = await (
      await world(`<return-response><set-body>@(int.Parse("x").ToString())</set-body></return-response>`)
    ).send({ url });
    expect(error).toMatchObject({ source: "return-response", reason: "ExpressionValueEvaluationFailure" });
  });

  it("takes no other children", () => {
    expect(findings("<return-response><set-method>GET</set-method></return-response>")).toEqual(["error TP2010"]);
  });
});
