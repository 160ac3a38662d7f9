import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";

/** Editors write a file in several steps: what comes within this time is one change. */
const DEBOUNCE = 80;

/**
 * Calls back when a file in the folder of `file`, or below it, has changed. Changes during a call lead to one more after it.
 * @returns a function that ends it
 */
export function watchFolderOf(file: string, changed: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  const call = (): void => {
    timer = null;
    if (running !== null) return plan();
    running = changed().finally(() => {
      running = null;
    });
  };
  const plan = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(call, DEBOUNCE);
  };
  const watcher: FSWatcher = watch(dirname(file), { recursive: true }, plan);
  return () => {
    if (timer !== null) clearTimeout(timer);
    watcher.close();
  };
}
