import type { TracedStep } from "@turnpike/core";
import { expect, it } from "vitest";
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

const request = { method: "GET", url: "https://gateway.example/api/x", headers: {} };

it("a trace lists the policies that ran, in order and in each other, with their place and outcome", async () => {
  const { gateway } = await gatewayOf(configuration);
  const { trace } = await gateway.handle(request, { trace: true });
  const lines = (steps: readonly TracedStep[]): string[] =>
    steps.flatMap((step) => [`${step.section} ${step.scope} ${step.path} ${step.outcome}`, ...lines(step.steps)]);
  expect(lines(trace!.steps)).toEqual([
    "inbound api set-variable[1] continue",
    "inbound api choose[1] continue",
    "inbound api choose[1]\\when[1] continue",
    "inbound api choose[1]\\when[1]\\set-variable[1] continue",
    "inbound api include-fragment[1]\\set-variable[1] continue",
    "backend global forward-request[1] continue",
    "outbound api set-variable[1] error",
    "on-error api set-variable[1] continue",
  ]);
  expect(trace!.steps[1]).toMatchObject({ id: "pick", file: "configuration#apis.api.policy", line: 1 });
  expect(trace!.steps.find((step) => step.outcome === "error")!.why).toMatch(/^Expression evaluation failed/);
  expect(trace!.error).toMatchObject({ source: "set-variable", section: "outbound", line: 1 });
});

it("a request that is not traced has none", async () => {
  const { gateway } = await gatewayOf(configuration);
  let observer: unknown = "?";
  const { trace } = await gateway.handle(request, { observe: (exchange) => void ({ observer } = exchange) });
  expect([trace, observer]).toEqual([undefined, null]);
});
