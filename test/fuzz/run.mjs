// `pnpm fuzz [--runs N]`: random programs and scripts for the expression engine, as long as one likes. No crash, no hang, no JavaScript error.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "100000" } } });
if (!/^\d+$/.test(values.runs)) {
  console.error("--runs takes a number.");
  process.exit(2);
}
const { status } = spawnSync("npx", ["vitest", "run", "test/expressions/security/random-programs.test.ts"], {
  cwd: fileURLToPath(new URL("../..", import.meta.url)),
  env: { ...process.env, FUZZ_RUNS: values.runs },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
