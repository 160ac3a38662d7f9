/**
 * Mounts a gateway in Fastify 5.
 *
 *     app.register(turnpike, { gateway });                          // the gateway answers what no other route does
 *     app.register(turnpike, { gateway, mode: "middleware" });      // the application's routes are its backend
 */
export { outcomeOf, type RequestOutcome } from "../host/outcome.js";
export type { FastifyTurnpikeOptions } from "./options.js";
export { turnpike } from "./plugin.js";
