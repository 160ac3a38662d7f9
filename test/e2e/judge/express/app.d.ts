import type { RequestListener } from "node:http";

/** Middleware as Express takes it. */
type Middleware = (...given: never[]) => unknown;

/** What may be put into the application from outside: nothing of it changes what the application does by itself. */
export interface Additions {
  /** Before everything else. */
  readonly first?: Middleware;
  /** Behind compression, sessions and body parsers, before the routes. */
  readonly beforeRoutes?: Middleware;
}

/**
 * The bookshop.
 * @param express the package, 4 or 5
 * @param compression the package
 */
export function createApp(express: unknown, compression: unknown, additions?: Additions): RequestListener;
