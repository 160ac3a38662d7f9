import { createGateway } from "@turnpike/core";
import { checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";

const warnings = (expression: string): string[] =>
  checkDocument(`<policies><inbound><set-variable name="v" value='${expression}' /></inbound></policies>`, {
    file: "p.xml",
  }).diagnostics.map((finding) => `${finding.code} ${finding.message}`);

describe("warnings by what context says", () => {
  it.each([
    ["@(context.Subscription.Id)", ["TP1301 context.Subscription may be null: it is so without a valid subscription key."]],
    ["@(context.Subscription?.Id)", []],
    ['@(context.Subscription != null ? context.Subscription.Id : "none")', []],
    ['@((context.User ?? null) == null ? "" : context.User.Id)', []],
    [
      "@(context.Product.Name + context.Product.Id)",
      [
        "TP1301 context.Product may be null: it is so for subscriptions to an API or to all APIs, and for calls without a product.",
      ],
    ],
    [
      '@(context.Request.Headers["X-A"][0])',
      ['TP1302 context.Request.Headers["X-A"] throws KeyNotFoundException where there is none.'],
    ],
    ['@(context.Request.Headers.ContainsKey("X-A") ? context.Request.Headers["X-A"][0] : "")', []],
    [
      '@(context.Request.Headers.GetValueOrDefault("X-A").Trim())',
      ["TP1303 The value is null where nothing of that name is there."],
    ],
    ['@(context.Request.Headers.GetValueOrDefault("X-A", "").Trim())', []],
    ['@(context.Request.Headers.GetValueOrDefault("X-A")?.Trim())', []],
    ['@(context.Variables.GetValueOrDefault<int>("n").ToString())', []],
  ])("%s", (expression, expected) => {
    expect(warnings(expression)).toEqual(expected);
  });

  it("names variables that no policy of the gateway sets", async () => {
    const read = (name: string): string =>
      `<set-header name="X"><value>@((string)context.Variables["${name}"])</value></set-header>`;
    const gateway = await createGateway({
      policy: `<policies><inbound><set-variable name="global" value="1" /></inbound><backend><forward-request /></backend></policies>`,
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          serviceUrl: "http://127.0.0.1:1",
          policy: `<policies><inbound><base /><send-request mode="new" response-variable-name="answer"><set-url>http://127.0.0.1:1</set-url></send-request>${read("global")}${read("nowhere")}</inbound></policies>`,
          operations: { o: { method: "GET", urlTemplate: "/" } },
        },
      },
    });
    expect(gateway.diagnostics.map((finding) => finding.message)).toEqual(['No policy sets the variable "nowhere".']);
    await gateway.close();
  });
});

describe("a null check that an expression relies on", () => {
  const id = `<set-header name="X"><value>@(context.Subscription.Id)</value></set-header>`;
  const answer = `<return-response><set-status code="401" reason="No" /></return-response>`;
  const when = (condition: string, inner: string): string => `<choose><when condition="@(${condition})">${inner}</when></choose>`;
  const none = "context.Subscription == null";
  const some = "context.Subscription != null";
  const told = (sections: string): string[] =>
    checkDocument(`<policies>${sections}</policies>`).diagnostics.flatMap((finding) =>
      finding.code === "TP1301" ? [finding.code] : [],
    );

  it.each([
    ["a branch around", when(some, id)],
    ["a branch around, several levels up", when(some, when("true", id))],
    [
      "the condition before otherwise",
      `<choose><when condition="@(${none})"><set-method>GET</set-method></when><otherwise>${id}</otherwise></choose>`,
    ],
    [
      "the condition before a second when",
      `<choose><when condition="@(${none})"><set-method>GET</set-method></when><when condition="@(true)">${id}</when></choose>`,
    ],
    ["an answer before", `${when(none, answer)}${id}`],
    ["an answer before, in a branch around", `${when(none, answer)}${when("true", id)}`],
    ["an answer among other policies", `${when(none, `<set-method>GET</set-method>${answer}`)}${id}`],
    ["a condition by another part of it", when("context.Subscription?.Id == &quot;a&quot;", id)],
  ])("may be %s", (_what, inbound) => {
    expect(told(`<inbound>${inbound}</inbound>`)).toEqual([]);
  });

  it("may be an answer in inbound, for what is behind it", () => {
    expect(told(`<inbound>${when(none, answer)}</inbound><outbound>${id}</outbound>`)).toEqual([]);
  });

  it.each([
    ["none", `<inbound>${id}</inbound>`],
    ["a branch before that does not answer", `<inbound>${when(some, "<set-method>GET</set-method>")}${id}</inbound>`],
    ["behind it", `<inbound>${id}${when(none, answer)}</inbound>`],
    ["about something else", `<inbound>${when("context.Product == null", answer)}${id}</inbound>`],
    ["inside a branch that may not run", `<inbound>${when("true", when(none, answer))}${id}</inbound>`],
    ["before on-error, which may be entered from anywhere", `<inbound>${when(none, answer)}</inbound><on-error>${id}</on-error>`],
  ])("is missing: %s", (_what, sections) => {
    expect(told(sections)).toEqual(["TP1301"]);
  });
});
