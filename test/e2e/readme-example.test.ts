import { policyTest } from "@turnpike/core/testing";
import { expect, test } from "vitest";

test("callers without a token are refused at the edge", async () => {
  const policy = await policyTest({
    fragment: { file: "sample/policies/std-edge.fragment.xml" },
    namedValues: {
      "api-audience": "api://payments-api",
      "openid-config": "https://login.example/.well-known/openid-configuration",
    },
  });
  const outcome = await policy.send({ url: "https://api.example/payments/accounts" });
  expect(outcome.status).toBe(401);
  expect(outcome.error).toMatchObject({ source: "validate-jwt", reason: "TokenNotPresent" });
  expect(outcome.backendCalls).toHaveLength(0);
});
