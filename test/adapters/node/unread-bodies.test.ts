import { Agent, createServer, request } from "node:http";
import { turnpike as plugin } from "@turnpike/adapters/fastify";
import { turnpike } from "@turnpike/adapters/node";
import { createGateway } from "@turnpike/core";
import { afterEach, expect, it } from "vitest";
import { fastify } from "../../../packages/adapters/node_modules/fastify/fastify.js";
import { backend, started } from "./servers.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Far more than the buffers of sockets hold. */
const body = Buffer.alloc(8 << 20, "x");

/** A backend that answers GET at once, and a POST without ever reading its body. */
const deaf = () =>
  backend((incoming, outgoing) => {
    if (incoming.method === "POST") incoming.socket.pause();
    outgoing.end("answer");
  });

async function gateway() {
  const { url, close } = await deaf();
  const made = await createGateway({
    apis: {
      a: {
        path: "",
        serviceUrl: url,
        subscriptionRequired: false,
        operations: Object.fromEntries(["GET", "POST"].map((method) => [method, { method, urlTemplate: "/*" }])),
      },
    },
  });
  closing.push(close, () => made.close());
  return made;
}

async function nodePort(): Promise<number> {
  const server = await started(createServer(turnpike(await gateway())));
  closing.unshift(() => {
    server.closeAllConnections();
    server.close();
  });
  return server.port;
}

async function fastifyPort(): Promise<number> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(plugin, { gateway: await gateway() });
  await app.listen({ port: 0, host: "127.0.0.1" });
  closing.unshift(() => app.close());
  return (app.server.address() as { port: number }).port;
}

it.each([
  ["node", nodePort],
  ["fastify", fastifyPort],
] as const)(
  "%s: a body that the backend has not read does not keep the connection from its next request",
  async (_name, serve) => {
    const port = await serve();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    closing.unshift(() => agent.destroy());
    const ask = (method: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = method === "POST" ? { "Content-Length": body.length } : {};
        const sent = request({ host: "127.0.0.1", port, agent, method, path: "/x", headers }, (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode));
        });
        sent.on("error", reject);
        sent.end(method === "POST" ? body : undefined);
      });
    for (const method of ["POST", "GET", "POST", "GET"]) expect(await ask(method)).toBe(200);
  },
);
