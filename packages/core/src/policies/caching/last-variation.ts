import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Exchange } from "../../policy/exchange.js";
import { PerGateway } from "../../policy/per-gateway.js";
import { storeKey } from "../store-key.js";
import type { Variation } from "./response-key.js";

/** URLs whose last variation is remembered. */
const MOST_URLS = 1_000;

/** What a stored answer was stored for, by the names of what it varies by. Values are digests: headers may hold secrets. */
type Stored = ReadonlyMap<string, string>;

const stored = new PerGateway(() => new LRUCache<string, Stored>({ max: MOST_URLS }));

/** What a lookup went by: an answer that is stored for it is remembered, so that a later miss can say what is different. */
export interface LookedUp {
  /** Of all answers for the URL. */
  readonly base: string;
  readonly by: Stored;
}

/** What the lookup of a request goes by. */
export function lookedUp(exchange: Exchange, { headers, parameters, byDeveloper, byGroups }: Variation): LookedUp {
  const { api, operation, originalUrl, product, request, subscription, user } = exchange;
  const by = new Map<string, string>([
    ["the product", product?.id ?? ""],
    ["the host", originalUrl.authority],
  ]);
  const { query } = request.url;
  const keyName = api?.subscriptionKeyParameterNames.query.toLowerCase();
  const names = parameters.length > 0 ? parameters : query.names().filter((name) => name.toLowerCase() !== keyName);
  for (const name of names) by.set(`the query parameter ${name}`, digest(query.getAll(name)));
  for (const name of headers) by.set(`the header ${name}`, digest(request.headers.getAll(name)));
  if (byDeveloper) by.set("the developer", digest([user?.id ?? subscription?.id ?? ""]));
  if (byGroups) by.set("the developer's groups", digest((user?.groups ?? []).map(({ id }) => id).sort()));
  return { base: storeKey("", api?.id ?? "", api?.revision ?? "", operation?.id ?? "", originalUrl.path), by };
}

/** An answer was stored for a lookup; besides what the lookup went by, it varies by headers that it names itself. */
export function noteStored(
  { runtime }: Exchange,
  { base, by }: LookedUp,
  varies: readonly string[],
  headers: Exchange["request"]["headers"],
): void {
  const all = new Map(by);
  for (const name of varies) all.set(`the header ${name}`, digest(headers.getAll(name)));
  stored.of(runtime).set(base, all);
}

/** What is different from the answer that was stored last for the URL; null where none was, or nothing is. */
export function differingFrom(exchange: Exchange, { base, by }: LookedUp): string | null {
  const last = stored.of(exchange.runtime).get(base);
  if (last === undefined) return null;
  const differing: string[] = [];
  for (const name of new Set([...last.keys(), ...by.keys()])) {
    const now =
      by.get(name) ??
      (name.startsWith("the header ") ? digest(exchange.request.headers.getAll(name.slice("the header ".length))) : "");
    if (now !== (last.get(name) ?? "")) differing.push(name);
  }
  if (differing.length === 0) return "The answer that was stored last for this URL has ended, or was removed.";
  return `The answer that was stored last for this URL was for another value of ${differing.join(", ")}.`;
}

function digest(values: readonly string[]): string {
  return values.length === 0
    ? ""
    : createHash("sha256")
        .update(storeKey("", ...values))
        .digest("base64");
}
