import { MessageBody } from "../../http/body.js";
import type { Headers } from "../../http/headers.js";
import { tapped } from "../../http/tapped.js";
import { definePolicy } from "../../policy/define.js";
import type { Exchange, ResponseMessage } from "../../policy/exchange.js";
import { decimal, flag, text } from "../../policy/schema.js";
import { allScopes } from "../../policy/sections.js";
import { keepClaim } from "./claims.js";
import { noteStored } from "./last-variation.js";
import { type LookupState, misses, setDownstream } from "./lookup-state.js";
import { writeCache } from "./safe-cache.js";
import type { StoredResponse, VaryEntry } from "./stored-response.js";
import { allNames, variantKey, variedNames } from "./vary.js";

/** The policy cache-store. */
export const cacheStore = definePolicy({
  name: "cache-store",
  category: "caching",
  summary: "Stores the current response for later cache-lookup hits.",
  remarks: [
    "Stores the response as it is here, for later hits of the paired cache-lookup; without a lookup that missed it does nothing. A body of known or small size is read into memory; any other is copied while it goes to the caller, and dropped if it proves larger than what may be buffered.",
    "It is a store of answers, not a cache of HTTP: there is no Age, nothing is revalidated, and no unsafe method makes an entry invalid.",
  ],
  readings: [
    "a response whose Cache-Control says no-store is never stored",
    "one with Set-Cookie, or whose Cache-Control says private, only where the lookup has allow-private-response-caching",
    "one whose Vary is `*` never, and any other only for requests with the same headers",
  ],
  sections: ["outbound"],
  scopes: allScopes,
  attributes: {
    duration: decimal({ required: true, expressions: true, notes: "How long the entry is kept, in seconds." }),
    "cache-response": flag({
      expressions: true,
      notes: "true: store whatever the status; false: store nothing; left out: store 200 only.",
    }),
    "caching-mode": text({ undocumented: "no-effect", notes: "Taken by API Management; its values are not known." }),
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
      if (lifetime <= 0) return "continue";
      const names = storableFor(response, state);
      if (typeof names === "string") {
        exchange.observer?.message("cache-store", exchange.section, names);
        return "continue";
      }
      misses.delete(exchange);
      const store = storing(exchange, state, allNames(state.varies.names, names), lifetime);
      const finish = (): "continue" => {
        store(response.body.bytes ?? NO_BYTES);
        setDownstream(response.headers, state.downstream, lifetime);
        return "continue";
      };
      if (response.body.isBuffered) return finish();
      const limit = exchange.runtime.bodyLimit;
      const length = Number(response.headers.get("Content-Length") ?? Number.NaN);
      if (length <= limit) return Promise.resolve(response.body.buffer(limit)).then(finish);
      if (Number.isNaN(length)) {
        const giveUp = keepClaim(exchange, state.missed);
        response.body = new MessageBody(copying(response.body.release() as AsyncIterable<Uint8Array>, limit, store, giveUp));
        setDownstream(response.headers, state.downstream, lifetime);
      }
      return "continue";
    };
  },
});

/** The request headers that a response is good for; or why it cannot be stored. */
function storableFor({ headers }: ResponseMessage, { storesPrivate }: LookupState): readonly string[] | string {
  if (hasDirective(headers, "no-store")) return "Not stored: the response says no-store.";
  if (!storesPrivate && headers.has("Set-Cookie")) return "Not stored: the response sets a cookie.";
  if (!storesPrivate && hasDirective(headers, "private")) return "Not stored: the response is private.";
  return variedNames(headers) ?? "Not stored: the response varies by what no request header tells.";
}

function hasDirective(headers: Headers, name: "no-store" | "private"): boolean {
  const directive = name === "private" ? /(?:^|[,\s])private(?:$|[,\s=])/i : /(?:^|[,\s])no-store(?:$|[,\s])/i;
  return headers.getAll("Cache-Control").some((value) => directive.test(value));
}

/**
 * What stores a body with status, reason and headers as they are now. Where responses vary by headers, their names are stored under the key, and
 * each response under a key of its own.
 */
function storing(exchange: Exchange, state: LookupState, names: readonly string[], duration: number): (body: Uint8Array) => void {
  const { status, reason } = exchange.response;
  const { clock } = exchange.runtime;
  const headers = exchange.response.headers.clone();
  // What is said of this caller's limits is not the next one's business.
  for (const [name] of exchange.finalHeaders) headers.delete(name);
  const meta = JSON.stringify({ status, reason, headers: [...headers], duration } satisfies StoredResponse);
  return (value) => {
    const storedAt = clock.now();
    noteStored(exchange, state.lookedUp, names, state.requestHeaders);
    if (names.length === 0) return writeCache(exchange, state.key, { value, meta, storedAt }, duration);
    const variant = variantKey(state.key, names, state.requestHeaders);
    writeCache(exchange, variant, { value, meta, storedAt }, duration);
    // Responses that were stored for longer must be found as long.
    const lasts = Math.max(duration, (state.varies.until - storedAt) / 1000);
    const varies = JSON.stringify({ varies: names, duration: lasts } satisfies VaryEntry);
    writeCache(exchange, state.key, { value: NO_BYTES, meta: varies, storedAt }, lasts);
  };
}

const NO_BYTES = new Uint8Array(0);

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
