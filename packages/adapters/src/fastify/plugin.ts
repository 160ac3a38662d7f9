import type { FastifyInstance } from "fastify";
import { handleOptions } from "../host/options.js";
import { drain } from "../wire/drain.js";
import { isTrusted } from "../wire/forwarded.js";
import { refuseRequest } from "../wire/refusal.js";
import { reportSent } from "../wire/report-sent.js";
import { toRequest } from "../wire/request.js";
import { RequestHead } from "../wire/request-head.js";
import { writeResponse } from "../wire/write.js";
import { addHooks } from "./hooks.js";
import type { FastifyTurnpikeOptions } from "./options.js";

/**
 * The plugin. In gateway mode it adds a route for everything, so that the application's own routes go first; the route's answers are
 * written past Fastify's hooks. In middleware mode it adds hooks to the instance that it is registered on.
 */
export async function turnpike(app: FastifyInstance, options: FastifyTurnpikeOptions): Promise<void> {
  if (options.mode === "middleware") addHooks(app, options);
  else await app.register((routes) => addRoute(routes, options));
}

// Hooks must reach the routes beside the plugin: Fastify's own way to say that it has no scope of its own.
Object.assign(turnpike, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "turnpike",
});

async function addRoute(routes: FastifyInstance, options: FastifyTurnpikeOptions): Promise<void> {
  const { gateway } = options;
  const trusted = isTrusted(options.trustedProxies);
  // Bodies go through as they come.
  routes.removeAllContentTypeParsers();
  routes.addContentTypeParser("*", (_request, _payload, done) => done(null));
  routes.route({
    method: routes.supportedMethods,
    url: "*",
    handler: async (request, reply) => {
      const { raw } = request;
      const given = handleOptions(options, request, undefined, true);
      reply.hijack();
      const abort = new AbortController();
      reply.raw.once("close", () => {
        if (!reply.raw.writableFinished) abort.abort();
      });
      // Headers that hooks in front have set go out as well.
      for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
      const head = new RequestHead(raw);
      const message = toRequest(head, options, trusted, abort.signal);
      if (typeof message === "number") return refuseRequest(gateway, head, reply.raw, message, options.onOutcome);
      const response = await gateway.handle(message, given);
      reportSent(response, raw, reply.raw);
      await writeResponse(reply.raw, response);
      drain(raw);
    },
  });
}
