import { policyTest } from "@turnpike/core/testing";
import { checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { document, findings, refusals, url, world } from "./support.js";

const base = (address: string): string => `<set-backend-service base-url="${address}" />`;

describe("set-backend-service", () => {
  it.each([
    ["http://h/api/8.2/", "http://h/api/8.2/orders?x=1"],
    ["https://h:8443", "https://h:8443/orders?x=1"],
    ["@(&quot;http://&quot; + context.Request.Method.ToLower())", "http://get/orders?x=1"],
  ])("sends to %s", async (address, expected) => {
    const policy = await world(
      `${base(address)}<set-variable name="host" value="@(context.Request.Url.Host + context.Request.OriginalUrl.Host)" />`,
    );
    const { backendCalls, variables } = await policy.send({ url: `${url}?x=1` });
    expect(backendCalls[0]!.url).toBe(expected);
    expect(variables["host"]).toBe(`${new URL(expected).hostname}api.example`);
  });

  it("a literal address is told what is wrong with it", () => {
    const messages = (address: string) => checkDocument(document(base(address))).diagnostics.map(({ message }) => message);
    expect(messages("https://b/a%2f../b")).toEqual([
      'The path of "https://b/a%2f../b" has segments that some servers take for dot segments.',
    ]);
    expect(messages("nowhere")).toEqual(['"nowhere" is not an absolute URL.']);
  });

  it("the last one wins", async () => {
    expect((await (await world(base("http://one") + base("http://two"))).send({ url })).backendCalls[0]!.url).toBe(
      "http://two/orders",
    );
  });

  const gateway = (global: string, api: string) =>
    policyTest({
      gateway: {
        policy: document(global).replaceAll("<base />", "").replace("<backend>", "<backend><forward-request />"),
        backends: { one: { url: "https://one.internal/b" } },
        apis: {
          a: {
            path: "",
            subscriptionRequired: false,
            policy: document(api),
            operations: { get: { method: "GET", urlTemplate: "/*" } },
          },
        },
      },
    });

  it("knows backends by their id", async () => {
    const { backendCalls } = await (await gateway("", `<set-backend-service backend-id="one" />`)).send({ url });
    expect(backendCalls[0]!.url).toBe("https://one.internal/b/orders");
  });

  it("an outer backend-id is not overridden by base-url, one of the same scope is", async () => {
    const outer = await gateway(`<set-backend-service backend-id="one" />`, base("http://two"));
    expect((await outer.send({ url })).backendCalls[0]!.url).toBe("https://one.internal/b/orders");
    const same = await gateway("", `<set-backend-service backend-id="one" />${base("http://two")}`);
    expect((await same.send({ url })).backendCalls[0]!.url).toBe("http://two/orders");
  });

  it.each([
    [`<set-backend-service backend-id="@("none")" />`, "BackendNotFound"],
    [base("@(&quot;&quot;)"), "ExpressionValueValidationFailure"],
    [base("@(&quot;/relative&quot;)"), "ExpressionValueEvaluationFailure"],
  ])("fails on %s", async (xml, reason) => {
    const { status, error } = await (await world(xml)).send({ url });
    expect(status).toBe(500);
    expect(error).toMatchObject({ source: "set-backend-service", reason });
  });

  it.each([
    ["<set-backend-service />", ["error TP2101"]],
    [base("relative"), ["error TP2008"]],
    [`<set-backend-service base-url="http://a" backend-id="b" />`, ["warning TP2102"]],
    [`<set-backend-service base-url="http://a" sf-replica-type="primary" />`, ["error TP2104"]],
    [`<set-backend-service backend-id="dapr" />`, ["error TP2007"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });

  it("refuses an unknown backend where the configuration is known", async () => {
    expect(await refusals(`<set-backend-service backend-id="none" />`)).toEqual(["error TP3002"]);
    expect(findings(`<set-backend-service backend-id="none" />`)).toEqual([]);
  });
});
