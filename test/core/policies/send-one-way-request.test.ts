import { describe, expect, it } from "vitest";
import { url, world } from "./support.js";

const to = "<set-url>https://side.example/x</set-url><set-method>POST</set-method>";

describe("send-one-way-request", () => {
  it("does not wait for the answer", async () => {
    const policy = await world(`<send-one-way-request>${to}<set-body>note</set-body></send-one-way-request>`, {
      external: [{ reply: { delay: 30_000 } }],
    });
    const { elapsed, status, externalCalls } = await policy.send({ url });
    expect([elapsed, status, externalCalls.length]).toEqual([0, 200, 1]);
    expect(Buffer.from(externalCalls[0]!.body).toString()).toBe("note");
    await policy.clock.advance(60_000);
  });

  it("keeps failures of the call from the caller", async () => {
    const policy = await world(`<send-one-way-request>${to}</send-one-way-request>`, { external: [{ fail: "refused" }] });
    expect(await policy.send({ url })).toMatchObject({ status: 200, error: null });
  });

  it("copies the body up front", async () => {
    const policy = await world(`<send-one-way-request mode="copy">${to}</send-one-way-request><set-body>new</set-body>`, {
      external: [{ reply: {} }],
    });
    const { externalCalls, backendCalls } = await policy.send({ url, method: "POST", body: "old" });
    expect([externalCalls, backendCalls].map(([one]) => Buffer.from(one!.body).toString())).toEqual(["old", "new"]);
  });

  it.each([
    [`<set-url>@("nowhere")</set-url>`, "ExpressionValueEvaluationFailure"],
    [`${to}<authentication-certificate certificate-id="@(&quot;none&quot;)" />`, "CertificateNotFound"],
    [`${to}<authentication-certificate body="@(&quot;AAEC&quot;)" />`, "CertificateInvalid"],
    [`${to}<authentication-managed-identity resource="r" />`, "ManagedIdentityTokenFailure"],
  ])("fails where building the request does: %s", async (inner, reason) => {
    const policy = await world(`<send-one-way-request>${inner}</send-one-way-request>`, { managedIdentity: { r: null } });
    const { status, error, externalCalls } = await policy.send({ url });
    expect([status, error!.source, error!.reason, externalCalls]).toEqual([500, "send-one-way-request", reason, []]);
  });
});
