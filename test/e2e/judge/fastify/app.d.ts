import type { Server } from "node:http";

/** The part of Fastify's instance that the judge uses. */
export interface Application {
  readonly server: Server;
  register(plugin: unknown, options?: unknown): Application;
  listen(options: { port: number; host: string }): Promise<string>;
  close(): Promise<void>;
}

/**
 * The workshop.
 * @param fastify the package
 * @param addition registered before everything else: nothing of it changes what the application does by itself
 */
export function createApp(fastify: unknown, addition?: (app: Application) => void): Promise<Application>;
