import type { IncomingMessage, ServerResponse } from "node:http";
import {
  answerFailure,
  type Exchange,
  type Gateway,
  type GatewayResponse,
  type HandleOptions,
  type HostHandler,
  PolicyError,
  type RequestMessage,
  type ResponseMessage,
} from "@turnpike/core";
import { CapturedResponse } from "../host/captured-response.js";
import { loosen } from "../host/loosen.js";
import { type HostOptions, handleOptions } from "../host/options.js";
import { type AwaitedAnswer, offerOutcome } from "../host/outcome.js";
import { ParsedBody } from "../host/parsed-body.js";
import { applyHead, hostTarget, ranAlready, stateLength } from "../host/request.js";
import { settleBody, UnreadBody } from "../host/unread-body.js";
import { callerSignals } from "../wire/caller-signals.js";
import { isTrusted } from "../wire/forwarded.js";
import { type NodeOptions, refuse, toRequest } from "../wire/request.js";
import { RequestHead } from "../wire/request-head.js";
import { writeResponse } from "../wire/write.js";

/** What the adapter uses of Express's request. */
export interface ExpressRequest extends IncomingMessage {
  /** The target as it came; `url` lacks the path that the middleware is mounted at. */
  originalUrl?: string;
  baseUrl?: string;
  body?: unknown;
  rawBody?: unknown;
  readonly app?: { get(setting: string): unknown };
}

/** Middleware as Express takes it. */
export type ExpressHandler = (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void;

/** How a gateway stands in an Express application. */
export interface ExpressOptions extends HostOptions<ExpressRequest>, NodeOptions {}

/**
 * Middleware that runs requests through a gateway. The gateway sees the whole path, wherever it is mounted. In middleware mode the
 * application gets the request as policies left it, and policies the response that the application makes.
 */
export function turnpike(gateway: Gateway, options: ExpressOptions = {}): ExpressHandler {
  const trusted = isTrusted(options.trustedProxies);
  const isMiddleware = options.mode === "middleware";
  const signalOf = callerSignals();
  return (incoming, outgoing, next) => {
    if (isMiddleware && incoming.app !== undefined) loosen(incoming, "complete");
    const head = new RequestHead(incoming, incoming.originalUrl);
    const body = bodyOf(head, incoming);
    const request = toRequest(head, options, trusted, signalOf(head), { body });
    if (typeof request === "number") return refuse(outgoing, request);
    let captured: CapturedResponse | null = null;
    let hasRun = false;
    let isHandedOver = false;
    const handler: HostHandler = (message, exchange) => {
      if (hasRun) throw ranAlready();
      hasRun = true;
      const settled =
        body instanceof ParsedBody
          ? body.settle(message.body, message.headers.get("content-type") ?? "")
          : settleBody(body, message.body);
      return settled instanceof Promise
        ? settled.then((bytes) => enter(message, exchange, bytes))
        : enter(message, exchange, settled);
    };
    const enter = (message: RequestMessage, exchange: Exchange, bytes: Uint8Array | null): Promise<ResponseMessage> | null => {
      if (bytes !== null) stateLength(message.headers, bytes.length);
      applyHead(head, message);
      const target = hostTarget(exchange);
      if (target !== head.target) applyTarget(incoming, target);
      if (bytes !== null && bytes.length > 0 && !(body instanceof ParsedBody)) incoming.unshift(bytes);
      if (exchange.endsAtHost) {
        offerOutcome(incoming, exchange, new HandedOver(outgoing, exchange));
        isHandedOver = true;
        return null;
      }
      captured = new CapturedResponse(outgoing);
      offerOutcome(incoming, exchange, captured);
      next();
      return captured.answered;
    };
    let told: HandleOptions;
    try {
      told = handleOptions(options, incoming, isMiddleware ? handler : undefined);
    } catch (error) {
      return next(error);
    }
    const answer = gateway.handle(request, told);
    // Without a policy that waits it has come to that by now.
    if (isHandedOver) return next();
    void answer.then((response) => {
      if (isHandedOver) next();
      else send(response, incoming, outgoing, captured).catch(() => outgoing.destroy());
    });
  };
}

async function send(
  response: GatewayResponse,
  incoming: ExpressRequest,
  outgoing: ServerResponse,
  captured: CapturedResponse | null,
): Promise<void> {
  if (captured !== null) return captured.send(response);
  await writeResponse(outgoing, response);
  if (!incoming.readableEnded) incoming.resume();
}

/** The answer to a request that is all the application's. */
class HandedOver implements AwaitedAnswer {
  constructor(
    private readonly outgoing: ServerResponse,
    private readonly exchange: Exchange,
  ) {}

  get isOpen(): boolean {
    return !this.outgoing.headersSent;
  }

  fail(error: PolicyError): void {
    // What the application has set so far, and may write later, is not wanted.
    new CapturedResponse(this.outgoing).send(answerFailure(this.exchange, error)).catch(() => this.outgoing.destroy());
  }
}

/** The body where it stands: unread, parsed by a parser in front, or none. */
function bodyOf(head: RequestHead, incoming: ExpressRequest): UnreadBody | ParsedBody | null {
  if (incoming.body !== undefined && (incoming.readableDidRead || incoming.rawBody !== undefined))
    return new ParsedBody(incoming);
  return head.hasBody ? new UnreadBody(incoming) : null;
}

/** Path and query as policies left them. The mount's own path stays: routes below it could not be reached otherwise. */
function applyTarget(incoming: ExpressRequest, target: string): void {
  const base = incoming.baseUrl ?? "";
  const rest = target.slice(base.length);
  if (!target.startsWith(base) || (base !== "" && rest !== "" && !/^[/?]/.test(rest)))
    throw new PolicyError({
      reason: "PathOutsideMount",
      message: `The path "${target}" is outside of "${base}", where the gateway is mounted.`,
      status: 500,
      bodyMessage: "Internal server error",
    });
  incoming.url = rest.startsWith("/") ? rest : `/${rest}`;
  // Express 4 parses the query once and keeps it; Express 5 does so when asked.
  if (!Object.hasOwn(incoming, "query")) return;
  const parse = incoming.app?.get("query parser fn");
  const question = incoming.url.indexOf("?");
  const query = typeof parse === "function" ? parse(question < 0 ? "" : incoming.url.slice(question + 1)) : {};
  Object.assign(incoming, { query });
}
