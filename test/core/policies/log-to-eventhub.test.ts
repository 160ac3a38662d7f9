import { createGateway } from "@turnpike/core";
import { describe, expect, it } from "vitest";
import { document, findings, refusals, url } from "./support.js";

async function logged(
  xml: string,
  event?: (one: { message: string }) => void,
): Promise<{ status: number; events: { message: string }[] }> {
  const events: { message: string }[] = [];
  const gateway = await createGateway(
    {
      loggers: { hub: { type: "azureEventHub" } },
      apis: {
        a: {
          path: "",
          subscriptionRequired: false,
          policy: document(`${xml}<return-response />`),
          operations: { any: { method: "POST", urlTemplate: "/*" } },
        },
      },
    },
    { telemetry: { metric: () => undefined, event: event ?? ((one) => void events.push(one)) } },
  );
  const { status } = await gateway.handle({ method: "POST", url, headers: {}, body: "é".repeat(150_000) });
  return { status, events };
}

describe("log-to-eventhub", () => {
  it("hands over message and partition", async () => {
    const { events } = await logged(
      `<log-to-eventhub logger-id="hub" partition-key="@(context.Request.Method)">@("m" + 1)</log-to-eventhub>`,
    );
    const logger = { id: "hub", type: "azureEventHub", properties: new Map() };
    expect(events).toEqual([{ loggerId: "hub", message: "m1", partitionId: null, partitionKey: "POST", logger }]);
  });

  it("cuts long messages between characters", async () => {
    const { events } = await logged(
      `<log-to-eventhub logger-id="hub" partition-id="2">@("x" + context.Request.Body.As<string>(true))</log-to-eventhub>`,
    );
    expect(events[0]!.message).toBe(`x${"é".repeat(102_399)}`);
  });

  it("keeps failures of the sink from the caller", async () => {
    const { status } = await logged(`<log-to-eventhub logger-id="hub">x</log-to-eventhub>`, () => {
      throw new Error("down");
    });
    expect(status).toBe(200);
  });

  it("fails where its text does", async () => {
    expect((await logged(`<log-to-eventhub logger-id="hub">@(int.Parse("x").ToString())</log-to-eventhub>`)).status).toBe(500);
  });

  it("is checked at load time", async () => {
    expect(findings("<log-to-eventhub>x</log-to-eventhub>")).toEqual(["error TP2007"]);
    expect(findings(`<log-to-eventhub logger-id="hub" partition-id="1" partition-key="k">x</log-to-eventhub>`)).toEqual([
      "error TP2102",
    ]);
    expect(await refusals(`<log-to-eventhub logger-id="none">x</log-to-eventhub>`)).toEqual(["error TP3002"]);
  });
});
