// A service without any framework: what it is given must be typed without the types of one.
import { createServer, type Server } from "node:http";
import { turnpike as express } from "@turnpike/adapters/express";
import { turnpike as fetch } from "@turnpike/adapters/fetch";
import { turnpike as node } from "@turnpike/adapters/node";
import { type RedisStore, redisStore } from "@turnpike/adapters/redis";
import { createGateway, defineGateway, definePolicy, type Gateway, type GatewayResponse } from "@turnpike/core";
import { type PolicyTest, policyTest, testClock } from "@turnpike/core/testing";
import { compileExpression } from "@turnpike/expressions";

const configuration = defineGateway({ apis: { echo: { path: "echo", serviceUrl: "http://127.0.0.1:9001" } } });
const gateway: Gateway = await createGateway(configuration, { clock: testClock() });
export const server: Server = createServer(node(gateway, { trustedProxies: ["10.0.0.0/8"] }));
export const response: GatewayResponse = await gateway.handle({ method: "GET", url: "http://host/echo", headers: {} });
export const answer: Promise<Response> = fetch(gateway)(new Request("http://host/echo"));
export const middleware = express(gateway, { mode: "middleware" });
export const store = (): RedisStore => redisStore({ url: "redis://127.0.0.1:6379" });
export const test: Promise<PolicyTest> = policyTest({ policy: "<policies />" });
export const expression = compileExpression("1 + 1");
export const policy = definePolicy({
  name: "mark",
  category: "transformation",
  summary: "Marks a request.",
  sections: ["inbound"],
  scopes: ["api"],
  attributes: {},
  children: {},
  compile: () => (exchange) => {
    exchange.request.headers.set("X-Mark", "1");
    return "continue";
  },
});

// @ts-expect-error a path must be text
defineGateway({ apis: { echo: { path: 1 } } });
