/**
 * Mounts a gateway on Node's own http and https servers.
 *
 *     http.createServer(turnpike(gateway)).listen(8080);
 */
export { type NodeOptions, turnpike } from "./listener.js";
