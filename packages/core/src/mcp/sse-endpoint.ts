import { MessageBody } from "../http/body.js";
import { Url } from "../http/url.js";
import { EventSplitter } from "../policies/ai/event-splitter.js";
import { EventReader } from "../policies/ai/event-stream.js";
import type { Exchange } from "../policy/exchange.js";

/** Longest event, in bytes, that may tell the endpoint: what is longer passes as it is. */
const LONGEST = 64 << 10;

/**
 * The older transport of MCP (HTTP with server-sent events, 2024-11-05): the first event of the server's stream, `endpoint`, tells where messages go. It
 * names the server's own address; callers have to post to the gateway's.
 */
export function readdressEndpoint(exchange: Exchange): void {
  exchange.request.headers.set("Accept-Encoding", "identity");
  exchange.atResponse.push(({ response, hasBackendResponse, basePath, target, configuration, api }) => {
    const type = response.headers.get("Content-Type") ?? "";
    if (!hasBackendResponse || response.status !== 200 || !/^text\/event-stream\b/i.test(type) || response.body.isBuffered)
      return;
    const backend = target.backendId === null ? undefined : configuration.backends.get(target.backendId);
    const base = target.baseUrl ?? backend?.url ?? api?.serviceUrl ?? null;
    if (base === null) return;
    const source = response.body.release() as AsyncIterable<Uint8Array>;
    const called = base.with({ path: `${base.path.replace(/\/$/, "")}${exchange.request.url.path}` });
    response.body = new MessageBody(readdressed(source, (told) => gatewayPath(told, called, base, basePath)));
  });
}

/** Where callers reach what the server calls `told`; null where it is nothing of this API. */
function gatewayPath(told: string, called: Url, base: Url, prefix: string): string | null {
  if (!URL.canParse(told, called.toString())) return null;
  const url = Url.parse(new URL(told, called.toString()).href);
  const own = base.path.replace(/\/$/, "");
  if (url === null || url.origin !== base.origin || !url.path.startsWith(`${own}/`)) return null;
  return `${prefix}${url.path.slice(own.length)}${url.queryString}`;
}

async function* readdressed(
  source: AsyncIterable<Uint8Array>,
  pathOf: (told: string) => string | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  const splitter = new EventSplitter();
  let isLooking = true;
  for await (const bytes of source) {
    if (!isLooking) {
      yield bytes;
      continue;
    }
    for (const event of splitter.add(bytes)) {
      const told: string | null = isLooking && event.length <= LONGEST ? endpointOf(event) : null;
      if (told === null) {
        yield event;
        continue;
      }
      isLooking = false;
      const path = pathOf(told);
      yield path === null ? event : Buffer.from(`event: endpoint\ndata: ${path}\n\n`);
    }
    if (!isLooking || splitter.pending > LONGEST) {
      isLooking = false;
      const rest = splitter.rest();
      if (rest.length > 0) yield rest;
    }
  }
  const rest = splitter.rest();
  if (rest.length > 0) yield rest;
}

/** What an event tells as the endpoint; null for other events. */
function endpointOf(event: Buffer): string | null {
  if (!/(?:^|[\r\n])event: ?endpoint[\r\n]/.test(event.toString("latin1"))) return null;
  let told: string | null = null;
  const reader = new EventReader((data) => {
    told = data;
  });
  reader.add(event);
  reader.end();
  return told;
}
