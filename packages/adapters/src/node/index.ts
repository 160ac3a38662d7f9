/**
 * Mounts a gateway on Node's own http, https and http2 servers.
 *
 *     http.createServer(turnpike(gateway)).listen(8080);                                           // the gateway answers
 *     http.createServer(turnpike(gateway, { mode: "middleware", handler: app })).listen(8080);      // the application is its backend
 */

export { outcomeOf, type RequestOutcome } from "../host/outcome.js";
export type { TrustedProxies } from "../wire/forwarded.js";
export type { NodeOptions } from "../wire/request.js";
export { type GracefulOptions, gracefulClose, type NodeServer } from "./graceful.js";
export { type ListenerOptions, type NodeListener, turnpike } from "./listener.js";
export { type ServedGateway, type ServeOptions, serve } from "./serve.js";
export { turnpikeUpgrade, type UpgradeListener, type UpgradeOptions } from "./upgrade.js";
