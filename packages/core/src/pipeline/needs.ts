import type { CompiledExpression } from "@turnpike/expressions";
import { bodiesRead } from "../context/needs.js";
import { BodyTooLargeError } from "../http/body.js";
import { PolicyError } from "./error.js";
import type { Exchange } from "./exchange.js";

/** Which bodies a policy's expressions read: they must be in memory before the expressions run, since those cannot wait. */
export class BodyNeeds {
  private request = false;
  private response = false;

  get isEmpty(): boolean {
    return !this.request && !this.response;
  }

  add(expression: CompiledExpression): void {
    const { request, response } = bodiesRead(expression.uses);
    this.request ||= request;
    this.response ||= response;
  }

  /** Buffers what is needed. Answers without a promise when there is nothing to wait for. */
  prepare(exchange: Exchange): void | Promise<void> {
    const needsRequest = this.request && !exchange.request.body.isBuffered;
    const needsResponse = this.response && !exchange.response.body.isBuffered;
    if (needsRequest || needsResponse) return buffer(exchange, needsRequest, needsResponse);
  }
}

async function buffer(exchange: Exchange, request: boolean, response: boolean): Promise<void> {
  const limit = exchange.runtime.bodyLimit;
  if (request) await exchange.request.body.buffer(limit);
  if (!response) return;
  try {
    await exchange.response.body.buffer(limit);
  } catch (error) {
    if (!(error instanceof BodyTooLargeError)) throw error;
    throw new PolicyError({
      reason: "ResponseEntityTooLarge",
      message: `The body of the response is larger than ${limit} bytes.`,
      status: 502,
      bodyMessage: "Internal server error",
      cause: error,
    });
  }
}
