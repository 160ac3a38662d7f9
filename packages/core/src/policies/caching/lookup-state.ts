import type { Headers } from "../../http/headers.js";
import { PerRequest } from "../per-request.js";

/** What callers and intermediaries may keep. */
export interface DownstreamCaching {
  readonly type: "none" | "private" | "public";
  readonly mustRevalidate: boolean;
}

/** What cache-lookup leaves for cache-store: the key under which the response may be stored, after a miss. */
export interface LookupState {
  readonly key: string;
  readonly downstream: DownstreamCaching;
}

/** Requests that cache-lookup found nothing for. Others are not stored. */
export const misses = new PerRequest<LookupState>();

/** What a stored response is beside its body. */
export interface StoredResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Seconds that the entry was stored for. */
  readonly duration: number;
}

/** Tells the caller how long the response may be kept. @param remaining seconds that the entry has left */
export function setDownstream(headers: Headers, { type, mustRevalidate }: DownstreamCaching, remaining: number): void {
  const directives = type === "none" ? ["no-store", "no-cache"] : [type, `max-age=${Math.max(0, Math.floor(remaining))}`];
  if (type !== "none" && mustRevalidate) directives.push("must-revalidate");
  headers.set("Cache-Control", directives.join(", "));
  if (type !== "none") headers.delete("Expires");
}
