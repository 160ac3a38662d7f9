import { stat } from "node:fs/promises";
import { ABSENT, stampText } from "../config/file-set.js";

/** Milliseconds after its last change for which a file may still be being written. */
const UNSETTLED = 100;

/** What a file is like. */
export interface Stamp {
  readonly text: string;
  /** Milliseconds since the epoch; 0 for no file. */
  readonly modified: number;
}

/** What a file is like now. Links are followed, so that what is swapped behind one is seen. */
export async function stampOf(path: string): Promise<Stamp> {
  try {
    const stats = await stat(path, { bigint: true });
    return { text: stampText(stats), modified: Number(stats.mtimeMs) };
  } catch {
    return { text: ABSENT, modified: 0 };
  }
}

/**
 * Has a file changed so lately that it may not be whole yet? A second change within a tick of the file system's clock would not be seen
 * either. The file system's clock is the machine's, not the gateway's.
 */
export function isUnsettled(stamps: Iterable<Stamp>): boolean {
  const now = Date.now();
  for (const { modified } of stamps) if (Math.abs(now - modified) < UNSETTLED) return true;
  return false;
}
