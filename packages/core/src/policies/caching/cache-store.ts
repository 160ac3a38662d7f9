import { MessageBody } from "../../http/body.js";
import { tapped } from "../../http/tapped.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange, ResponseMessage } from "../../policy/exchange.js";
import { decimal, flag } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { keepClaim } from "./claims.js";
import { misses, type StoredResponse, setDownstream } from "./lookup-state.js";
import { writeCache } from "./safe-cache.js";

/**
 * Stores the response as it is here, for later hits of the paired cache-lookup; without a lookup that missed it does nothing. A body of known
 * or small size is read into memory; any other is copied while it goes to the caller, and dropped if it proves larger than what may be
 * buffered.
 *
 * Open in the reference, read here as: a response whose Cache-Control says no-store is never stored; Set-Cookie and `private` do not matter.
 */
export const cacheStore = definePolicy({
  name: "cache-store",
  category: "caching",
  summary: "Stores the current response for later cache-lookup hits.",
  sections: ["outbound"],
  scopes: allScopes,
  attributes: {
    duration: decimal({ required: true, expressions: true, notes: "How long the entry is kept, in seconds." }),
    "cache-response": flag({
      expressions: true,
      notes: "true: store whatever the status; false: store nothing; left out: store 200 only.",
    }),
  },
  children: {},
  compile(element) {
    const { duration, "cache-response": stores } = element.attributes;
    return (exchange) => {
      const state = misses.get(exchange);
      if (state === undefined) return "continue";
      const { response } = exchange;
      const isWanted = stores === null ? response.status === 200 : stores.get(exchange);
      const lifetime = isWanted ? duration.get(exchange) : 0;
      if (lifetime <= 0 || isNoStore(response)) return "continue";
      misses.delete(exchange);
      const store = storing(exchange, state.key, lifetime);
      const finish = (): "continue" => {
        store(response.body.bytes ?? new Uint8Array(0));
        setDownstream(response.headers, state.downstream, lifetime);
        return "continue";
      };
      if (response.body.isBuffered) return finish();
      const limit = exchange.runtime.bodyLimit;
      const length = Number(response.headers.get("Content-Length") ?? Number.NaN);
      if (length <= limit) return Promise.resolve(response.body.buffer(limit)).then(finish);
      if (Number.isNaN(length)) {
        const giveUp = keepClaim(exchange, state.key);
        response.body = new MessageBody(copying(response.body.release() as AsyncIterable<Uint8Array>, limit, store, giveUp));
        setDownstream(response.headers, state.downstream, lifetime);
      }
      return "continue";
    };
  },
});

function isNoStore(response: ResponseMessage): boolean {
  return response.headers.getAll("Cache-Control").some((value) => /(?:^|[,\s])no-store(?:$|[,\s])/i.test(value));
}

/** What stores a body with status, reason and headers as they are now. */
function storing(exchange: Exchange, key: string, duration: number): (body: Uint8Array) => void {
  const { status, reason } = exchange.response;
  const headers = exchange.response.headers.clone();
  // What is said of this caller's limits is not the next one's business.
  for (const [name] of exchange.finalHeaders) headers.delete(name);
  const meta = JSON.stringify({ status, reason, headers: [...headers], duration } satisfies StoredResponse);
  return (value) => writeCache(exchange, key, { value, meta, storedAt: exchange.runtime.clock.now() }, duration);
}

/** The stream, copied as it passes; what has come to its end and is not longer than `limit` bytes is stored, all else given up. */
function copying(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
  store: (body: Uint8Array) => void,
  giveUp: () => void,
): AsyncIterable<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return tapped(stream, {
    chunk(bytes) {
      length += bytes.length;
      if (length <= limit) chunks.push(bytes);
      else chunks.length = 0;
    },
    end(isWhole) {
      if (isWhole && length <= limit) store(Buffer.concat(chunks, length));
      else giveUp();
    },
  });
}
