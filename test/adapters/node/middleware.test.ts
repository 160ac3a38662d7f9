import { createServer, type RequestListener } from "node:http";
import { connect, createSecureServer } from "node:http2";
import { afterEach, expect, it } from "vitest";
import { outcomeOf, turnpike } from "#adapters/node/index.js";
import { gatewayAround, header, reads } from "../middleware.js";
import { listen } from "../mount.js";
import { selfSigned, started } from "./servers.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(sections: Parameters<typeof gatewayAround>[0], handler: RequestListener): Promise<string> {
  const gateway = await gatewayAround(sections);
  const variables = (incoming: { headers: Record<string, unknown> }) => ({ trace: incoming.headers["traceparent"] ?? "none" });
  const server = await listen(turnpike(gateway, { mode: "middleware", handler, variables }));
  closing.push(() => server.close());
  return server.url;
}

it("the application of a plain server is the backend", async () => {
  const url = await serve(
    {
      inbound: `${reads("Request")}${header("X-Trace", "@((string)context.Variables[&quot;trace&quot;])")}<rewrite-uri template="/other" />`,
      outbound: header("X-Out", "@(context.Response.Body.As&lt;string&gt;(true).Length.ToString())"),
    },
    (incoming, outgoing) => {
      let body = "";
      incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
      incoming.on("end", () =>
        outgoing
          .setHeader("Content-Type", "application/json")
          .end(JSON.stringify([incoming.url, incoming.headers["x-trace"], body, outcomeOf(incoming)?.api?.path])),
      );
    },
  );
  const response = await fetch(`${url}/api/x`, { method: "POST", body: "hello", headers: { traceparent: "00-1-2-01" } });
  const text = await response.text();
  expect(JSON.parse(text)).toEqual(["/api/other", "00-1-2-01", "hello", "api"]);
  expect(response.headers.get("x-out")).toBe(String(text.length));
});

it("an application that throws is an error of the request, not of the process", async () => {
  const url = await serve({ onError: header("X-Error", "@(context.LastError.Reason)") }, () => {
    throw new Error("secret");
  });
  const response = await fetch(`${url}/api/x`);
  expect([response.status, (await response.text()).includes("secret")]).toEqual([500, false]);
});

it("streams of HTTP/2 are told to come by HTTP/1.1", async () => {
  const secure = createSecureServer(
    { ...selfSigned("localhost"), allowHTTP1: true },
    turnpike(await gatewayAround({}), { mode: "middleware", handler: (_incoming, outgoing) => outgoing.end("app") }),
  );
  const { port } = await started(secure);
  const session = connect(`https://localhost:${port}`, { rejectUnauthorized: false });
  closing.push(
    () => session.close(),
    () => secure.close(),
  );
  const stream = session.request({ ":path": "/api/x" });
  const code = await new Promise((resolve) => stream.on("error", () => resolve(stream.rstCode)));
  expect(code).toBe(0xd);
});

it("needs the handler", async () => {
  const gateway = await gatewayAround({});
  expect(() => turnpike(gateway, { mode: "middleware" })).toThrow(TypeError);
  expect(() => createServer(turnpike(gateway))).not.toThrow();
});
