import { test } from "node:test";
import { expectOutcome, policyTest } from "@turnpike/core/testing";

test("a store that is away lets nothing through uncounted", async () => {
  const policy = await policyTest({ policy: { file: "../policies/orders.xml" }, folder: import.meta.dirname });
  const request = { url: "https://api.example/orders", headers: { "X-Tenant": "a" } };
  policy.faults.next(1, "store");
  expectOutcome(await policy.send(request)).toRefuse({ status: 500, by: "rate-limit-by-key" });
  expectOutcome(await policy.send(request)).toForward();
});
