import { BodyTooLargeError, MessageBody } from "../../http/body.js";
import { removeHopByHop, takeNamedHeaders } from "../../http/hop-by-hop.js";
import { TransportError } from "../../http/transport.js";
import type { Exchange, ResponseMessage } from "../../policy/exchange.js";
import { reasonPhrase } from "../../policy/failure.js";
import { linkedAbort } from "../linked-abort.js";
import type { SideCall } from "./side-call.js";

/** Is it the call that failed, and not what was made of it? */
export function isCallFailure(error: unknown): boolean {
  return error instanceof TransportError || error instanceof BodyTooLargeError;
}

/** Sends a call and reads its answer to the end, all within `most` milliseconds. */
export async function readAnswer(call: SideCall, most: number, exchange: Exchange): Promise<ResponseMessage> {
  const { clock, transport, bodyLimit } = exchange.runtime;
  const deadline = clock.now() + most;
  const { signal, abort, release } = linkedAbort(exchange.signal);
  try {
    const { status, reason, headers, body: stream } = await transport({ ...call, timeout: most, signal });
    takeNamedHeaders(headers);
    removeHopByHop(headers);
    const body = new MessageBody(stream);
    const pending = body.buffer(bodyLimit);
    if (pending !== undefined) {
      let isLate = false;
      const cancel = clock.setTimer(() => {
        isLate = true;
        abort();
      }, deadline - clock.now());
      try {
        await pending;
      } catch (error) {
        throw isLate ? new TransportError("timeout", `No complete answer within ${most / 1000} seconds.`) : asCallFailure(error);
      } finally {
        cancel();
      }
    }
    return { status, reason: reason === "" ? reasonPhrase(status) : reason, headers, body };
  } finally {
    release();
  }
}

/** A body that breaks off is a connection that broke. */
function asCallFailure(error: unknown): unknown {
  if (error instanceof TransportError || error instanceof BodyTooLargeError) return error;
  return new TransportError("connection", error instanceof Error ? error.message : String(error), { cause: error });
}
