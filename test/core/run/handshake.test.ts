import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createGateway, type GatewayConfiguration, Headers, type IncomingResponse, type OutgoingRequest } from "#core/index.js";

const configuration = (inbound = "", outbound = "", more: object = {}): GatewayConfiguration => ({
  apis: {
    live: {
      path: "live",
      type: "websocket",
      serviceUrl: "wss://feed.internal:8443/base",
      subscriptionRequired: false,
      policy: `<policies><inbound>${inbound}</inbound><backend><forward-request http-version="2" /></backend><outbound>${outbound}</outbound></policies>`,
      ...more,
    },
  },
});

/** Sends a handshake through a gateway whose backend agrees. */
async function shake(given: GatewayConfiguration, url = "wss://gateway.example/live/a?b=1") {
  const sent: OutgoingRequest[] = [];
  const socket = new PassThrough();
  const gateway = await createGateway(given, {
    transport: async (request): Promise<IncomingResponse> => {
      sent.push(request);
      return {
        status: 101,
        reason: "Switching Protocols",
        headers: new Headers([["Sec-WebSocket-Accept", "x"]]),
        body: null,
        socket,
      };
    },
  });
  const headers = { Host: "gateway.example", Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Key": "k" };
  const response = await gateway.handle({ method: "GET", url, headers });
  return { response, socket, sent };
}

describe("a handshake", () => {
  it("goes to the backend as a request to upgrade, and its connection comes back with the answer", async () => {
    const { response, socket, sent } = await shake(configuration());
    expect([response.status, response.socket === socket, response.headers.get("sec-websocket-accept")]).toEqual([101, true, "x"]);
    const { url, method, body, upgrade, http2, headers } = sent[0]!;
    expect({ url, method, body, upgrade, http2 }).toEqual({
      url: "https://feed.internal:8443/base/a?b=1",
      method: "GET",
      body: null,
      upgrade: "websocket",
      http2: undefined,
    });
    expect([headers.get("x-forwarded-proto"), headers.get("host"), headers.has("upgrade"), headers.has("connection")]).toEqual([
      "https",
      "feed.internal:8443",
      false,
      false,
    ]);
  });

  it.each([
    ["another answer", '<return-response><set-status code="409" reason="No" /></return-response>', 409],
    ["another status", '<set-status code="403" reason="No" />', 403],
    ["an error", '<set-variable name="x" value="@(int.Parse(&quot;x&quot;))" />', 500],
  ])("whose outbound makes %s of it ends its connection", async (_, outbound, status) => {
    const { response, socket } = await shake(configuration("", outbound));
    expect([response.status, response.socket, socket.destroyed]).toEqual([status, undefined, true]);
  });

  it.each([
    ["cache-lookup", '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />', ""],
    ["cors", "<cors><allowed-origins><origin>https://other.example</origin></allowed-origins></cors>", ""],
    ["mock-response, inside of choose", '<choose><when condition="@(true)"><mock-response /></when></choose>', ""],
    ["set-method", "<set-method>POST</set-method>", ""],
    ["set-body", "<set-body>x</set-body>", "<set-body>y</set-body>"],
    ["xml-to-json", "", '<xml-to-json kind="direct" apply="always" />'],
    [
      "validate-content",
      '<validate-content unspecified-content-type-action="prevent" max-size="1" size-exceeded-action="prevent" />',
      "",
    ],
  ])("goes past %s of an outer scope", async (_, inbound, outbound) => {
    const global = `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend><outbound>${outbound}</outbound></policies>`;
    const { response, sent } = await shake({ ...configuration("<base />", "<base />"), policy: global });
    expect([response.status, sent[0]?.method, sent[0]?.body]).toEqual([101, "GET", null]);
  });

  it.each([
    ["ws://gateway.example/live", { protocols: ["wss"] }, 404],
    ["wss://gateway.example/live", { protocols: ["wss"] }, 101],
    ["https://gateway.example/live", {}, 404],
    ["wss://gateway.example/live", { type: "http", operations: { get: { method: "GET", urlTemplate: "/" } } }, 404],
    [
      "wss://gateway.example/live",
      { type: "http", protocols: ["https", "wss"], operations: { get: { method: "GET", urlTemplate: "/" } } },
      101,
    ],
  ])("%s at an API with %j is answered %i", async (url, more, status) => {
    expect((await shake(configuration("", "", more), url)).response.status).toBe(status);
  });

  it("cannot be made by a gateway with a fetch of its own", async () => {
    const gateway = await createGateway(configuration(), { fetch: () => Promise.reject(new Error("called")) });
    expect((await gateway.handle({ method: "GET", url: "wss://gateway.example/live", headers: {} })).status).toBe(502);
  });
});
