import type { CacheEntry } from "../../stores/store.js";

/** What a stored response is beside its body. */
export interface StoredResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Seconds that the entry was stored for. */
  readonly duration: number;
}

/** What is stored under a key in place of a response where there are several, by headers of requests. */
export interface VaryEntry {
  /** Names of the headers, in lower case. */
  readonly varies: readonly string[];
  /** Seconds that the entry was stored for. */
  readonly duration: number;
}

/** What an entry says beside its bytes; null for one that was not stored by this version, or not by us. */
export function readEntry({ meta }: CacheEntry): StoredResponse | VaryEntry | null {
  let read: Partial<StoredResponse & VaryEntry> | null;
  try {
    read = JSON.parse(meta) as typeof read;
  } catch {
    return null;
  }
  if (typeof read !== "object" || read === null || typeof read.duration !== "number") return null;
  if (Array.isArray(read.varies)) return read.varies.every((header) => typeof header === "string") ? (read as VaryEntry) : null;
  const { status = 0 } = read;
  const isFinal = Number.isInteger(status) && status >= 200 && status <= 999;
  const isResponse = isFinal && typeof read.reason === "string" && Array.isArray(read.headers) && read.headers.every(isPair);
  return isResponse ? (read as StoredResponse) : null;
}

function isPair(line: unknown): boolean {
  return Array.isArray(line) && line.length === 2 && typeof line[0] === "string" && typeof line[1] === "string";
}
