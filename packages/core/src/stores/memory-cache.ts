import { LRUCache } from "lru-cache";
import type { Clock } from "../time/clock.js";
import { ownText } from "./own-text.js";
import type { CacheEntry, CacheStore } from "./store.js";

/** What an entry costs beside its own bytes. */
const OVERHEAD = 256;

interface Kept {
  readonly entry: CacheEntry;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A cache inside the process, bounded by bytes: the least recently used entries go first. */
export class MemoryCache implements CacheStore {
  private readonly entries: LRUCache<string, Kept>;

  constructor(
    private readonly clock: Clock,
    maxBytes: number,
  ) {
    this.entries = new LRUCache<string, Kept>({
      maxSize: Math.max(1, Math.floor(maxBytes)),
      sizeCalculation: ({ entry }, key) => OVERHEAD + 2 * (key.length + entry.meta.length) + entry.value.length,
    });
  }

  get(key: string): CacheEntry | null {
    const kept = this.entries.get(key);
    if (kept === undefined) return null;
    if (kept.expiresAt > this.clock.now()) return kept.entry;
    this.entries.delete(key);
    return null;
  }

  set(key: string, entry: CacheEntry, ttl: number): void {
    // A new value that is not kept must not leave the old one behind.
    this.entries.delete(key);
    if (ttl > 0) this.entries.set(ownText(key), { entry: ownEntry(entry), expiresAt: this.clock.now() + ttl });
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}

/** An entry whose bytes keep no larger buffer alive than they need. */
function ownEntry(entry: CacheEntry): CacheEntry {
  const { value } = entry;
  return value.buffer.byteLength <= 2 * value.length ? entry : { ...entry, value: new Uint8Array(value) };
}
