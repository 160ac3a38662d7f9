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

/** Looks that are put off because files are still changing: after so many they are read all the same. */
const MOST_DELAYS = 20;

/** Decides when changed files are read: not while they are still changing, but not too late either. */
export class Settling {
  private delays = 0;

  /** @param changed the files that are others than when they were read last; null if none is */
  isDue(changed: readonly Stamp[] | null): boolean {
    if (changed === null || (isUnsettled(changed) && ++this.delays <= MOST_DELAYS)) return false;
    this.delays = 0;
    return true;
  }
}

/**
 * Has a file changed so lately that it may not be whole yet? A second change within a tick of the file system's clock would not be seen
 * either. The file system's clock is the machine's, not the gateway's.
 */
function isUnsettled(stamps: Iterable<Stamp>): boolean {
  const now = Date.now();
  for (const { modified } of stamps) if (Math.abs(now - modified) < UNSETTLED) return true;
  return false;
}
