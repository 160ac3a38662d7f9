import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { readCorpus, readFindings, writeCorpus, writeFinding } from "./corpus.mjs";
import { LONGEST } from "./mutate.mjs";

/** Milliseconds that a front end is worked on before the next has its turn. */
const TURN = 100_000;
/** Every so many-th turn of a front end counts coverage; those between make use of what it has found, several times as fast. */
const GUIDED = 3;
/** Milliseconds of processor time in one input that count as a hang, and milliseconds in which nothing at all may happen. */
const HANG = 15_000;
const SILENCE = 120_000;

/**
 * Works on front ends in turn, one thread at a time.
 * @param options `fronts` names; `milliseconds` for all; `seed`; `isGuided` by coverage; `isKept`: whether corpus and findings are written
 * @param tell called with a line of progress now and then
 * @returns what came of each front end, by name
 */
export async function runCampaign({ fronts, milliseconds, seed, isGuided, isKept }, tell) {
  const results = new Map(
    fronts.map((name) => [
      name,
      {
        runs: 0,
        milliseconds: 0,
        processorTime: 0,
        coverageTime: 0,
        blocks: 0,
        findings: [],
        known: readFindings(name),
        pool: [],
        seen: [],
      },
    ]),
  );
  const endsAt = performance.now() + milliseconds;
  const turn = Math.min(TURN, milliseconds / fronts.length);
  for (let round = 0; performance.now() < endsAt - 500; round++)
    for (const name of fronts) {
      const time = Math.min(turn, endsAt - performance.now());
      if (time < 500) break;
      const result = results.get(name);
      const before = result.runs;
      await work(name, result, {
        milliseconds: time,
        seed: (seed + round * 7919) >>> 0,
        isGuided: isGuided && round % GUIDED === 0,
        isKept,
      });
      const rate = Math.round((result.runs - before) / (time / 1000));
      tell(
        `${name.padEnd(12)} ${String(result.runs).padStart(9)} inputs  ${String(rate).padStart(6)}/s  ${result.blocks} blocks  ${result.findings.length} findings`,
      );
    }
  return results;
}

async function work(name, result, { milliseconds, seed, isGuided, isKept }) {
  const shared = new SharedArrayBuffer(8 + LONGEST);
  const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
    workerData: {
      name,
      seed,
      milliseconds,
      shared,
      isGuided,
      known: [...result.known.map((one) => one.signature), ...result.findings.map((finding) => finding.signature)].filter(
        Boolean,
      ),
      pool: result.pool.length > 0 ? result.pool : readCorpus(name).map((bytes) => ({ bytes, news: 0 })),
      seen: result.seen,
    },
    resourceLimits: { maxOldGenerationSizeMb: 1_536 },
  });
  const suspects = [];
  const add = (bytes, about) => {
    if (about.signature.startsWith("slow|")) return void suspects.push({ bytes, about });
    put(bytes, about);
  };
  const put = (bytes, about) => {
    const file = isKept ? writeFinding(name, bytes, about) : null;
    result.findings.push({ ...about, file, input: Buffer.from(bytes).toString("latin1").slice(0, 2_000) });
  };
  const underWay = () => {
    const length = new Int32Array(shared, 0, 2)[1];
    return Buffer.from(new Uint8Array(shared, 8, Math.min(length, LONGEST)));
  };
  let inThisTurn = 0;
  let isDone = false;
  const ended = new Promise((resolve) => {
    worker.on("message", (message) => {
      if (message.kind === "finding") add(message.bytes, message.about);
      else if (message.kind === "progress") {
        inThisTurn = message.runs;
        result.blocks = message.blocks;
      } else {
        isDone = true;
        inThisTurn = message.runs;
        result.milliseconds += message.milliseconds;
        result.processorTime += message.processorTime;
        result.coverageTime += message.coverageTime;
        result.blocks = message.blocks;
        result.seen = message.seen;
        result.pool = message.entries;
      }
    });
    worker.on("error", (error) =>
      add(underWay(), {
        signature: `ended|${String(error?.message).slice(0, 80)}`,
        message: `The thread has ended: ${String(error?.stack ?? error).slice(0, 800)}`,
      }),
    );
    worker.on("exit", resolve);
  });
  const watch = watchForHangs(shared, (message) => {
    add(underWay(), { signature: "hang||", message });
    void worker.terminate();
  });
  await ended;
  clearInterval(watch);
  result.runs += inThisTurn;
  if (!isDone) result.milliseconds += milliseconds;
  else if (isKept && isGuided) writeCorpus(name, result.pool);
  for (const { bytes, about } of suspects) {
    const message = await judge(name, bytes);
    if (message !== null) put(bytes, { ...about, message });
  }
}

/** What a thread that counts no coverage says of an input that took long in one that does; null if it does not there. */
function judge(name, suspect) {
  const shared = new SharedArrayBuffer(8 + LONGEST);
  const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
    workerData: { name, shared, suspect, known: [], pool: [], seen: [] },
  });
  let verdict = "the thread has ended";
  return new Promise((resolve) => {
    worker.on("message", ({ message }) => {
      verdict = message;
    });
    worker.on("error", () => {});
    worker.on("exit", () => resolve(verdict));
  });
}

/** Calls back once an input takes too much of the processor, or nothing happens at all. */
function watchForHangs(shared, hangs) {
  const count = new Int32Array(shared, 0, 1);
  let last = -1;
  let since = process.cpuUsage();
  let at = performance.now();
  return setInterval(() => {
    const now = Atomics.load(count, 0);
    if (now !== last) {
      last = now;
      since = process.cpuUsage();
      at = performance.now();
      return;
    }
    const { user, system } = process.cpuUsage(since);
    // Before the first input the packages are loaded.
    if (now === 0) return;
    if ((user + system) / 1000 > HANG) hangs(`more than ${HANG} ms of processor time`);
    else if (performance.now() - at > SILENCE) hangs(`no answer in ${SILENCE} ms`);
  }, 1_000);
}
