import { checkDocument, createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";

const warnings = (expression: string): string[] =>
  checkDocument(`<policies><inbound><set-variable name="v" value='${expression}' /></inbound></policies>`, {
    file: "p.xml",
  }).diagnostics.map((one) => `${one.code} ${one.message}`);

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
          serviceUrl: "http://127.0.0.1:1",
          policy: `<policies><inbound><base /><send-request mode="new" response-variable-name="answer"><set-url>http://127.0.0.1:1</set-url></send-request>${read("global")}${read("nowhere")}</inbound></policies>`,
          operations: { o: { method: "GET", urlTemplate: "/" } },
        },
      },
    });
    expect(gateway.diagnostics.map((one) => one.message)).toEqual(['No policy sets the variable "nowhere".']);
    await gateway.close();
  });
});
