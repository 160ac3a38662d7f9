import type { IncomingMessage, ServerResponse } from "node:http";
import type { Exchange, Gateway, GatewayResponse, HandleOptions, PolicyError, ResponseMessage } from "@turnpike/core";
import { answerFailure } from "@turnpike/core/adapter";
import { CapturedResponse } from "../host/captured-response.js";
import { HostBackend, type StandingBody } from "../host/host-backend.js";
import { type HostOptions, handleOptions } from "../host/options.js";
import { type AwaitedAnswer, offerOutcome } from "../host/outcome.js";
import { ParsedBody, type ParsedRequest } from "../host/parsed-body.js";
import { UnreadBody } from "../host/unread-body.js";
import { callerSignals } from "../wire/caller-signals.js";
import { drain } from "../wire/drain.js";
import { isTrusted } from "../wire/forwarded.js";
import { refuseRequest } from "../wire/refusal.js";
import { reportSent } from "../wire/report-sent.js";
import { type NodeOptions, toRequest } from "../wire/request.js";
import { RequestHead } from "../wire/request-head.js";
import { writeResponse } from "../wire/write.js";

/** A request of `node:http`, and what parsers that stand in front may have put on it. */
export interface NodeRequest extends IncomingMessage, Pick<ParsedRequest, "rawBody"> {
  body?: unknown;
}

/** What a framework over `node:http` has in its own way. */
export interface NodeFramework<Request> {
  /** The target as the caller wrote it. */
  targetOf(incoming: Request): string | undefined;
  /** Puts path and query as policies left them on the request. */
  applyTarget(incoming: Request, target: string): void;
}

/** `node:http` by itself. */
const plain: NodeFramework<NodeRequest> = {
  targetOf: (incoming) => incoming.url,
  applyTarget(incoming, target) {
    incoming.url = target.startsWith("/") ? target : `/${target}`;
  },
};

/** Runs a request through a gateway; `next` is the application's own handler. */
export type NodeMiddleware<Request> = (incoming: Request, outgoing: ServerResponse, next: (error?: unknown) => void) => void;

/** A gateway between a server of Node's and an application on it. In middleware mode the application is the backend. */
export function nodeMiddleware<Request extends NodeRequest>(
  gateway: Gateway,
  options: HostOptions<Request> & NodeOptions,
  framework: NodeFramework<Request> = plain,
): NodeMiddleware<Request> {
  const trusted = isTrusted(options.trustedProxies);
  const isMiddleware = options.mode === "middleware";
  const signalOf = callerSignals();
  return (incoming, outgoing, next) => {
    const head = new RequestHead(incoming, framework.targetOf(incoming));
    const body = bodyOf(head, incoming);
    const request = toRequest(head, options, trusted, signalOf(head), { body });
    if (typeof request === "number") return refuseRequest(gateway, head, outgoing, request, options.onOutcome);
    if (body instanceof ParsedBody) body.describe(request.headers);
    const backend = isMiddleware ? new NodeBackend(head, body, { incoming, outgoing, next, framework }) : null;
    let told: HandleOptions;
    try {
      told = handleOptions(options, incoming, backend?.handler, true);
    } catch (error) {
      return next(error);
    }
    const answer = gateway.handle(request, told);
    // Without a policy that waits it has come to that by now.
    if (backend?.isHandedOver === true) {
      void answer.then((response) => reportSent(response, incoming, outgoing, true));
      return next();
    }
    void answer.then((response) => {
      reportSent(response, incoming, outgoing, backend?.isHandedOver === true);
      if (backend?.isHandedOver === true) next();
      else send(response, incoming, outgoing, backend?.captured ?? null).catch(() => outgoing.destroy());
    });
  };
}

/** The body where it stands. */
function bodyOf(head: RequestHead, incoming: NodeRequest): StandingBody {
  if (incoming.body !== undefined && (incoming.readableDidRead || incoming.rawBody !== undefined))
    return new ParsedBody(incoming);
  return head.hasBody ? new UnreadBody(incoming) : null;
}

/** One request between its messages. */
interface Running<Request> {
  readonly incoming: Request;
  readonly outgoing: ServerResponse;
  readonly next: (error?: unknown) => void;
  readonly framework: NodeFramework<Request>;
}

/** The application behind `next` as the backend: what it writes into the response is held back until policies have seen it. */
class NodeBackend<Request extends NodeRequest> extends HostBackend {
  /** The application's response, once it has been asked for one that policies look at. */
  captured: CapturedResponse | null = null;
  /** True once the request is all the application's. */
  isHandedOver = false;

  constructor(
    head: RequestHead,
    body: StandingBody,
    private readonly running: Running<Request>,
  ) {
    super(head, body);
  }

  protected override enter(exchange: Exchange, target: string, bytes: Uint8Array | null): Promise<ResponseMessage> | null {
    const { incoming, outgoing, next, framework } = this.running;
    if (target !== this.head.target) framework.applyTarget(incoming, target);
    if (bytes !== null && bytes.length > 0 && !(this.body instanceof ParsedBody)) incoming.unshift(bytes);
    if (exchange.endsAtHost) {
      offerOutcome(incoming, exchange, new HandedOver(outgoing, exchange));
      this.isHandedOver = true;
      return null;
    }
    const captured = new CapturedResponse(outgoing);
    this.captured = captured;
    offerOutcome(incoming, exchange, captured);
    next();
    return captured.answered;
  }
}

async function send(
  response: GatewayResponse,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  captured: CapturedResponse | null,
): Promise<void> {
  if (captured !== null) return captured.send(response);
  await writeResponse(outgoing, response);
  drain(incoming);
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
