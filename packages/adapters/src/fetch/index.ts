/**
 * Mounts a gateway where requests and responses are those of `fetch`: Hono, Next, Bun, Deno.
 *
 *     const handle = turnpike(gateway);
 *     export const GET = handle;
 */
export { outcomeOf, type RequestOutcome } from "../host/outcome.js";
export { type FetchHandler, type FetchOptions, turnpike } from "./handler.js";
