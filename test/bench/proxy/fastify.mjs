// fastify + @fastify/rate-limit + jose + @fastify/http-proxy.
import proxy from "@fastify/http-proxy";
import rateLimit from "@fastify/rate-limit";
import fastify from "fastify";
import { jwtVerify } from "jose";
import { ready } from "../servers.mjs";
import { LIMIT, publicKey, upstream } from "./common.mjs";

const app = fastify();
app.addHook("onRequest", async (request, reply) => {
  try {
    await jwtVerify(request.headers.authorization?.slice(7) ?? "", publicKey, { audience: "api://payments-api" });
  } catch {
    return reply.code(401).send();
  }
});
await app.register(rateLimit, { max: LIMIT, timeWindow: 10_000, keyGenerator: (request) => request.headers["x-subscription"] });
await app.register(proxy, {
  upstream,
  undici: { connections: 64 },
  replyOptions: { rewriteRequestHeaders: (_request, headers) => ({ ...headers, "x-signing-key": "hmac-0815" }) },
});
await app.listen({ port: 0, host: "127.0.0.1" });
ready(app.server.address().port);
