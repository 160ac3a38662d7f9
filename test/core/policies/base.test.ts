import { policyTest } from "@turnpike/core/testing";
import { describe, expect, it } from "vitest";
import { findings, url } from "./support.js";

const note = (name: string): string =>
  `<set-variable name="order" value="@(context.Variables.GetValueOrDefault("order", "") + "${name} ")" />`;
const scope = (inbound: string): string =>
  `<policies><inbound>${inbound}</inbound><backend><base /></backend><outbound /><on-error /></policies>`;

/** In which order the scopes' notes were taken. */
async function order(api: string, operation: string, product = `<base />${note("product")}`): Promise<unknown> {
  const policy = await policyTest({
    inherits: {
      global: scope(note("global")).replace("<backend><base /></backend>", "<backend><forward-request /></backend>"),
      product: scope(product),
    },
    context: { product: { id: "p" } },
    policy: scope(api),
    operationPolicy: scope(operation),
  });
  const { variables, status } = await policy.send({ url });
  expect(status).toBe(200);
  return variables["order"];
}

describe("base", () => {
  it.each([
    [`<base />${note("api")}`, `<base />${note("operation")}`, "global product api operation "],
    [`${note("api")}<base />`, `<base />${note("operation")}`, "api global product operation "],
    [`${note("before")}<base />${note("after")}`, `<base />`, "before global product after "],
    [note("api"), `<base />${note("operation")}`, "api operation "],
    [`<base />${note("api")}`, note("operation"), "operation "],
  ])("the outer scopes run where it stands: %#", async (api, operation, expected) => {
    expect(await order(api, operation)).toBe(expected);
  });

  it("is no step of its own", async () => {
    const policy = await policyTest({ policy: scope("<base />") });
    expect((await policy.send({ url })).trace).toEqual(["forward-request"]);
  });
});

it.each([
  [`<choose><when condition="@(true)"><base /></when></choose>`, ["error TP2016"]],
  ["<base />", ["error TP2016"]],
  [`<base kind="all" />`, ["error TP2010", "error TP2016"]],
])("stands once a section, directly in it, and takes nothing: %s", (xml, expected) => {
  expect(findings(xml)).toEqual(expected);
});
