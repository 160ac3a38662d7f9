// A Fastify application, by itself or (GATEWAY) behind a gateway.
import fastify from "fastify";
import { ready } from "../servers.mjs";
import { accounts, gatewayFor } from "./common.mjs";

const app = fastify();
const gateway = await gatewayFor(process.env.GATEWAY);
if (gateway !== null) {
  const { turnpike } = await import("@turnpike/adapters/fastify");
  await app.register(turnpike, { gateway, mode: "middleware", unmatched: "pass" });
}
await app.register(
  async (routes) => {
    routes.get("/:id", async (request) => ({ id: request.params.id, accounts }));
    routes.post("/", async (request, reply) => reply.code(201).send({ id: "a-1", ...request.body }));
  },
  { prefix: "/accounts" },
);
await app.listen({ port: 0, host: "127.0.0.1" });
ready(app.server.address().port);
