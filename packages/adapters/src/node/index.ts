/**
 * Mounts a gateway on Node's own http and https servers.
 *
 *     http.createServer(turnpike(gateway)).listen(8080);
 */
export { turnpike } from "./listener.js";
export type { NodeOptions } from "./request.js";
