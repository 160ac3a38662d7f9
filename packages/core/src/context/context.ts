import { NetObject } from "@turnpike/expressions/values";
import type { RequestMessage } from "../policy/exchange.js";
import { contextType } from "./context-type.js";
import { guidOf } from "./guid.js";
import { requestType } from "./message-types.js";
import type { ContextSource } from "./source.js";

/** What expressions know as `context`: a view of one exchange, without state of its own. Every read shows the exchange as it is. */
export class ContextView extends NetObject {
  readonly request: RequestView;
  private id: NetObject | null = null;

  constructor(readonly source: ContextSource) {
    super();
    this.request = new RequestView(this);
  }

  override get declaration() {
    return contextType;
  }

  /** As a Guid. */
  get requestId(): NetObject {
    this.id ??= guidOf(this.source.requestId);
    return this.id;
  }
}

/** `context.Request`. */
export class RequestView extends NetObject {
  constructor(readonly context: ContextView) {
    super();
  }

  override get declaration() {
    return requestType;
  }

  get message(): RequestMessage {
    return this.context.source.request;
  }
}

/** The `context` object of an exchange. Cheap: nothing is copied, parts are made when they are asked for. */
export function createContext(exchange: ContextSource): NetObject {
  return new ContextView(exchange);
}
