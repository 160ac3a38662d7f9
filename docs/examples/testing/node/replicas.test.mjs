import { test } from "node:test";
import { expectOutcome, policyTest } from "@turnpike/core/testing";

test("three replicas let two calls a minute pass together", async () => {
  const policy = await policyTest({
    policy: { file: "../policies/orders.xml" },
    folder: import.meta.dirname,
    replicas: [0, 250, -250],
  });
  const request = { url: "https://api.example/orders", headers: { "X-Tenant": "a" } };
  expectOutcome(await policy.sendAll(Array(9).fill(request))).toCount({ 200: 2, 429: 7 });
  await policy.clock.advance(60_000);
  expectOutcome(await policy.replicas[2].send(request)).toForward();
});
