// express + express-rate-limit + jose + http-proxy-middleware.
import { Agent } from "node:http";
import express from "express";
import { rateLimit } from "express-rate-limit";
import { createProxyMiddleware } from "http-proxy-middleware";
import { jwtVerify } from "jose";
import { ready } from "../servers.mjs";
import { LIMIT, publicKey, upstream } from "./common.mjs";

const app = express();
app.use(async (request, response, next) => {
  try {
    await jwtVerify(request.headers.authorization?.slice(7) ?? "", publicKey, { audience: "api://payments-api" });
    next();
  } catch {
    response.status(401).end();
  }
});
app.use(
  rateLimit({
    windowMs: 10_000,
    limit: LIMIT,
    keyGenerator: (request) => request.headers["x-subscription"],
    standardHeaders: "draft-6",
    legacyHeaders: false,
  }),
);
app.use(
  createProxyMiddleware({
    target: upstream,
    agent: new Agent({ keepAlive: true, maxSockets: 64 }),
    on: { proxyReq: (request) => request.setHeader("X-Signing-Key", "hmac-0815") },
  }),
);
app.listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
