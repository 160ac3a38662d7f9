import { describe, expect, it } from "@jest/globals";
import { policyTest } from "@turnpike/core/testing";

const url = "https://api.example/orders";
const headers = { "X-Tenant": "a" };
const orders = () => policyTest({ policy: { file: "../policies/orders.xml" }, folder: import.meta.dirname });

describe("orders", () => {
  it("refuses who does not say who it is", async () => {
    const outcome = await (await orders()).send({ url });
    expect(outcome).toRefuse({ status: 401, by: "check-header", reason: "HeaderNotFound" });
  });

  it("tells why", async () => {
    const outcome = await (await orders()).send({ url });
    expect(outcome).toAnswer({ body: { json: { message: "Say who you are." } } });
  });

  it("forwards a tenant's request", async () => {
    const outcome = await (await orders()).send({ url, headers });
    expect(outcome).toForward({ headers: { "X-Gateway": "turnpike" } });
    expect(outcome).toHaveRun("check-header", "rate-limit-by-key", "forward-request");
    expect(outcome).not.toRefuse();
  });

  it("lets two of three calls pass that come at once", async () => {
    const request = { url, headers };
    expect(await (await orders()).sendAll([request, request, request])).toCount({ 200: 2, 429: 1 });
  });

  it("asks a busy backend again", async () => {
    const policy = await orders();
    policy.faults.next(2, "backend", { status: 503 });
    const outcome = await policy.send({ url, headers });
    expect(outcome).toForward({}, 3);
    expect(outcome.elapsed).toBe(2000);
  });
});
