import { describe, expect, it } from "vitest";
import { identityWorld } from "./identity-support.js";
import { findings, url, world } from "./support.js";

describe("proxy", () => {
  it("says how the backend is reached", async () => {
    const { calls, send } = await identityWorld(`<proxy url="http://proxy.internal:3128" username="u" password="@("p" + 1)" />`);
    await send();
    expect([calls[0]!.url, calls[0]!.proxy]).toEqual([
      "https://backend.example/orders",
      { url: "http://proxy.internal:3128", username: "u", password: "p1" },
    ]);
  });

  it("and of a side call only that call", async () => {
    const { calls, send } = await identityWorld(
      `<proxy url="http://section:1" /><send-request response-variable-name="x"><set-url>https://side.example/</set-url><proxy url="http://side:2" /></send-request>`,
    );
    await send();
    expect(calls.map((call) => call.proxy?.url)).toEqual(["http://side:2", "http://section:1"]);
  });

  it("fails on a computed address that is none", async () => {
    const { error } = await (await world(`<proxy url="@("nowhere")" />`)).send({ url });
    expect(error).toMatchObject({ reason: "ExpressionValueEvaluationFailure", status: 500 });
  });
});

it.each([
  [`<proxy url="http://proxy.internal:3128" />`, []],
  ["<proxy />", ["error TP2007"]],
])("is checked at load time: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
