import type { Headers } from "../../http/headers.js";
import { PerRequest } from "../../policy/per-request.js";
import type { LookedUp } from "./last-variation.js";

/** What callers and intermediaries may keep. */
export interface DownstreamCaching {
  readonly type: "none" | "private" | "public";
  readonly mustRevalidate: boolean;
}

/** What cache-lookup leaves for cache-store: where the response may be stored, after a miss. */
export interface LookupState {
  readonly key: string;
  /** Headers by which responses of this key are known to vary, in lower case; and until when that is known, in milliseconds since the epoch. */
  readonly varies: { readonly names: readonly string[]; readonly until: number };
  /** The key that the lookup missed last: that of the variant, where there are several. */
  readonly missed: string;
  /** The request's headers as they were looked up. */
  readonly requestHeaders: Headers;
  /** May responses be stored that are said to be for one caller alone? */
  readonly storesPrivate: boolean;
  readonly downstream: DownstreamCaching;
  readonly lookedUp: LookedUp;
}

/** Requests that cache-lookup found nothing for. Others are not stored. */
export const misses = new PerRequest<LookupState>();

/** Tells the caller how long the response may be kept. @param remaining seconds that the entry has left */
export function setDownstream(headers: Headers, { type, mustRevalidate }: DownstreamCaching, remaining: number): void {
  const directives = type === "none" ? ["no-store", "no-cache"] : [type, `max-age=${Math.max(0, Math.floor(remaining))}`];
  if (type !== "none" && mustRevalidate) directives.push("must-revalidate");
  headers.set("Cache-Control", directives.join(", "));
  if (type !== "none") headers.delete("Expires");
}
