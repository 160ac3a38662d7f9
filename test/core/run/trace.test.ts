import { expect, it } from "vitest";
import type { Trace, TracedPolicy } from "#core/policy/trace.js";
import { apiWith, gatewayOf, policies, set } from "./gateway.js";

const configuration = apiWith(
  policies({
    inbound: `<base />${set("a", "1")}<choose id="pick"><when condition="@((string)context.Variables["a"] == "1")">${set("b", "2")}</when></choose><include-fragment fragment-id="f" />`,
    backend: "<base />",
    outbound: set("out", "@(((string)null).Length)"),
    "on-error": set("late", "x"),
  }),
  { fragments: { f: `<fragment>${set("c", "3")}</fragment>` } },
);

it("a trace lists the policies that ran, in order, with their place and outcome", async () => {
  const { send } = await gatewayOf(configuration);
  const { exchange } = await send("/api/x");
  const trace = exchange.observer as Trace;
  expect(trace.policies).toEqual([
    "set-variable",
    "choose",
    "set-variable",
    "set-variable",
    "forward-request",
    "set-variable",
    "set-variable",
  ]);
  const ran = trace.entries.filter((one): one is TracedPolicy => one.kind === "policy");
  expect(ran.map((one) => `${one.section} ${one.scope} ${one.path} ${one.outcome}`)).toEqual([
    "inbound api set-variable[1] continue",
    "inbound api choose[1] continue",
    "inbound api choose[1]\\when[1]\\set-variable[1] continue",
    "inbound api include-fragment[1]\\set-variable[1] continue",
    "backend global forward-request[1] continue",
    "outbound api set-variable[1] error",
    "on-error api set-variable[1] continue",
  ]);
  expect(ran[1]!.policyId).toBe("pick");
  expect(ran[1]!.place).toMatchObject({ file: "configuration#apis.api.policy", line: 1 });
  const messages = trace.entries.filter((one) => one.kind === "message");
  expect(messages.slice(0, 2).map((one) => one.source)).toEqual(["api-inspector", "api-inspector"]);
  expect(messages.filter((one) => one.severity === "error")).toMatchObject([
    { source: "set-variable", section: "outbound", data: { reason: "ExpressionValueEvaluationFailure" } },
  ]);
});

it("a request that is not traced has none", async () => {
  const { gateway } = await gatewayOf(configuration);
  let trace: unknown = "?";
  await gateway.handle(
    { method: "GET", url: "https://gateway.example/api/x", headers: {} },
    {
      observe: (exchange) => {
        trace = exchange.observer;
      },
    },
  );
  expect(trace).toBeNull();
});
