import type { IncomingMessage } from "node:http";
import { type Exchange, type GatewayResponse, Headers, MessageBody, type ResponseMessage, TransportError } from "@turnpike/core";
import type { FastifyReply } from "fastify";
import { HostBackend } from "../host/host-backend.js";
import { offerOutcome } from "../host/outcome.js";
import { reasonOf } from "../host/response-head.js";
import type { UnreadBody } from "../host/unread-body.js";
import type { RequestHead } from "../wire/request-head.js";

/** A request between its hooks, where something is left to be done in them. */
export class Running {
  /** What the application reads instead of the connection; null to leave that alone. */
  body: Uint8Array | null = null;
  /** True while the application is at work and policies wait for its response. */
  isAwaited = false;
  /** True once policies have answered without the application, with no content type. */
  isUntyped = false;
  failure: Error | null = null;
  answer: Promise<GatewayResponse> | null = null;
  readonly response: Promise<ResponseMessage>;
  resolve: (response: ResponseMessage) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;

  constructor() {
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits for it may not do so yet, or never.
    this.response.catch(() => undefined);
  }
}

/** What the hooks of one instance do with a request. */
export interface HookedRequest {
  readonly raw: IncomingMessage;
  readonly reply: FastifyReply;
  /** True: what the application throws is waited for even where no policy looks at the response. */
  readonly seesErrors: boolean;
  /** Keeps what the later hooks need. */
  keep(state: Running): void;
  /** On to the route that Fastify has found. */
  goOn(): void;
  /** On to the route that the request's target names now. */
  goElsewhere(): void;
}

/** The application behind the hooks as the backend. */
export class FastifyBackend extends HostBackend {
  /** True once the request is all the application's: nothing waits for its response. */
  isHandedOver = false;
  private route: "none" | "same" | "other" = "none";
  private state: Running | null = null;
  private answer: Promise<GatewayResponse> | null = null;

  constructor(
    head: RequestHead,
    body: UnreadBody | null,
    private readonly hooked: HookedRequest,
  ) {
    super(head, body);
  }

  /** True once the request is the application's. */
  get hasEntered(): boolean {
    return this.route !== "none";
  }

  /** The gateway is at work: from now on the application gets its request as soon as policies say so. */
  begin(answer: Promise<GatewayResponse>): void {
    this.answer = answer;
    // Without a policy that waits it has come to that by now.
    if (this.hasEntered) this.proceed();
  }

  protected override enter(exchange: Exchange, target: string, bytes: Uint8Array | null): Promise<ResponseMessage> | null {
    const { head, hooked } = this;
    this.route = target === head.target && exchange.request.method === head.method ? "same" : "other";
    if (this.route === "other") hooked.raw.url = target;
    offerOutcome(hooked.raw, exchange);
    const isAwaited = !exchange.endsAtHost || hooked.seesErrors;
    this.isHandedOver = !isAwaited;
    const state = isAwaited || bytes !== null || this.route === "other" ? this.remember(bytes, isAwaited) : null;
    if (this.answer !== null) this.proceed();
    return isAwaited ? state!.response : null;
  }

  private proceed(): void {
    if (this.state !== null) this.state.answer = this.answer;
    if (this.route === "same") this.hooked.goOn();
    else this.hooked.goElsewhere();
  }

  private remember(body: Uint8Array | null, isAwaited: boolean): Running {
    const { raw } = this.hooked.reply;
    const state = new Running();
    state.body = body;
    state.isAwaited = isAwaited;
    this.state = state;
    this.hooked.keep(state);
    raw.once("close", () => {
      if (!raw.writableFinished) return state.reject(new TransportError("aborted", "The client closed the connection."));
      // A route that took the response over itself has answered past all hooks: policies come to their end, too late to change anything.
      state.resolve({ status: raw.statusCode, reason: reasonOf(raw), headers: new Headers(), body: new MessageBody() });
    });
    return state;
  }
}
