import type { GatewayResponse } from "../http/message.js";
import type { ProductModel, SubscriptionModel, UserModel } from "../model/model.js";
import type { Sent } from "../observe/outcome.js";
import type { OutcomeListener } from "../observe/sending.js";
import type { TraceDocument } from "../observe/trace-document.js";
import type { Exchange, HostHandler } from "../policy/exchange.js";
import type { Observer } from "../policy/observer.js";

/** What one request is given besides itself. */
export interface HandleOptions {
  /** The host's own handler as the backend. */
  readonly next?: HostHandler;
  /** With `next`: what becomes of a request that no API is there for. `refuse` (the default) answers 404, `pass` hands it to `next` as it came. */
  readonly unmatched?: "refuse" | "pass";
  /** Context variables that the request starts with, as plain data: text, numbers, booleans, dates; arrays and objects become JSON tokens. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** True: what happens is written down, and the answer has it as its `trace`. */
  readonly trace?: boolean;
  /** Told what became of the request, beside the listeners of the gateway. */
  readonly onOutcome?: OutcomeListener;
  /** True: whoever asks tells when the answer has gone out, by the answer's `sending`. Otherwise its body's end counts as that. */
  readonly reportsSending?: boolean;
  /** Looks on while the request runs. */
  readonly observer?: Observer;
  /** Taken as known: then no subscription key is asked for. */
  readonly assume?: Assumption;
  /** Called when the answer is ready, with all that came about on the way. */
  readonly observe?: (exchange: Exchange) => void;
}

/** Who calls, where it is known without a key. */
export interface Assumption {
  /** GUID text. */
  readonly requestId?: string;
  /** The product whose policies take part, by its id. */
  readonly product?: ProductModel | null;
  readonly subscription?: SubscriptionModel | null;
  /** The key that is said to have been used. */
  readonly subscriptionKey?: string | null;
  readonly user?: UserModel | null;
}

/** What a gateway answers. */
export interface HandledResponse extends GatewayResponse {
  /** With `trace`: what has happened to the request so far. */
  readonly trace?: TraceDocument;
  /** With `reportsSending`, where somebody listens: to be told when the answer has gone out, or cannot go out any more. */
  readonly sending?: { done(this: void, sent?: Sent): void };
}
