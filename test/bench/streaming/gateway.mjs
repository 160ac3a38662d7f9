// A gateway in a process of its own, whose pipeline reads no body. Tells its port and, when asked, the memory that it takes.
import { createServer } from "node:http";
import { serve } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";

const gateway = await createGateway({
  policy: `<policies>
    <inbound><set-header name="X-Bench" exists-action="override"><value>@(context.RequestId.ToString())</value></set-header></inbound>
    <backend><forward-request /></backend>
    <outbound><set-header name="X-Status" exists-action="override"><value>@(context.Response.StatusCode.ToString())</value></set-header></outbound>
  </policies>`,
  apis: {
    all: {
      path: "",
      serviceUrl: process.argv[2],
      subscriptionRequired: false,
      operations: { get: { method: "GET", urlTemplate: "/*" }, post: { method: "POST", urlTemplate: "/*" } },
    },
  },
});
const server = createServer();
serve(server, gateway);
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));

let most = 0;
setInterval(() => {
  most = Math.max(most, process.memoryUsage.rss());
}, 10).unref();
process.on("message", () => {
  process.send({ most: Math.max(most, process.memoryUsage.rss()), now: process.memoryUsage.rss() });
  most = 0;
});
