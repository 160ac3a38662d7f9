// One front end for a while, in a thread of its own: the campaign ends the thread if it hangs, and knows by which input.
import { performance } from "node:perf_hooks";
import { parentPort, workerData } from "node:worker_threads";
import { startCoverage } from "./coverage.mjs";
import { Finding, signature } from "./finding.mjs";
import { minimise } from "./minimise.mjs";
import { createMutator } from "./mutate.mjs";
import { randomSource } from "./random.mjs";
import { confirmMemory, confirmSlow, MOST_TIME, timed, watchProcess } from "./resources.mjs";

const { name, seed, milliseconds, shared, isGuided, known, pool: given, seen: givenSeen, suspect } = workerData;

/** What the campaign sees of us at any time: how many inputs have begun, the length of the one under way, and its bytes. */
const state = new Int32Array(shared, 0, 2);
const window = new Uint8Array(shared, 8);

/** Share of the time that asking for coverage may take. */
const COVERAGE_SHARE = 0.12;
/** Inputs of one batch that are looked for because they reached something new. */
const MOST_NEWS = 6;
/** Seeds that are looked at one by one for what they reach. The others are there to be changed. */
const MOST_FIRST = 120;
/** Findings of one front end after which no more are looked into. */
const MOST_FINDINGS = 12;

const coverage = isGuided ? await startCoverage() : null;
const { front: definition } = await import(`../fronts/${name}.mjs`);
const front = await definition.open();
const limit = definition.milliseconds ?? MOST_TIME;
if (suspect !== undefined) {
  await confirm(Buffer.from(suspect));
  process.exit();
}
const random = randomSource(seed);
const seen = new Set(givenSeen);
const found = new Set(known);
/** Inputs worth changing. */
const entries = given.map(({ bytes, news }) => ({ bytes: Buffer.from(bytes), news }));
const inputs = entries.map(({ bytes }) => bytes);
const seeds = [...definition.seeds()].map((one) => Buffer.from(one));
const first = entries.length === 0 && isGuided ? seeds.filter(() => random.below(seeds.length) < MOST_FIRST) : [];
const others = seeds.filter((one) => !first.includes(one));
inputs.push(...seeds, Buffer.from(" "));
const mutate = createMutator(random, definition.tokens ?? [], inputs);

let runs = 0;
let findings = 0;

function note(bytes) {
  window.set(bytes.length > window.length ? bytes.subarray(0, window.length) : bytes);
  state[1] = bytes.length;
  Atomics.add(state, 0, 1);
}

/** Runs an input under all oracles. @returns what was found, or null */
async function judged(bytes) {
  try {
    if ((await timed(front, bytes)) > limit) await confirmSlow(front, bytes, limit);
    return null;
  } catch (error) {
    return error;
  }
}

async function report(bytes, error, again = judged) {
  const what = signature(error);
  if (found.has(what) || findings >= MOST_FINDINGS) return;
  found.add(what);
  findings++;
  const until = performance.now() + 8_000;
  const smaller = await minimise(bytes, async (shorter) => {
    if (performance.now() > until) return false;
    note(shorter);
    const other = await again(shorter);
    return other !== null && signature(other) === what;
  });
  const last = (await again(smaller)) ?? error;
  parentPort.postMessage({
    kind: "finding",
    bytes: smaller,
    about: {
      signature: what,
      message: String(last.message ?? last).slice(0, 500),
      stack: last instanceof Finding ? undefined : last?.stack?.slice(0, 1_200),
    },
  });
}

async function run(bytes) {
  runs++;
  note(bytes);
  const error = await judged(bytes);
  if (error !== null) await report(bytes, error);
}

/** Which blocks are new of those that have run since the last time. */
async function news() {
  const fresh = [];
  for (const block of await coverage.take()) if (!seen.has(block)) fresh.push(block);
  return fresh;
}

function keep(bytes, fresh) {
  for (const block of fresh) seen.add(block);
  entries.push({ bytes, news: fresh.length });
  inputs.push(bytes);
}

