import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationError } from "@turnpike/core";
import { expectOutcome, type PolicyTestOptions, policyTest } from "@turnpike/core/testing";
import { requireTenant } from "../src/require-tenant.js";

/** The document with the policy, in a world of its own. */
const orders = (policy: PolicyTestOptions["policy"] = { file: "policies/orders.xml" }) =>
  policyTest({ policy, policies: [requireTenant] });

const url = "https://api.example/orders";

test("a tenant that is listed reaches its own backend", async () => {
  const outcome = await (await orders()).send({ url, headers: { "X-Tenant": "North" } });
  expectOutcome(outcome).toForward({ url: "https://north.orders.internal/orders" });
  assert.equal(outcome.variables["tenant"], "north");
});

test("a call without a tenant is refused", async () => {
  const outcome = await (await orders()).send({ url });
  expectOutcome(outcome).toRefuse({ status: 400, by: "require-tenant", reason: "TenantMissing" });
});

test("another tenant is refused, and told nothing of the others", async () => {
  const outcome = await (await orders()).send({ url, headers: { "X-Tenant": "west" } });
  expectOutcome(outcome).toRefuse({ status: 403, by: "require-tenant", reason: "TenantUnknown" });
  assert.deepEqual(outcome.json(), { statusCode: 403, message: "This tenant may not call this API." });
});

test("a document that lists no tenant does not load", async () => {
  const document = '<policies><inbound><base /><require-tenant variable-name="tenant" /></inbound></policies>';
  await assert.rejects(orders(document), (error) => {
    assert.ok(error instanceof ConfigurationError);
    assert.match(error.message, /<require-tenant> needs a child <tenant>/);
    return true;
  });
});

test("the header may be another one, also one that an expression names", async () => {
  const document = `<policies><inbound>
    <require-tenant header="@("X-" + "Region")" variable-name="tenant"><tenant>north</tenant></require-tenant>
  </inbound></policies>`;
  const outcome = await (await orders(document)).send({ url, headers: { "X-Region": "north" } });
  assert.equal(outcome.status, 200);
});
