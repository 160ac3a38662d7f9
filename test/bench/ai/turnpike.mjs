// Turnpike: llm-token-limit and llm-emit-token-metric before the model.
import { createServer } from "node:http";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";
import { ready } from "../servers.mjs";

const policy = `
<policies>
  <inbound>
    <llm-token-limit counter-key="@(context.Request.Headers.GetValueOrDefault("X-Subscription", ""))" tokens-per-minute="1000000000" estimate-prompt-tokens="true" remaining-tokens-header-name="X-Left" />
    <llm-emit-token-metric namespace="ai"><dimension name="API ID" /></llm-emit-token-metric>
  </inbound>
  <backend><forward-request /></backend>
  <outbound />
  <on-error />
</policies>`;

let tokens = 0;
const gateway = await createGateway(
  {
    apis: {
      model: {
        path: "",
        serviceUrl: process.env.UPSTREAM,
        subscriptionRequired: false,
        policy,
        operations: { all: { method: "POST", urlTemplate: "/*" } },
      },
    },
  },
  {
    telemetry: {
      metric: ({ name, value }) => {
        if (name === "Total Tokens") tokens += value;
      },
    },
  },
);
const server = createServer((request, response) => {
  if (request.url !== "/state") return handle(request, response);
  globalThis.gc?.();
  response.end(JSON.stringify({ tokens, resident: process.memoryUsage().rss, heap: process.memoryUsage().heapUsed }));
});
const handle = turnpike(gateway);
server.listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
