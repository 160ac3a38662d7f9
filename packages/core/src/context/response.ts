import { type CallSite, defineType, type TypeDeclaration, withCall } from "@turnpike/expressions";
import { NetObject } from "@turnpike/expressions/values";
import type { ResponseMessage } from "../policy/exchange.js";
import { isConsumed } from "./body.js";
import { headersOf } from "./dictionary.js";
import { BodyView } from "./message-body.js";

/** `IResponse`: the pipeline's own response, or one that send-request stored. */
export class ResponseView extends NetObject {
  constructor(readonly message: ResponseMessage) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return responseType;
  }

  override equals(other: unknown): boolean {
    return other instanceof ResponseView && other.message === this.message;
  }
}

/** The members of `IResponse`. */
export const responseType = defineType("interface IResponse", {
  // A response without content has an empty body, not none.
  "IMessageBody Body { get; }": ({ message }: ResponseView) => (isConsumed(message.body) ? null : new BodyView(message)),
  "System.Collections.Generic.IReadOnlyDictionary<string, string[]> Headers { get; }": withCall(
    (site: CallSite, { message }: ResponseView) => headersOf(site, message.headers),
  ),
  "int StatusCode { get; }": ({ message }: ResponseView) => message.status,
  "string StatusReason { get; }": ({ message }: ResponseView) => message.reason,
});
