import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { gatewayMetrics } from "@turnpike/adapters/admin";
import { serve } from "@turnpike/adapters/node";
import { createGateway, type GatewayOutcome } from "@turnpike/core";
import { accessLogRecord } from "@turnpike/core/adapter";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sampleOf, samplesOf } from "../admin/prometheus.js";
import { started } from "./servers.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function served() {
  const outcomes: GatewayOutcome[] = [];
  const byMount: GatewayOutcome[] = [];
  const logged: { readonly fields: object; readonly message: string }[] = [];
  const log = (fields: object, message: string): void => void logged.push({ fields, message });
  const metrics = gatewayMetrics();
  const gateway = await createGateway(
    {
      namedValues: { key: { secret: true, value: "CANARY-named" } },
      apis: {
        a: {
          path: "a",
          subscriptionRequired: false,
          operations: { post: { method: "POST", urlTemplate: "/x" } },
          policy: `<policies><inbound><set-body>@(context.Request.Body.As<string>())</set-body><return-response><set-status code="200" reason="OK" /></return-response></inbound></policies>`,
        },
      },
    },
    {
      onOutcome: (outcome) => void outcomes.push(outcome),
      telemetry: metrics,
      logger: { debug: log, info: log, warn: log, error: log },
      bodyLimit: 1000,
    },
  );
  const server = createServer({ maxHeaderSize: 4_000, requestTimeout: 50, connectionsCheckingInterval: 10 });
  serve(server, gateway, { onOutcome: (outcome) => void byMount.push(outcome) });
  const { port } = await started(server);
  closing.push(
    () => gateway.close(),
    () => {
      server.closeAllConnections();
      server.close();
    },
  );
  const send = async (text: string): Promise<string> => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("error", () => {});
    socket.write(text);
    await once(socket, "close");
    return Buffer.concat(chunks).toString();
  };
  return { send, outcomes, byMount, logged, metrics, gateway };
}

describe("what the adapter refuses has an outcome", () => {
  it.each([
    ["a request line that is none", "GARBAGE\r\n\r\n", 400, "BadRequest", "", ""],
    ["a target that is none", "GET nowhere HTTP/1.1\r\nHost: g\r\n\r\n", 400, "BadRequest", "GET", "nowhere"],
    ["two hosts", "GET /a/x?code=CANARY-code HTTP/1.1\r\nHost: g\r\nHost: h\r\n\r\n", 400, "BadRequest", "GET", "/a/x?code=***"],
    [
      "a transfer coding of its own",
      "POST /a/x HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
      501,
      "NotImplemented",
      "POST",
      "/a/x",
    ],
    [
      "a head that is too long",
      `GET /CANARY-named HTTP/1.1\r\nHost: g\r\nX: ${"x".repeat(5_000)}\r\n\r\n`,
      431,
      "RequestHeaderFieldsTooLarge",
      "GET",
      "/***",
    ],
    ["a request that does not end", "GET /a/x HTTP/1.1\r\nHos", 408, "RequestTimeout", "", ""],
  ])("%s", async (_what, text, status, reason, method, url) => {
    const { send, outcomes, byMount, logged, metrics, gateway } = await served();
    const answer = await send(text);
    if (answer !== "") expect(answer.split(" ")[1]).toBe(String(status));
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(accessLogRecord(outcomes[0]!)).toMatchObject({
      Method: method,
      Url: url,
      ResponseCode: status,
      IsRequestSuccess: false,
      AnsweredBy: "gateway",
      AnsweredByPolicy: "configuration",
      LastErrorReason: reason,
      LastErrorSource: "configuration",
      CallerIpAddress: "127.0.0.1",
      ApiId: "",
    });
    expect(byMount).toEqual(outcomes);
    expect(logged.map(({ fields }) => fields)).toMatchObject([{ activityId: outcomes[0]!.requestId, reason, status }]);
    expect(JSON.stringify([outcomes, logged])).not.toContain("CANARY");
    const samples = samplesOf(await metrics.page(gateway));
    expect(sampleOf(samples, "turnpike_refusals_total", { policy: "configuration", reason })).toBe(1);
    expect(sampleOf(samples, "turnpike_requests_in_flight")).toBe(0);
  });

  it("a body that is too large, and one that breaks off, are told of once, by the gateway", async () => {
    const { send, outcomes } = await served();
    const head = "POST /a/x HTTP/1.1\r\nHost: g\r\nConnection: close\r\n";
    const answer = await send(`${head}Content-Length: 2000\r\n\r\n${"x".repeat(2_000)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    await vi.waitFor(() => expect(outcomes).toHaveLength(1));
    expect(outcomes[0]!.error?.reason).toBe("RequestEntityTooLarge");
    await send(`${head}Transfer-Encoding: chunked\r\n\r\nnot a chunk`);
    await vi.waitFor(() => expect(outcomes).toHaveLength(2));
    expect([outcomes[1]!.status, outcomes[1]!.error?.reason]).toEqual([0, "ClientConnectionFailure"]);
  });
});
