import type { IncomingMessage, RequestListener } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A server for handlers of `fetch`'s messages, as Bun and Deno have one. */
export function webListener(handle: (request: Request) => Promise<Response>): RequestListener {
  return (incoming, outgoing) => {
    const abort = new AbortController();
    outgoing.once("close", () => outgoing.writableFinished || abort.abort());
    const { method = "GET", rawHeaders, url } = incoming;
    const headers = new Headers();
    for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i]!, rawHeaders[i + 1]!);
    const hasBody = method !== "GET" && method !== "HEAD";
    const init = {
      method,
      headers,
      signal: abort.signal,
      ...(hasBody ? { body: bodyOf(incoming), duplex: "half" } : {}),
    };
    void handle(new Request(`http://${incoming.headers.host}${url}`, init as RequestInit))
      .then(async (response) => {
        outgoing.statusCode = response.status;
        outgoing.statusMessage = response.statusText;
        for (const [name, value] of response.headers) outgoing.appendHeader(name, value);
        if (response.body === null) outgoing.end();
        else {
          outgoing.flushHeaders();
          await pipeline(Readable.fromWeb(response.body as never), outgoing);
        }
        incoming.resume();
      })
      .catch(() => outgoing.destroy());
  };
}

function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}
