// The gateway of the soak: reloads when it is told to, and says what it holds.
import { createServer } from "node:http";
import { serve } from "@turnpike/adapters/node";
import { redisStore } from "@turnpike/adapters/redis";
import { createGateway } from "@turnpike/core";
import { configuration } from "./configuration.mjs";

const { UPSTREAM: upstream, REDIS: redis, SECRET: secret } = process.env;
const store = redisStore({ url: redis, onUnavailable: "local", deadline: 500, stampede: 500 });
let unforeseen = 0;
const logger = {
  debug() {},
  info() {},
  warn() {},
  error(fields, message) {
    // What a backend or Redis did is told of as well, by its reason.
    if (fields.activityId !== undefined && fields.reason !== "InternalError") return;
    unforeseen++;
    console.error(message, fields.err);
  },
};
const gateway = await createGateway(configuration({ upstream, secret, version: 0 }), { store, logger });
const server = createServer();
// Longer than any caller keeps a connection idle: one that is closed just when it is used again would be lost.
server.keepAliveTimeout = 600_000;
serve(server, gateway);

/** What is in use once what is no longer used has been collected: bytes, and handles by kind. */
function measure() {
  for (let i = 0; i < 4; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  const handles = {};
  for (const name of process.getActiveResourcesInfo())
    if (name !== "Immediate" && name !== "Timeout") handles[name] = (handles[name] ?? 0) + 1;
  const sockets = process
    ._getActiveHandles()
    .flatMap((one) =>
      one.remotePort === undefined
        ? []
        : [`${one.localPort} to ${one.remotePort}, ${one.bytesRead} bytes read, ${one.bytesWritten} written`],
    );
  return { heap: heapUsed, external, handles, sockets, unforeseen };
}

process.on("message", async ({ id, what, version }) => {
  try {
    if (what === "reload") await gateway.update(configuration({ upstream, secret, version }));
    process.send({ id, answer: what === "measure" ? measure() : null });
  } catch (error) {
    process.send({ id, error: String(error.stack) });
  }
});
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
