import { describe, expect, it } from "vitest";
import { findings, refusals, url, world } from "./support.js";

const send = (attributes: string, inner = "<payload>hello</payload>"): string =>
  `<send-service-bus-message namespace="n.servicebus.windows.net" ${attributes}>${inner}</send-service-bus-message>`;
const accepted = { external: [{ reply: { status: 201 } }] };

describe("send-service-bus-message", () => {
  it.each([
    ["PT5M", 300],
    ["00:05:00", 300],
    ["1.00:00:00", 86_400],
    ["30", 30],
  ])("sends one message that lives for %s", async (life, seconds) => {
    const policy = await world(
      send(`topic-name="t/sub" message-id="m" session-id="s" time-to-live="${life}"`, '<payload>@("p" + 1)</payload>'),
      accepted,
    );
    const { externalCalls, backendCalls } = await policy.send({ url });
    expect(externalCalls.map((call) => `${call.method} ${call.url}`)).toEqual([
      "POST https://n.servicebus.windows.net/t/sub/messages",
    ]);
    expect(JSON.parse(Buffer.from(externalCalls[0]!.body).toString())).toEqual([
      { Body: "p1", BrokerProperties: { MessageId: "m", SessionId: "s", TimeToLive: seconds }, UserProperties: {} },
    ]);
    expect(backendCalls).toHaveLength(1);
  });

  it("hands the message to later policies, with an id of its own", async () => {
    const read = `<set-variable name="id" value="@(((string)((JObject)context.Variables["sent"])["MessageId"]).Length)" />`;
    const policy = await world(send(`queue-name="q" response-variable-name="sent"`) + read, accepted);
    expect((await policy.send({ url })).variables["id"]).toBe(32);
  });

  it.each([
    [{ external: [{ reply: { status: 401 } }] }, "", "ServiceBusSendFailed"],
    [{ external: [{ fail: "refused" as const }] }, "", "ServiceBusSendFailed"],
    [{ external: [{ reply: { status: 401 } }] }, `ignore-error="true"`, null],
  ])("fails where the message is not taken: %o %s", async (options, attributes, reason) => {
    const policy = await world(send(`queue-name="q" response-variable-name="sent" ${attributes}`), options);
    const { status, error, variables } = await policy.send({ url });
    expect([status, error?.reason ?? null, variables["sent"]]).toEqual([reason === null ? 200 : 500, reason, undefined]);
  });

  it("fails without a token of the managed identity", async () => {
    const policy = await world(send(`queue-name="q"`), {
      managedIdentity: { "https://servicebus.azure.net/": null },
    });
    expect((await policy.send({ url })).error!.reason).toBe("ManagedIdentityTokenFailure");
  });

  it.each(["../x", "a/../b", "a?b", "", "a b"])("sends no token to a queue that is none: %s", async (queue) => {
    const policy = await world(send(`queue-name="@(context.Request.Headers.GetValueOrDefault("X-Q", ""))"`), accepted);
    const { error, externalCalls } = await policy.send({ url, headers: { "X-Q": queue } });
    expect([error!.reason, externalCalls]).toEqual(["ExpressionValueEvaluationFailure", []]);
  });

  it.each([
    [send(""), ["error TP2101"]],
    [send(`queue-name="q" topic-name="t"`), ["error TP2102"]],
    [send(`queue-name="q" time-to-live="soon"`), ["error TP2008"]],
    [send(`queue-name="q"`, ""), ["error TP2011"]],
  ])("is checked at load time: %s", (xml, expected) => {
    expect(findings(xml)).toEqual(expected);
  });

  it("needs a namespace, its own or the configuration's", async () => {
    const xml = `<send-service-bus-message queue-name="q"><payload>x</payload></send-service-bus-message>`;
    expect(findings(xml)).toEqual([]);
    expect(await refusals(xml)).toEqual(["error TP2101"]);
  });
});
