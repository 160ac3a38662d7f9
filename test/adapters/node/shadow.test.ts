import { createServer } from "node:http";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway, type GatewayConfiguration } from "@turnpike/core";
import { expect, it, vi } from "vitest";
import { started } from "./servers.js";

const around = (inbound: string, path = "api"): GatewayConfiguration => ({
  apis: {
    api: {
      path,
      subscriptionRequired: false,
      operations: { any: { method: "POST", urlTemplate: "/*" } },
      policy: `<policies><inbound>${inbound}</inbound><backend><forward-request /></backend></policies>`,
    },
  },
});

it.each([
  ["the same", around("<!-- the same -->"), []],
  [
    "another header for the application",
    around(`<set-header name="X-A"><value>1</value></set-header>`),
    ["call 1 header x-a: null → 1"],
  ],
  ["no API for it", around("", "other"), ["decision: answered by the host → passed on to the host's handler"]],
])("in front of an application, whose answers are the shadow's backend: %s", async (_, configuration, expected) => {
  const found: string[] = [];
  const gateway = await createGateway(around(""), {
    shadow: {
      configuration,
      onDifference: ({ parts }) => found.push(...parts.map(({ what, live, shadow }) => `${what}: ${live} → ${shadow}`)),
    },
  });
  const bodies: string[] = [];
  const server = await started(
    createServer(
      turnpike(gateway, {
        mode: "middleware",
        unmatched: "pass",
        handler: (incoming, outgoing) => {
          let body = "";
          incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
          incoming.on("end", () => {
            bodies.push(body);
            outgoing.setHeader("X-Application", "yes");
            for (let part = 0; part < 100; part++) outgoing.write(`part ${part};`);
            outgoing.end();
          });
        },
      }),
    ),
  );
  const url = `http://127.0.0.1:${server.port}`;
  const answer = await fetch(`${url}/api/x`, { method: "POST", body: "hello" });
  expect([answer.headers.get("x-application"), (await answer.text()).length]).toEqual(["yes", 790]);
  await vi.waitFor(() => expect(gateway.shadow!.report().requests.compared).toBe(1));
  expect(found).toEqual(expected);
  // What no API is there for goes to the application with both.
  await fetch(`${url}/elsewhere`, { method: "POST", body: "hello" });
  await vi.waitFor(() => expect(gateway.shadow!.report().requests.compared).toBe(2));
  expect(found).toEqual(expected);
  expect(bodies).toEqual(["hello", "hello"]);
  await gateway.close();
  server.closeAllConnections();
  server.close();
});
