// Expressions: compile time, and evaluation against other ways to run an expression that a user has written. Limits are on.
// Options: --ms N for each measurement (default 200), --rounds N (default 5), --corpus FILE of {"expr"} lines, --json.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { contextTypes, createFixtureContext } from "@turnpike/core/tools";
import { compileExpression } from "@turnpike/expressions";
import { cases, fixture, sample } from "./cases.mjs";
import { peers } from "./peers.mjs";

const { values } = parseArgs({
  options: {
    ms: { type: "string", default: "200" },
    rounds: { type: "string", default: "5" },
    corpus: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const ms = Number(values.ms);
const rounds = Number(values.rounds);
const options = { globals: { context: "IProxyContext" }, types: contextTypes };
const context = createFixtureContext(fixture);

function turnpike({ turnpike: source }) {
  const { expression, diagnostics } = compileExpression(source, options);
  if (expression === null) throw new Error(`${source}: ${diagnostics[0]?.message}`);
  return () => expression.evaluate([context]);
}

/** Nanoseconds an evaluation; a peer that gives promises is awaited each time. */
async function measure(run) {
  const isAsync = run() instanceof Promise;
  let count = 0;
  const from = performance.now();
  let now = from;
  while (now - from < ms) {
    if (isAsync) for (let i = 0; i < 20; i++) await run();
    else for (let i = 0; i < 20; i++) run();
    count += 20;
    now = performance.now();
  }
  return ((now - from) * 1e6) / count;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const spread = (numbers) => `±${Math.round(((Math.max(...numbers) - Math.min(...numbers)) / 2 / median(numbers)) * 100)} %`;

async function evaluation(one) {
  const runs = new Map([["turnpike", turnpike(one)]]);
  for (const [name, prepare] of Object.entries(peers)) {
    const run = prepare(one);
    if (run !== null) runs.set(name, run);
  }
  for (const [name, run] of runs) {
    const value = await run();
    if (String(value) !== String(one.expected)) throw new Error(`${one.name}: ${name} gives ${value}, not ${one.expected}`);
  }
  const times = new Map([...runs.keys()].map((name) => [name, []]));
  for (let round = -1; round < rounds; round++)
    for (const [name, run] of runs) {
      const time = await measure(run);
      if (round >= 0) times.get(name).push(time);
    }
  const own = median(times.get("turnpike"));
  return [...times].map(([name, all]) => ({
    case: one.name,
    name,
    ns: median(all),
    ratio: median(all) / own,
    spread: spread(all),
  }));
}

/** Milliseconds to compile an expression, over all of them, each text for the first time. */
function compiling() {
  const sources =
    values.corpus === undefined
      ? sample
      : readFileSync(values.corpus, "utf8")
          .split("\n")
          .filter(Boolean)
          .map((line) => JSON.parse(line).expr);
  for (const source of sources.slice(0, 200)) compileExpression(source, options);
  const times = [];
  let failed = 0;
  for (const source of sources) {
    const from = performance.now();
    const { expression } = compileExpression(source, options);
    times.push(performance.now() - from);
    if (expression === null) failed++;
  }
  const sorted = times.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { expressions: sources.length, failed, median: at(0.5), p95: at(0.95), max: at(1) };
}

const compileTimes = compiling();
if (values.json) console.log(JSON.stringify({ compile: compileTimes }));
else {
  console.log(`compile, ${compileTimes.expressions} expressions (${compileTimes.failed} refused):`);
  const { median: half, p95, max } = compileTimes;
  console.log(`  median ${half.toFixed(3)} ms, 95th percentile ${p95.toFixed(3)} ms, longest ${max.toFixed(2)} ms`);
}
for (const one of cases) {
  const rows = await evaluation(one);
  if (values.json) for (const row of rows) console.log(JSON.stringify(row));
  else {
    console.log(`\n${one.name}`);
    for (const { name, ns, ratio, spread: of } of rows)
      console.log(
        `  ${name.padEnd(22)} ${(ns / 1000).toFixed(2).padStart(10)} µs  ${ratio.toFixed(2).padStart(8)} × turnpike  ${of}`,
      );
  }
}