/** Finds the inputs of a batch that reached something new, by halves. */
async function findNews(batch, fresh) {
  let wanted = fresh;
  for (let turn = 0; turn < MOST_NEWS && wanted.length > 0; turn++) {
    let part = batch;
    while (part.length > 1) {
      const half = part.slice(0, part.length >> 1);
      for (const bytes of half) await run(bytes);
      const reached = new Set(await coverage.take());
      part = wanted.some((block) => reached.has(block)) ? half : part.slice(part.length >> 1);
    }
    await run(part[0]);
    const reached = new Set(await coverage.take());
    const mine = wanted.filter((block) => reached.has(block));
    // What only some state of the front end led to is not found again.
    if (mine.length === 0) break;
    keep(part[0], mine);
    wanted = wanted.filter((block) => !reached.has(block));
  }
  for (const block of wanted) seen.add(block);
}

const watch = watchProcess();
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const endsAt = startedAt + milliseconds;
if (coverage !== null) for (const block of await coverage.take()) seen.add(block);
for (const bytes of first) {
  if (performance.now() > endsAt) break;
  await run(bytes);
  if (coverage === null) continue;
  const fresh = await news();
  if (fresh.length > 0) keep(bytes, fresh);
}
for (const bytes of others) {
  if (performance.now() > endsAt) break;
  await run(bytes);
}

let size = 64;
let coverageTime = 0;
while (performance.now() < endsAt) {
  const batch = [];
  for (let i = 0; i < size; i++) {
    const isFresh = definition.generate !== undefined && random.oneIn(3);
    batch.push(isFresh ? Buffer.from(definition.generate(random)) : mutate(chosen()));
  }
  const from = performance.now();
  for (const bytes of batch) await run(bytes);
  const ran = performance.now();
  if (watch.hasGrown())
    for (const bytes of batch)
      try {
        note(bytes);
        await confirmMemory(front, bytes);
      } catch (error) {
        if (error?.kind === "memory")
          await report(bytes, error, (shorter) =>
            confirmMemory(front, shorter).then(
              () => null,
              (other) => other,
            ),
          );
      }
  try {
    watch.check();
  } catch (error) {
    await report(batch.at(-1), error);
  }
  if (coverage !== null) {
    const before = performance.now();
    const fresh = await news();
    const took = performance.now() - before;
    coverageTime += took;
    if (fresh.length > 0) await findNews(batch, fresh);
    size = Math.round(Math.min(8_192, Math.max(16, (size * (took / COVERAGE_SHARE)) / Math.max(0.01, ran - from))));
  } else size = 512;
  parentPort.postMessage({ kind: "progress", runs, blocks: seen.size });
  await new Promise((resolve) => setImmediate(resolve));
}
watch.stop();
await front.close?.();
const { user, system } = process.cpuUsage(cpuBefore);
parentPort.postMessage({
  kind: "done",
  runs,
  processorTime: (user + system) / 1000,
  milliseconds: performance.now() - startedAt,
  coverageTime,
  blocks: seen.size,
  seen: [...seen],
  entries,
});
parentPort.close();

/** Is an input as slow without what coverage costs, once everything is compiled? */
async function confirm(bytes) {
  for (let i = 0; i < 8; i++) await timed(front, bytes.subarray(0, bytes.length >> 1)).catch(() => {});
  const error = await confirmSlow(front, bytes, limit).then(
    () => null,
    (other) => other,
  );
  parentPort.postMessage({ kind: "judged", message: error?.message ?? null });
}

/** Mostly what was found last, and what is short. */
function chosen() {
  const length = inputs.length;
  const at = random.oneIn(3) ? length - 1 - random.below(Math.min(length, 24)) : random.below(length);
  const other = random.below(length);
  return inputs[at].length > 4 * inputs[other].length && inputs[other].length > 0 && !random.oneIn(4)
    ? inputs[other]
    : inputs[at];
}
