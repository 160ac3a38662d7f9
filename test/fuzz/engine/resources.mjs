// What an input may use up, and what it must leave behind: nothing.
import { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Finding } from "./finding.mjs";

/** Most milliseconds of processor time of one input. */
export const MOST_TIME = 50;
/** Most bytes that one input may make the process grow by, and that may be left of a whole batch. */
const MOST_GROWTH = 64 * 1024 * 1024;
/** How often an input that took long is run again. */
const REPEATS = 4;

setFlagsFromString("--expose-gc");
/** Collects what is no longer used. */
export const collect = runInNewContext("gc");

/** Runs an input. @returns the milliseconds that passed meanwhile @throws whatever it throws */
export async function timed(front, bytes) {
  const from = performance.now();
  const pending = front.run(bytes);
  if (pending instanceof Promise) await pending;
  return performance.now() - from;
}

/** @throws Finding if an input that once took long does so again and again, in processor time, which other work does not change */
export async function confirmSlow(front, bytes, most = MOST_TIME) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < REPEATS && least > most; i++) {
    collect();
    const from = process.cpuUsage();
    await timed(front, bytes);
    const { user, system } = process.cpuUsage(from);
    least = Math.min(least, (user + system) / 1000);
  }
  if (least > most) throw new Finding("slow", `${Math.round(least)} ms of processor time for ${bytes.length} bytes`);
}

const used = () => {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return heapUsed + external + arrayBuffers;
};

/** @throws Finding if an input makes the process grow by more than it may, before anything is collected */
export async function confirmMemory(front, bytes) {
  collect();
  const before = used();
  await timed(front, bytes);
  const grown = used() - before;
  if (grown > MOST_GROWTH) throw new Finding("memory", `${Math.round(grown / 1048576)} MB for ${bytes.length} bytes`);
}

/** Looks at the process now and again: sockets, timers and other handles, memory, JavaScript's own prototypes. */
export function watchProcess() {
  const prototypes = [Object, Array, String, Number, Function, Promise, Map, RegExp].map(({ prototype }) => prototype);
  const shape = () => prototypes.map((one) => Reflect.ownKeys(one).length).join();
  const [shapeBefore, connect] = [shape(), Object.getOwnPropertyDescriptor(Socket.prototype, "connect")];
  Socket.prototype.connect = () => {
    throw new Finding("socket", "a connection was opened");
  };
  const handles = () => process.getActiveResourcesInfo().filter((name) => name !== "Immediate" && name !== "MessagePort").length;
  let [handlesBefore, usedBefore] = [handles(), used()];
  return {
    /** Did memory grow so much since the last time that one of the inputs may have been too greedy? */
    hasGrown() {
      const now = used();
      const grown = now - usedBefore;
      usedBefore = now;
      return grown > 2 * MOST_GROWTH;
    },
    /** @throws Finding */
    check() {
      if (shape() !== shapeBefore) throw new Finding("pollution", "one of JavaScript's prototypes has changed");
      const now = handles();
      if (now > handlesBefore + 8) {
        handlesBefore = now;
        throw new Finding("leak", `handles are left: ${process.getActiveResourcesInfo().join(" ").slice(0, 200)}`);
      }
    },
    stop() {
      Object.defineProperty(Socket.prototype, "connect", connect);
    },
  };
}
