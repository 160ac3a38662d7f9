import { Headers } from "../http/headers.js";
import { type OutgoingRequest, type Transport, TransportError } from "../http/transport.js";
import type { Clock } from "../time/clock.js";

/** Headers that fetch sets itself or refuses. */
const NOT_FOR_FETCH = new Set(["host", "connection", "content-length", "expect", "transfer-encoding"]);

/**
 * Calls over a `fetch` of the host's: for places without sockets, and for tests that stand in for it. Slower than the default, and
 * fetch decompresses, so that `Content-Encoding` and `Content-Length` of such answers are dropped.
 */
export function fetchTransport(fetch: typeof globalThis.fetch, clock: Clock): Transport {
  return async (request) => {
    if (request.upgrade !== undefined)
      throw new TransportError("connection", "A gateway with a fetch of its own cannot open WebSocket connections.");
    const controller = new AbortController();
    let kind = "connection" as TransportError["kind"];
    const stop = (why: TransportError["kind"]): void => {
      kind = why;
      controller.abort();
    };
    const onAbort = (): void => stop("aborted");
    request.signal.addEventListener("abort", onAbort, { once: true });
    if (request.signal.aborted) onAbort();
    const unlink = (): void => request.signal.removeEventListener("abort", onAbort);
    const cancel = Number.isFinite(request.timeout) ? clock.setTimer(() => stop("timeout"), request.timeout) : () => undefined;
    try {
      const response = await fetch(request.url, init(request, controller.signal));
      const headers = new Headers(response.headers as Iterable<readonly [string, string]>);
      if (headers.has("content-encoding")) {
        headers.delete("content-encoding");
        headers.delete("content-length");
      }
      if (response.body === null) unlink();
      const body = response.body === null ? null : linkedBody(response.body as AsyncIterable<Uint8Array>, unlink);
      return { status: response.status, reason: response.statusText, headers, body };
    } catch (error) {
      unlink();
      const message = error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
      throw new TransportError(kind, kind === "timeout" ? `No answer within ${request.timeout / 1000} seconds.` : message, {
        cause: error,
      });
    } finally {
      cancel();
    }
  };
}

/** A body, and what is to be done when it has ended, has failed, or nobody wants it, not even its beginning. */
function linkedBody(body: AsyncIterable<Uint8Array>, ended: () => void): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const inner = body[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await inner.next();
            if (result.done === true) ended();
            return result;
          } catch (error) {
            ended();
            throw error;
          }
        },
        async return() {
          ended();
          await inner.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

function init(request: OutgoingRequest, signal: AbortSignal): RequestInit {
  const headers = [...request.headers].filter(([name]) => !NOT_FOR_FETCH.has(name.toLowerCase())) as [string, string][];
  const { body } = request;
  const isStream = body !== null && !(body instanceof Uint8Array);
  return {
    method: request.method,
    headers,
    redirect: "manual",
    signal,
    ...(body === null ? {} : { body: body as unknown as NonNullable<RequestInit["body"]> }),
    ...(isStream ? { duplex: "half" } : {}),
  } as RequestInit;
}
