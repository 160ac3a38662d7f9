import { createRequire } from "node:module";
import { describe } from "vitest";
import { turnpike } from "#adapters/fastify/index.js";
import { type Application, createApp } from "./fastify/app.js";
import { suite } from "./fastify/suite.js";
import { gatewayKinds, judge, type StartedApplication, type Variant } from "./suite.js";

const fastify: unknown = createRequire(new URL("../../../packages/adapters/package.json", import.meta.url))("fastify");

async function started(addition?: (app: Application) => void): Promise<StartedApplication> {
  const app = await createApp(fastify, addition);
  await app.listen({ port: 0, host: "127.0.0.1" });
  return app;
}

describe("the workshop on Fastify 5", () => {
  const variants = gatewayKinds.map(
    (kind): Variant => [
      `with a gateway, ${kind}`,
      (gateway) => started((app) => app.register(turnpike, { gateway, mode: "middleware", unmatched: "pass" })),
      kind,
    ],
  );
  judge(suite, () => started(), variants);
});
