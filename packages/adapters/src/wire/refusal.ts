import type { ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Gateway, HandleOptions } from "@turnpike/core";
import { isHttp2Response } from "./http2.js";
import type { RequestHead } from "./request-head.js";

const REFUSALS: Readonly<Record<number, string>> = {
  431: "Request header fields too large",
  500: "Internal server error",
  501: "Not implemented",
  503: "The gateway is short of memory",
  505: "HTTP version not supported",
};

/** Seconds after which a request may come again that the gateway had no room for. */
const RETRY_AFTER = 1;

/** Answers a request that cannot be one, or that there is no room for. */
export function refuse(outgoing: ServerResponse, status: number): void {
  const body = JSON.stringify({ statusCode: status, message: REFUSALS[status] ?? "Bad request" });
  outgoing.writeHead(status, {
    "Content-Type": "application/json",
    ...(isHttp2Response(outgoing) ? {} : { Connection: "close" }),
    ...(status === 503 ? { "Retry-After": RETRY_AFTER } : {}),
  });
  outgoing.end(body);
}

const WHY: Readonly<Record<number, string>> = {
  400: "The request's target, its Host header or its framing is none that an ordinary client writes.",
  431: "The request has more header lines than are read.",
  500: "The host failed before the request came to the gateway.",
  501: "The request has a transfer coding besides chunked.",
  503: "The process is close to its limit of memory: requests under way are finished first.",
  505: "The request has a version of HTTP that is none.",
};

/** Answers a request that cannot be one, and tells the gateway of it. */
export function refuseRequest(
  gateway: Gateway,
  head: RequestHead,
  outgoing: ServerResponse,
  status: number,
  onOutcome: HandleOptions["onOutcome"],
): void {
  refuse(outgoing, status);
  tellRefused(gateway, head, status, onOutcome);
}

/** Tells the gateway of a request that got a refusal. */
export function tellRefused(gateway: Gateway, head: RequestHead, status: number, onOutcome: HandleOptions["onOutcome"]): void {
  const { method, target, socket, httpVersion } = head;
  gateway.refused({
    method,
    url: target,
    ipAddress: socket.remoteAddress ?? "",
    status,
    why: WHY[status] ?? WHY[400]!,
    protocol: `HTTP/${httpVersion}`,
    tlsVersion: (socket as Partial<TLSSocket>).getProtocol?.()?.replace(/^TLSv/, "") ?? null,
    ...(onOutcome === undefined ? {} : { onOutcome }),
  });
}
