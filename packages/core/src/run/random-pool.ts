import { randomFillSync } from "node:crypto";

/** Bytes that are made at once. */
const POOL = 4096;

/**
 * Random bytes of the system's generator. Small requests are cut from a pool, as each call of the generator costs more than a hundred
 * bytes of its output. No byte is given out twice.
 */
export function randomPool(): (length: number) => Uint8Array {
  const pool = new Uint8Array(POOL);
  let used = POOL;
  return (length) => {
    if (length > POOL / 16) return randomFillSync(new Uint8Array(length));
    if (used + length > POOL) {
      randomFillSync(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + length);
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}
