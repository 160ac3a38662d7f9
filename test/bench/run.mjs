// `pnpm bench [NAME…] [options]`: installs the peers, builds the packages and runs the benchmarks, all or those named.
// Each is a folder beside this file with a run.mjs.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const benches = readdirSync(here).filter((name) => existsSync(`${here}${name}/run.mjs`));

const words = process.argv.slice(2).filter((word) => word !== "--");
const firstOption = words.findIndex((word) => word.startsWith("--"));
const named = firstOption < 0 ? words : words.slice(0, firstOption);
const options = firstOption < 0 ? [] : words.slice(firstOption);
const unknown = named.filter((name) => !benches.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(", ")}. Known: ${benches.join(", ")}.`);
  process.exit(2);
}

const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};
if (!existsSync(`${here}node_modules`))
  run("npx", ["--yes", "pnpm@10.34.9", "install", "--ignore-workspace", "--frozen-lockfile"], here);
run("npx", ["tsc", "-b"], fileURLToPath(new URL("../..", import.meta.url)));
for (const name of named.length > 0 ? named : benches) {
  console.log(`\n── ${name}`);
  run(process.execPath, [`${here}${name}/run.mjs`, ...options], here);
}
