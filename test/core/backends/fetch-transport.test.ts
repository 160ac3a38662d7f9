import { getEventListeners } from "node:events";
import { createGateway, type GatewayResponse } from "@turnpike/core";
import { expect, it } from "vitest";

const streamed = () =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(Buffer.from("x"));
      controller.close();
    },
  });

const failing = () =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("torn"));
    },
  });

type Use = (response: GatewayResponse) => unknown;
const read: Use = async ({ body }) => {
  for await (const _ of body as AsyncIterable<Uint8Array>);
};
const leave: Use = ({ body }) => (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().return?.();

it.each<[string, () => Promise<Response>, Use]>([
  ["has no body", async () => new Response(null, { status: 204 }), () => undefined],
  ["is read to its end", async () => new Response(streamed()), read],
  ["is torn", async () => new Response(failing()), (response) => expect(read(response)).rejects.toThrow()],
  ["is not wanted", async () => new Response(streamed()), leave],
  ["does not come", () => Promise.reject(new TypeError("fetch failed")), () => undefined],
])("a call by the host's fetch leaves nothing on its caller's signal when the answer %s", async (_what, fetch, use) => {
  const gateway = await createGateway(
    {
      apis: {
        a: {
          path: "a",
          serviceUrl: "http://b.internal",
          subscriptionRequired: false,
          operations: { get: { method: "GET", urlTemplate: "/" } },
        },
      },
    },
    { fetch: fetch as typeof globalThis.fetch },
  );
  const { signal } = new AbortController();
  await use(await gateway.handle({ method: "GET", url: "https://a.example/a", headers: {}, signal }));
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
