import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";
import { afterAll, expect, it } from "vitest";
import { backend } from "../adapters/node/servers.js";
import { document } from "../core/policies/support.js";
import { safetyServer } from "./model-servers.js";

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

it("what goes to tools and comes from them is judged, and a policy can say which tools may be called", async () => {
  const shop = await backend((request, response) => response.end(request.url!.includes("worst") ? "evil" : "tea"));
  const safety = await safetyServer("bad", "evil");
  const check = `<llm-content-safety backend-id="safety"><categories><category name="Hate" threshold="4" /></categories></llm-content-safety>`;
  const allowed = `<choose><when condition="@(context.Request.Method == &quot;POST&quot; &amp;&amp; (string)context.Request.Body.As<JObject>(preserveContent: true).SelectToken(&quot;params.name&quot;) == &quot;hidden&quot;)"><return-response><set-status code="403" reason="Forbidden" /><set-body>No such tool for you.</set-body></return-response></when></choose>`;
  const gateway = await createGateway(
    {
      backends: { safety: { url: safety.url } },
      apis: {
        shop: {
          path: "items",
          serviceUrl: shop.url,
          subscriptionRequired: false,
          operations: {
            get: {
              method: "GET",
              urlTemplate: "/{name}",
              templateParameters: [{ name: "name", type: "string", required: true }],
            },
          },
        },
        tools: {
          path: "tools",
          type: "mcp",
          subscriptionRequired: false,
          mcpTools: ["get", "hidden"].map((name) => ({ name, operationId: "shop/get" })),
          policy: document({ inbound: allowed + check, outbound: check }),
        },
      },
    },
    { credentials: { managedIdentity: async () => ({ token: "t", expiresAt: Number.MAX_SAFE_INTEGER }) } },
  );
  const front = await backend(turnpike(gateway));
  closing.push(shop.close, safety.close, () => gateway.close(), front.close);
  const client = new Client({ name: "judge", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${front.url}/tools/mcp`)));
  const call = (name: string, item: string) => client.callTool({ name, arguments: { name: item } });
  expect((await call("get", "best")).content).toEqual([{ type: "text", text: "tea" }]);
  await expect(call("get", "bad")).rejects.toThrow(/403|content safety/i);
  await expect(call("get", "worst")).rejects.toThrow(/403|content safety/i);
  await expect(call("hidden", "best")).rejects.toThrow("No such tool for you.");
  await client.close();
});
