// `turnpike run` with one worker and with two, in turn: by what factor two serve more calls a second. Needs two processors that nobody else wants;
// each call takes the gateway some thousand steps, so that the load, which runs beside it, takes little of them.
// Options: --seconds N for each round (default 3), --rounds N (default 5), --connections N (default 32), --json.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { load } from "../load.mjs";
import { median } from "../servers.mjs";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    rounds: { type: "string", default: "5" },
    connections: { type: "string", default: "32" },
    json: { type: "boolean", default: false },
  },
});
const LEAST = 1.7;
const command = fileURLToPath(new URL("../../../packages/adapters/bin/turnpike.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "turnpike-bench-"));
const policy = join(folder, "policy.xml");
const work = `@{ var sum = 0; for (var i = 0; i < 4000; i++) { sum = (sum * 31 + i) % 65521; } return sum.ToString(); }`;
writeFileSync(
  policy,
  `<policies><inbound><return-response><set-body>${work.replaceAll("<", "&lt;")}</set-body></return-response></inbound></policies>`,
);

/** Starts a gateway: its address, and what ends it. */
async function started(workers) {
  const args = [command, "run", policy, "--backend", "http://127.0.0.1:1", "--port", "0", "--workers", String(workers)];
  const child = spawn(process.execPath, [...args, "--json", "--log", "json", "--log-sample", "0"]);
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.stderr.pipe(process.stderr);
  for await (const line of createInterface({ input: child.stdout })) {
    const { Event, Url } = JSON.parse(line);
    if (Event !== "listening") continue;
    child.stdout.resume();
    const stop = () => {
      child.kill("SIGTERM");
      return ended;
    };
    return { url: Url, stop };
  }
  throw new Error(`The gateway with ${workers} workers did not start.`);
}

const counts = [1, 2];
const rates = new Map(counts.map((workers) => [workers, []]));
const told = { path: "/x", connections: Number(values.connections), seconds: Number(values.seconds) };
const before = loadavg()[0];
try {
  for (let round = -1; round < Number(values.rounds); round++)
    for (const workers of counts) {
      const { url, stop } = await started(workers);
      try {
        await load(url, { ...told, seconds: 1 });
        const { rate } = await load(url, told);
        if (round >= 0) rates.get(workers).push(rate);
      } finally {
        await stop();
      }
    }
} finally {
  rmSync(folder, { recursive: true });
}
const factors = rates.get(2).map((rate, round) => rate / rates.get(1)[round]);
const outcome = {
  one: Math.round(median(rates.get(1))),
  two: Math.round(median(rates.get(2))),
  factor: Number(median(factors).toFixed(2)),
  factors: factors.map((factor) => Number(factor.toFixed(2))),
  processors: availableParallelism(),
  loadBefore: Number(before.toFixed(1)),
};
if (values.json) console.log(JSON.stringify(outcome));
else {
  console.log(
    `one worker ${outcome.one} calls/s, two workers ${outcome.two} calls/s: ${outcome.factor} times (rounds: ${outcome.factors.join(", ")})`,
  );
  console.log(`${outcome.processors} processors; load of the machine before: ${outcome.loadBefore}`);
}
if (outcome.factor < LEAST) process.exitCode = 1;
