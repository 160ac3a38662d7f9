import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { turnpike as expressTurnpike } from "#adapters/express/index.js";
import { turnpike as fastifyTurnpike } from "#adapters/fastify/index.js";
import { turnpike as fetchTurnpike } from "#adapters/fetch/index.js";
import { turnpike as nodeTurnpike, serve, turnpikeUpgrade } from "#adapters/node/index.js";
import { adapterContract } from "#core/testing/index.js";
import { fastify } from "../../packages/adapters/node_modules/fastify/fastify.js";
import { express4, express5 } from "./frameworks.js";
import { listen, runContract } from "./mount.js";
import { webListener } from "./web.js";

runContract(
  "node",
  adapterContract((gateway) => listen(nodeTurnpike(gateway), turnpikeUpgrade(gateway))),
);

runContract(
  "node, served",
  adapterContract(async (gateway) => {
    const server = createServer();
    const { close } = serve(server, gateway, { timeout: 100 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  }),
);

for (const [name, express] of [
  ["express 5", express5],
  ["express 4", express4],
] as const)
  runContract(
    name,
    adapterContract((gateway) =>
      listen(
        (express as () => { use(handler: unknown): RequestListener })().use(expressTurnpike(gateway)),
        turnpikeUpgrade(gateway),
      ),
    ),
  );

runContract(
  "fastify",
  adapterContract(async (gateway) => {
    const app = fastify({ forceCloseConnections: true });
    await app.register(fastifyTurnpike, { gateway });
    app.server.on("upgrade", turnpikeUpgrade(gateway));
    return { url: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
  }),
);

runContract(
  "fetch",
  adapterContract((gateway) => listen(webListener(fetchTurnpike(gateway))), { wire: false, upgrades: false }),
);
