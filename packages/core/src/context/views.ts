import type { TypeDeclaration } from "@turnpike/expressions";
import { NetObject } from "@turnpike/expressions/values";
import type { Url } from "../http/url.js";
import type { ResponseMessage } from "../policy/exchange.js";
import { bodyType, responseType, urlType } from "./message-types.js";
import type { ContextSource } from "./source.js";

/** An object of the configuration as expressions see it: a type's members read `model`. */
export class ModelView<T> extends NetObject {
  constructor(
    private readonly type: TypeDeclaration,
    readonly model: T,
    readonly source: ContextSource | null = null,
  ) {
    super();
  }

  override get declaration() {
    return this.type;
  }

  override equals(other: unknown): boolean {
    return other instanceof ModelView && other.type === this.type && other.model === this.model;
  }
}

/** `IUrl`. */
export class UrlView extends NetObject {
  constructor(readonly url: Url) {
    super();
  }

  override get declaration() {
    return urlType;
  }

  override toText(): string {
    return this.url.toString();
  }
}

/** `IMessageBody` of a message. */
export class BodyView extends NetObject {
  constructor(readonly message: Pick<ResponseMessage, "headers" | "body">) {
    super();
  }

  override get declaration() {
    return bodyType;
  }
}

/** `IResponse`: the pipeline's own response, or one that send-request stored. */
export class ResponseView extends NetObject {
  constructor(readonly message: ResponseMessage) {
    super();
  }

  override get declaration() {
    return responseType;
  }

  override equals(other: unknown): boolean {
    return other instanceof ResponseView && other.message === this.message;
  }
}
