/** The console: a page with a gateway's requests, APIs and state, to be mounted behind the host's own login. */
export type { ConsoleOptions } from "./console.js";
export { type ConsoleHandler, consoleHandler } from "./handler.js";
export type * from "./messages.js";
