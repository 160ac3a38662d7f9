// Loading an APIOps folder with 60 APIs, 2,000 operations, 300 policies and every kind of entity, each time in a process of its own.
// Options: --rounds N (default 5), --json.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeFolder } from "./folder.mjs";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "5" }, json: { type: "boolean", default: false } },
});
const folder = mkdtempSync(join(tmpdir(), "turnpike-apiops-"));
writeFolder(folder, { apis: 60, operations: 2_000, policies: 300 });

const load = `
  const { createGateway } = await import("@turnpike/core");
  const { loadApiOps } = await import("@turnpike/adapters/apiops");
  const started = process.cpuUsage();
  const before = performance.now();
  const gateway = await createGateway(loadApiOps(${JSON.stringify(folder)}));
  const milliseconds = performance.now() - before;
  const { user, system } = process.cpuUsage(started);
  globalThis.gc();
  console.log(JSON.stringify({ milliseconds, processor: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024, kept: process.memoryUsage().heapUsed / 1e6, warnings: gateway.diagnostics.length }));
  await gateway.close();`;
const runs = [];
try {
  for (let i = 0; i < Number(values.rounds); i++) {
    const { stdout, status, stderr } = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", load], {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    runs.push(JSON.parse(stdout));
  }
} finally {
  rmSync(folder, { recursive: true });
}

const column = (name) => runs.map((run) => run[name]).sort((a, b) => a - b);
const spread = (name, digits) => {
  const sorted = column(name);
  return `${sorted[sorted.length >> 1].toFixed(digits)} (${sorted[0].toFixed(digits)} to ${sorted.at(-1).toFixed(digits)})`;
};
if (values.json) console.log(JSON.stringify(runs));
else {
  console.log(`loaded and compiled in ${spread("milliseconds", 0)} ms, ${spread("processor", 0)} ms of processor time`);
  console.log(`largest memory of the process ${spread("megabytes", 0)} MB, heap kept ${spread("kept", 0)} MB`);
}
