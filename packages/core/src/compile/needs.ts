import type { CompiledExpression } from "@turnpike/expressions";
import { bodiesRead } from "../context/needs.js";
import type { Exchange } from "../policy/exchange.js";
import { turnFor } from "../policy/turns.js";

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

  /** Buffers what is needed, and lets others have their turn where it is much. Answers without a promise when there is nothing to wait for. */
  prepare(exchange: Exchange): void | Promise<void> {
    const needsRequest = this.request && !exchange.request.body.isBuffered;
    const needsResponse = this.response && !exchange.response.body.isBuffered;
    if (needsRequest || needsResponse)
      return buffer(exchange, needsRequest, needsResponse).then(() => this.turn(exchange) ?? undefined);
    return this.turn(exchange);
  }

  private turn(exchange: Exchange): void | Promise<void> {
    const turn = this.request ? turnFor(exchange, exchange.request.body) : undefined;
    if (!this.response) return turn;
    if (turn === undefined) return turnFor(exchange, exchange.response.body);
    return turn.then(() => turnFor(exchange, exchange.response.body));
  }
}

async function buffer({ request, response, runtime }: Exchange, needsRequest: boolean, needsResponse: boolean): Promise<void> {
  if (needsRequest) await request.body.buffer(runtime.bodyLimit);
  if (needsResponse) await response.body.buffer(runtime.bodyLimit);
}
