import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { CacheEntry, CacheStore } from "@turnpike/core";
import { boundedKey } from "@turnpike/core/adapter";
import type { Link } from "./link.js";

/** Text, check sum of what follows, time of storing (double), length of meta, digest of the key. */
const MAGIC = "TPC2";
const DIGEST = 16;
const HEADER = 20 + DIGEST;
/** Milliseconds: thousands of years. Redis refuses what runs over. */
const LONGEST_LIFE = 1e14;

/** Values in Redis. What cannot be had is a miss, and what cannot be stored is not: a cache never fails. */
export class RedisCache implements CacheStore {
  constructor(
    private readonly link: Link,
    private readonly prefix: string,
    private readonly maxValue: number,
  ) {}

  get(key: string): null | Promise<CacheEntry | null> {
    if (!this.link.isUp) return null;
    const name = this.prefix + boundedKey(key);
    return this.link.send(name, ["GET", name]).then(
      (bytes) => (Buffer.isBuffer(bytes) ? readEntry(bytes, name) : null),
      () => null,
    );
  }

  set(key: string, entry: CacheEntry, ttl: number): void | Promise<void> {
    if (entry.value.length + entry.meta.length > this.maxValue || !(ttl >= 1)) return this.delete(key);
    if (!this.link.isUp) return;
    const name = this.prefix + boundedKey(key);
    const life = String(Math.floor(Math.min(ttl, LONGEST_LIFE)));
    return this.link.send(name, ["SET", name, writeEntry(entry, name), "PX", life]).then(nothing, nothing);
  }

  delete(key: string): void | Promise<void> {
    if (!this.link.isUp) return;
    const name = this.prefix + boundedKey(key);
    return this.link.send(name, ["DEL", name]).then(nothing, nothing);
  }
}

/** Which key an entry belongs to: one that was copied to another is none there. */
const digestOf = (name: string): Buffer => createHash("sha256").update(name).digest().subarray(0, DIGEST);

function writeEntry({ value, meta, storedAt }: CacheEntry, name: string): Buffer {
  const metaLength = Buffer.byteLength(meta);
  const bytes = Buffer.allocUnsafe(HEADER + metaLength + value.length);
  bytes.write(MAGIC, 0, "latin1");
  bytes.writeDoubleBE(storedAt, 8);
  bytes.writeUInt32BE(metaLength, 16);
  bytes.set(digestOf(name), HEADER - DIGEST);
  bytes.write(meta, HEADER, "utf8");
  bytes.set(value, HEADER + metaLength);
  bytes.writeUInt32BE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

/** Null for what this store has not written under that key, or what is no longer whole. */
function readEntry(bytes: Buffer, name: string): CacheEntry | null {
  if (bytes.length < HEADER || bytes.toString("latin1", 0, 4) !== MAGIC) return null;
  if (crc32(bytes.subarray(8)) !== bytes.readUInt32BE(4)) return null;
  if (!bytes.subarray(HEADER - DIGEST, HEADER).equals(digestOf(name))) return null;
  const end = HEADER + bytes.readUInt32BE(16);
  if (end > bytes.length) return null;
  return { value: bytes.subarray(end), meta: bytes.toString("utf8", HEADER, end), storedAt: bytes.readDoubleBE(8) };
}

function nothing(): void {}
