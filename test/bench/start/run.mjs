// What the command costs until it is done, as multiples of a bare start of Node (`node -e 0`), by processor time: of processes in turn, the least of the rounds, which a
// busy machine disturbs least. `run` counts until it listens.
// Options: --rounds N (default 7), --json.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, json: { type: "boolean", default: false } },
});
const command = fileURLToPath(new URL("../../../packages/adapters/bin/turnpike.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "turnpike-start-"));
const policy = join(folder, "policy.xml");
const test = join(folder, "policy.policy-test.yaml");
writeFileSync(
  policy,
  `<policies><inbound><base /><set-header name="X-A"><value>@(context.RequestId.ToString())</value></set-header></inbound></policies>`,
);
writeFileSync(
  test,
  `policy: ./policy.xml\ntests:\n  - { name: it answers, request: { url: https://api.example/x }, expect: { status: 200 } }\n`,
);

/** At most so many bare starts. */
const cases = [
  { name: "--version", args: ["--version"], most: 2 },
  { name: "--help", args: ["--help"], most: 2 },
  { name: "check", args: ["check", policy], most: 3 },
  { name: "test", args: ["test", test], most: 3 },
  { name: "run", args: ["run", policy, "--backend", "http://127.0.0.1:1", "--port", "0", "--json"], most: 4, until: "listening" },
];

/** Prints, at the end of a process, what it has used: microseconds. */
const meter = join(folder, "meter.cjs");
writeFileSync(
  meter,
  `process.on("exit", () => { const { user, system } = process.cpuUsage(); require("node:fs").writeFileSync(process.env.COST, String(user + system)); });`,
);

/** Microseconds of processor time of one process. */
function cost(args, until) {
  const file = join(folder, "cost");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--require", meter, ...args], { env: { ...process.env, COST: file } });
    child.stdout.on("data", (chunk) => {
      // It has started: its end costs next to nothing.
      if (until !== undefined && String(chunk).includes(until)) child.kill("SIGTERM");
    });
    child.stderr.pipe(process.stderr);
    child.once("close", (code) =>
      code === 0 ? resolve(Number(readFileSync(file, "utf8"))) : reject(new Error(`${args.join(" ")} ended with ${code}`)),
    );
  });
}

const all = [{ name: "bare", args: ["-e", "0"] }, ...cases.map((entry) => ({ ...entry, args: [command, ...entry.args] }))];
const costs = new Map(all.map(({ name }) => [name, []]));
try {
  for (let round = 0; round < Number(values.rounds); round++)
    for (const { name, args, until } of all) costs.get(name).push(await cost(args, until));
} finally {
  rmSync(folder, { recursive: true });
}
const least = (name) => Math.min(...costs.get(name));
const rows = cases.map(({ name, most }) => ({
  name,
  milliseconds: Math.round(least(name) / 1000),
  bareStarts: Number((least(name) / least("bare")).toFixed(1)),
  most,
}));
if (values.json) console.log(JSON.stringify({ bare: Math.round(least("bare") / 1000), rows }));
else {
  console.log(`A bare start of Node ${process.version} costs ${Math.round(least("bare") / 1000)} ms of processor time.`);
  for (const { name, milliseconds, bareStarts, most } of rows)
    console.log(`${name.padEnd(10)} ${String(milliseconds).padStart(6)} ms  ${bareStarts} bare starts (wanted: ${most} at most)`);
}
if (rows.some(({ bareStarts, most }) => bareStarts > most)) process.exitCode = 1;
