import type { Gateway } from "@turnpike/core";
import type { FastifyRequest } from "fastify";
import type { HostOptions } from "../host/options.js";
import type { NodeOptions } from "../wire/request.js";

/** How a gateway stands in a Fastify application. */
export interface FastifyTurnpikeOptions extends HostOptions<FastifyRequest>, NodeOptions {
  readonly gateway: Gateway;
  /** `on-error`: what the application throws goes to on-error. Default: to Fastify's error handler, whose answer policies see. */
  readonly errors?: "host" | "on-error";
}
