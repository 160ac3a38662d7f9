import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import compression from "compression";
import { describe, vi } from "vitest";
import { turnpike } from "#adapters/express/index.js";
import { express4, express5 } from "../../adapters/frameworks.js";
import { createApp } from "./express/app.js";
import { suite } from "./express/suite.js";
import { gatewayKinds, judge, type StartedApplication, type Variant } from "./suite.js";

// Express tells of errors that nobody handles.
vi.spyOn(console, "error").mockImplementation(() => {});

async function started(listener: RequestListener): Promise<StartedApplication> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, close: () => void server.close() };
}

describe.each([
  ["Express 5", express5],
  ["Express 4", express4],
])("the bookshop on %s", (_, express) => {
  const variants = gatewayKinds.flatMap((kind): Variant[] => {
    const options = { mode: "middleware", unmatched: "pass" } as const;
    return [
      [
        `with a gateway before everything, ${kind}`,
        (gateway) => started(createApp(express, compression, { first: turnpike(gateway, options) })),
        kind,
      ],
      [
        `with a gateway before the routes, ${kind}`,
        (gateway) => started(createApp(express, compression, { beforeRoutes: turnpike(gateway, options) })),
        kind,
      ],
    ];
  });
  judge(suite, () => started(createApp(express, compression)), variants);
});
