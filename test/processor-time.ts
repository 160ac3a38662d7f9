import { readFileSync } from "node:fs";

/**
 * Processor time of this thread in milliseconds: what a busy machine makes of the wall's does not count, nor do the engine's helpers, which hold
 * nothing up. Where the system does not tell of threads it is that of the process.
 */
export function processorTime(): number {
  try {
    return Number(readFileSync("/proc/thread-self/schedstat", "latin1").split(" ")[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
  }
}
