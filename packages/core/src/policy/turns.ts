import type { MessageBody } from "../http/body.js";
import type { Exchange } from "./exchange.js";
import { PerRequest } from "./per-request.js";

/** Bytes that matter little however often they are taken apart. */
const FEW_BYTES = 4_096;

/** Units of work on bodies that requests have done since they last let others have their turn. */
const done = new PerRequest<number>();

/**
 * Lets the event loop turn before a body is taken apart, if that and what the request has done before without waiting would together be more than
 * one policy may do. Answers without a promise when there is nothing to wait for.
 */
export function turnFor(exchange: Exchange, body: MessageBody): void | Promise<void> {
  if ((body.bytes?.length ?? 0) < FEW_BYTES) return;
  const before = done.get(exchange) ?? 0;
  const together = before + body.work;
  const isTooMuch = before > 0 && together > exchange.runtime.bodyWork;
  done.set(exchange, isTooMuch ? body.work : together);
  if (isTooMuch) return new Promise((resolve) => setImmediate(resolve));
}
