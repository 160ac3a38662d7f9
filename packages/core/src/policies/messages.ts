import type { MessageBody } from "../http/body.js";
import type { Headers } from "../http/headers.js";
import type { Exchange } from "../policy/exchange.js";
import type { SectionName } from "../policy/sections.js";
import { turnFor } from "../policy/turns.js";

/** What requests and responses have in common. */
export interface Message {
  readonly headers: Headers;
  body: MessageBody;
}

/** The message that policies of a section act on: the request in inbound and backend, the response in outbound and on-error. */
export function currentMessage(section: SectionName): (exchange: Exchange) => Message {
  return isRequestSection(section) ? (exchange) => exchange.request : (exchange) => exchange.response;
}

/** Do policies of this section act on the request? */
export function isRequestSection(section: SectionName): boolean {
  return section === "inbound" || section === "backend";
}

/** Runs `then` with the body's bytes (null: no body), buffered first; a promise only if there is something to wait for. */
export function withBytes<T>(
  exchange: Exchange,
  body: MessageBody,
  then: (bytes: Uint8Array | null) => T | Promise<T>,
): T | Promise<T> {
  const pending = body.buffer(exchange.runtime.bodyLimit);
  return pending === undefined ? then(body.bytes) : pending.then(() => then(body.bytes));
}

/**
 * Runs `then` with a body's bytes (null: no body) that it will take apart: buffered, charged for (`limits.bodyWork`), and in another turn of the
 * event loop than what the request has done of that kind before.
 * @param share how much of the usual work is done with it
 */
export function toTakeApart<T>(
  exchange: Exchange,
  body: MessageBody,
  then: (bytes: Uint8Array | null) => T | Promise<T>,
  share = 1,
): T | Promise<T> {
  return withBytes(exchange, body, (bytes) => {
    const { bodyWork } = exchange.runtime;
    body.charge(bodyWork, bodyWork, share);
    const turn = turnFor(exchange, body);
    return turn === undefined ? then(bytes) : turn.then(() => then(bytes));
  });
}
