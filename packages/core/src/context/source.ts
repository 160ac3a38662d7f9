import type { GatewayModel } from "../model/model.js";
import type { Exchange, ResponseMessage } from "../policy/exchange.js";

/** What `context` is shown of: an exchange, or in fixtures something like one. */
export interface ContextSource
  extends Pick<
    Exchange,
    | "requestId"
    | "startedAt"
    | "originalUrl"
    | "request"
    | "variables"
    | "lastError"
    | "api"
    | "operation"
    | "product"
    | "subscription"
    | "subscriptionKey"
    | "user"
    | "target"
    | "section"
    | "observer"
    | "graphql"
  > {
  /** Null only in fixtures without a response. */
  readonly response: ResponseMessage | null;
  readonly configuration: Pick<GatewayModel, "deployment" | "apis" | "backends" | "certificates">;
  readonly runtime: { readonly clock: { now(): number } };
}
