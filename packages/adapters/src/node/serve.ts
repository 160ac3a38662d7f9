import type { IncomingMessage } from "node:http";
import type { Gateway } from "@turnpike/core";
import type { HostOptions } from "../host/options.js";
import type { NodeOptions } from "../wire/request.js";
import { watchClientErrors } from "./client-errors.js";
import { type GracefulOptions, gracefulClose, type NodeServer } from "./graceful.js";
import { makeListener } from "./listener.js";
import { turnpikeUpgrade } from "./upgrade.js";

/** How a server serves a gateway. */
export interface ServeOptions
  extends NodeOptions,
    GracefulOptions,
    Pick<HostOptions<IncomingMessage>, "variables" | "onOutcome"> {
  /** True while there is no room for further requests: they get 503 with `Retry-After`, but for probes of `/status-0123456789abcdef`. */
  readonly isFull?: () => boolean;
}

/** A server that serves a gateway. */
export interface ServedGateway {
  /** Ends the server in good order ({@link gracefulClose}). The gateway stays open: close it next. */
  readonly close: () => Promise<void>;
}

/**
 * Has a server of `node:http`, `node:https` or `node:http2` serve a gateway, with all that the listener for requests alone cannot do:
 * callers that wait for `100 Continue` get it only where policies want their body, WebSocket connections go through, and the server can be
 * closed in good order.
 *
 *     const server = http.createServer();
 *     const { close } = serve(server, gateway);
 *     server.listen(8080);
 */
export function serve(server: NodeServer, gateway: Gateway, options: ServeOptions = {}): ServedGateway {
  const close = gracefulClose(server, options);
  server.on("request", makeListener(gateway, options, false));
  server.on("checkContinue", makeListener(gateway, options, true));
  // In HTTP/2 there are no upgrades; a server that takes HTTP/1.1 as well has them there.
  server.on("upgrade", turnpikeUpgrade(gateway, options));
  watchClientErrors(server, gateway, options.onOutcome);
  return { close };
}
