import { createHmac, timingSafeEqual } from "node:crypto";

/** What a token for debugging allows: traces of one API, or of all, until a time. */
export interface DebugGrant {
  /** `*` for all. */
  readonly api: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * A token that lets whoever sends it as `Apim-Debug-Authorization` have requests traced: `aid={api}&exp={seconds}&sig={signature}`.
 * @param key the gateway's key for traces (`trace.key`)
 */
export function debugToken(key: string, { api, expiresAt }: DebugGrant): string {
  const claims = `aid=${encodeURIComponent(api)}&exp=${Math.floor(expiresAt / 1000)}`;
  return `${claims}&sig=${signature(key, claims)}`;
}

/** What a token allows, be it over; null if it was not made with the key. */
export function readDebugToken(key: string, token: string): DebugGrant | null {
  const match = /^(aid=([^&]{1,400})&exp=(\d{1,12}))&sig=([\w-]{43})$/.exec(token);
  if (match === null) return null;
  const [, claims, api, seconds, given] = match;
  if (!timingSafeEqual(Buffer.from(signature(key, claims!)), Buffer.from(given!))) return null;
  try {
    return { api: decodeURIComponent(api!), expiresAt: Number(seconds) * 1000 };
  } catch {
    return null;
  }
}

function signature(key: string, claims: string): string {
  return createHmac("sha256", `turnpike debug ${key}`).update(claims).digest("base64url");
}
