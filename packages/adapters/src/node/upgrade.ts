import { EventEmitter } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import { Socket } from "node:net";
import { type Duplex, pipeline } from "node:stream";
import { type Gateway, type GatewayResponse, type HandleOptions, Headers, type HostHandler, MessageBody } from "@turnpike/core";
import { type HostOptions, handleOptions } from "../host/options.js";
import { offerOutcome } from "../host/outcome.js";
import { applyHead, hostTarget, ranAlready } from "../host/request.js";
import { isTrusted } from "../wire/forwarded.js";
import { tellRefused } from "../wire/refusal.js";
import { type NodeOptions, toRequest } from "../wire/request.js";
import { RequestHead } from "../wire/request-head.js";
import { answerHandshake, joinedHead } from "./handshake-answer.js";
import { giveBack, isWebSocket } from "./other-upgrade.js";

/** A listener for the `upgrade` event of `http.Server` and `https.Server`. */
export type UpgradeListener = (this: unknown, incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** How handshakes of WebSocket connections reach the gateway. */
export interface UpgradeOptions extends HostOptions<IncomingMessage>, NodeOptions {
  /** True while there is no room for further connections: they get 503. */
  readonly isFull?: () => boolean;
  /**
   * The application's own WebSocket server, in middleware mode: takes the handshake as policies left it, and answers it on the socket.
   * With `ws`: `(request, socket, head) => server.handleUpgrade(request, socket, head, (client) => …)`.
   */
  readonly handler?: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/**
 * Takes WebSocket connections through a gateway: `server.on("upgrade", turnpikeUpgrade(gateway))`, on the server of Express and Fastify as
 * well. Policies of the API run for the handshake. In gateway mode it goes to the backend, and if that agrees, both connections are joined:
 * messages pass untouched, with back-pressure, and the end of one side ends the other. In middleware mode the application's handler gets it.
 * Requests to upgrade to anything else are answered as if they had not asked.
 * @throws TypeError for middleware mode without a handler
 */
export function turnpikeUpgrade(gateway: Gateway, options: UpgradeOptions = {}): UpgradeListener {
  const trusted = isTrusted(options.trustedProxies);
  const isMiddleware = options.mode === "middleware";
  const { handler } = options;
  if (isMiddleware && handler === undefined) throw new TypeError('Mode "middleware" needs a handler.');
  return function (incoming, socket, head) {
    socket.on("error", () => socket.destroy());
    if (!isWebSocket(incoming)) return giveBack(this instanceof EventEmitter ? (this as Server) : null, incoming, socket, head);
    const requestHead = new RequestHead(incoming);
    const refused = (status: number): void => {
      void answerHandshake(incoming, socket, status);
      tellRefused(gateway, requestHead, status, options.onOutcome);
    };
    if (requestHead.hasBody) return refused(400);
    if (options.isFull?.() === true) return refused(503);
    const { signal, watch, unwatch } = watchCaller(socket);
    const request = toRequest(requestHead, options, trusted, signal, { body: null, isHandshake: true });
    if (typeof request === "number") return refused(request);
    let isHandedOver = false;
    const next: HostHandler = async (message, exchange) => {
      if (isHandedOver) throw ranAlready();
      applyHead(requestHead, message);
      incoming.url = hostTarget(exchange);
      offerOutcome(incoming, exchange);
      unwatch();
      isHandedOver = true;
      handler!(incoming, socket, head);
      return { status: 101, reason: "Switching Protocols", headers: new Headers(), body: new MessageBody() };
    };
    let told: HandleOptions;
    try {
      told = handleOptions(options, incoming, isMiddleware ? next : undefined);
    } catch {
      return refused(500);
    }
    watch();
    void gateway
      .handle(request, told)
      .then((response) => {
        if (isHandedOver) return;
        unwatch();
        return response.socket === undefined
          ? answerHandshake(incoming, socket, response)
          : join(socket, head, response, response.socket);
      })
      .catch(() => socket.destroy());
  };
}

/** Joins the two connections once the caller has its answer. Either's end or failure is the other's. */
function join(caller: Duplex, head: Buffer, response: GatewayResponse, backend: Duplex): void {
  if (caller.destroyed) return void backend.destroy();
  for (const socket of [caller, backend]) tune(socket);
  caller.write(joinedHead(response));
  if (head.length > 0) caller.unshift(head);
  pipeline(caller, backend, () => backend.destroy());
  pipeline(backend, caller, () => caller.destroy());
}

/** Messages are small and come at any time: they should go out at once, and the loss of a silent peer be noticed. */
function tune(connection: Duplex): void {
  if (!(connection instanceof Socket)) return;
  connection.setTimeout(0);
  connection.setNoDelay(true);
  connection.setKeepAlive(true, 30_000);
}

/**
 * A signal that is aborted when the caller goes away before the connection is in other hands. A socket that nobody reads does not tell
 * of its end: until then it is asked for, and what comes stays where it is.
 */
function watchCaller(socket: Duplex): { readonly signal: AbortSignal; readonly watch: () => void; readonly unwatch: () => void } {
  const abort = new AbortController();
  const gone = (): void => {
    abort.abort();
    socket.destroy();
  };
  const look = (): void => {
    if (socket.readableLength === 0) socket.read(0);
  };
  return {
    signal: abort.signal,
    watch() {
      socket.on("end", gone).on("close", gone).on("readable", look);
    },
    unwatch() {
      socket.off("end", gone).off("close", gone).off("readable", look);
    },
  };
}
