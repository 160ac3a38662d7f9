import type { Exchange, HostHandler, RequestMessage, ResponseMessage } from "@turnpike/core";
import type { RequestHead } from "../wire/request-head.js";
import { ParsedBody } from "./parsed-body.js";
import { applyHead, hostTarget, ranAlready, stateLength } from "./request.js";
import { settleBody, type UnreadBody } from "./unread-body.js";

/** The body of a host's request where it stands: unread, parsed by a parser of the host's, or none. */
export type StandingBody = UnreadBody | ParsedBody | null;

/**
 * One request whose backend is the host's own handler. Takes the request as policies left it, brings the host's message in step with it, and
 * hands that on: {@link enter} is all that frameworks do in their own way.
 */
export abstract class HostBackend {
  /** The handler that the gateway is given. */
  readonly handler: HostHandler = (message, exchange) => this.receive(message, exchange);
  private hasRun = false;

  constructor(
    protected readonly head: RequestHead,
    protected readonly body: StandingBody,
  ) {}

  /**
   * Lets the application have its request. Method and headers are on it already.
   * @param target path and query as policies left them
   * @param bytes what the application must read in place of the connection's body; null if that is untouched
   * @returns the application's response; null if nothing waits for it ({@link Exchange.endsAtHost})
   */
  protected abstract enter(exchange: Exchange, target: string, bytes: Uint8Array | null): Promise<ResponseMessage> | null;

  private receive(message: RequestMessage, exchange: Exchange): Promise<ResponseMessage | null> | null {
    if (this.hasRun) throw ranAlready();
    this.hasRun = true;
    const { body } = this;
    const settled = body instanceof ParsedBody ? body.settle(message.body, message.headers) : settleBody(body, message.body);
    return settled instanceof Promise
      ? settled.then((bytes) => this.apply(message, exchange, bytes))
      : this.apply(message, exchange, settled);
  }

  private apply(message: RequestMessage, exchange: Exchange, bytes: Uint8Array | null): Promise<ResponseMessage> | null {
    if (bytes !== null) stateLength(message.headers, bytes.length);
    applyHead(this.head, message);
    return this.enter(exchange, hostTarget(exchange), bytes);
  }
}
