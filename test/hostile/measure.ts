import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { processorTime } from "../processor-time.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

async function timeOnce(work: () => unknown, clock = processorTime): Promise<number> {
  const started = clock();
  await work();
  return clock() - started;
}

/**
 * Processor time of the process in milliseconds: finer than that of the thread, which some systems tell every 4 ms only, but with what the
 * engine's helpers take.
 */
export function processTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/** Most repetitions: what is not compiled yet, and what other processes do to the caches, makes some of them slow. */
const MOST_TURNS = 40;

/**
 * The least processor time that something takes, of several times, in milliseconds.
 * @param enough once it takes no more than this there is nothing more to find out
 */
export async function timeOf(work: () => unknown, enough: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < MOST_TURNS && least > enough; turn++) least = Math.min(least, await timeOnce(work));
  return least;
}

/** Megabytes that heap and buffers have grown by when something is done, garbage included. */
export async function growthOfMemory(work: () => unknown): Promise<number> {
  collect();
  const before = process.memoryUsage();
  await work();
  const after = process.memoryUsage();
  return Math.max(0, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20;
}

/**
 * Below so many milliseconds the growth of a time says nothing: it is lost in what a request takes anyway, and some systems tell a thread's time
 * every 4 ms only.
 */
const NOTHING = 10;

/**
 * How much longer twice as much takes: 2 for what grows with its length, 4 for what grows with its square. 1 where both take next to nothing.
 * The two are measured in turn, so that a machine that becomes busy meanwhile slows both down.
 */
export async function growthOfTime(
  half: () => unknown,
  whole: () => unknown,
  enough: number,
  clock = processorTime,
): Promise<number> {
  let [less, more] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let growth = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < MOST_TURNS && growth > enough; turn++) {
    less = Math.min(less, await timeOnce(half, clock));
    more = Math.min(more, await timeOnce(whole, clock));
    growth = more < NOTHING ? 1 : more / Math.max(less, NOTHING / 2);
  }
  return growth;
}
