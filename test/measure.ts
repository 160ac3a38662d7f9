import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { processorTime } from "./processor-time.js";

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

/** Milliseconds of processor time that a request may hold the process up, on the machine that the limits were chosen on. */
export const MOST_TIME = 50;
/** Milliseconds that `reference` takes there, at least. */
const REFERENCE_TIME = 20;

/** Work of the kinds that bodies make: parsing, lists and maps, texts made and gone through, bytes decoded. */
function reference(): number {
  const members = Object.fromEntries(Array.from({ length: 15_000 }, (_, i) => [`n${i}`, [i, `text ${i}`]]));
  const text = JSON.stringify(members);
  let sum = Object.keys(JSON.parse(text) as object).length;
  const read = Buffer.from(text.repeat(4)).toString("utf8");
  for (let i = 0; i < read.length; i++) sum = (sum * 31 + read.charCodeAt(i)) | 0;
  return sum + text.split(",").join(";").length;
}

/**
 * A time in milliseconds as it would be on the machine that the limits were chosen on. A machine of which others take a share, or a slower one, is
 * known by what the reference takes there now; no time is made longer.
 */
export async function asOnReference(milliseconds: number): Promise<number> {
  if (milliseconds <= MOST_TIME) return milliseconds;
  return milliseconds / Math.max(1, (await timeOf(reference, REFERENCE_TIME)) / REFERENCE_TIME);
}

/** Below so many milliseconds the growth of a time says nothing: it is lost in what a request takes anyway. */
const NOTHING = 10;
/** A measured stretch takes this many milliseconds at least, since some systems tell a thread's time every 4 ms only. */
const SHORTEST_STRETCH = 30;

/** How often a growth is measured anew: one short time that was taken while nothing had to be collected makes all others look long. */
const ATTEMPTS = 3;

const repeated = (work: () => unknown, times: number) => async () => {
  for (let i = 0; i < times; i++) await work();
};

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
  await whole();
  if ((await timeOnce(whole, clock)) < NOTHING && (await timeOnce(whole, clock)) < NOTHING) return 1;
  let times = 1;
  while ((await timeOnce(repeated(half, times), clock)) < SHORTEST_STRETCH && times < 32) times *= 2;
  let growth = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && growth > enough; attempt++) {
    let [less, more] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let turn = 0; turn < MOST_TURNS && growth > enough; turn++) {
      less = Math.min(less, await timeOnce(repeated(half, times), clock));
      more = Math.min(more, await timeOnce(repeated(whole, times), clock));
      growth = more / Math.max(less, (times * NOTHING) / 2);
    }
  }
  return growth;
}
