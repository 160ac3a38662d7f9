// `pnpm bench [NAME…] [options]`: installs the peers, builds the packages and runs the benchmarks of this folder, all or those named.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const benches = { expressions: "expressions/run.mjs", pipeline: "pipeline/run.mjs", proxy: "proxy/run.mjs" };

const words = process.argv.slice(2).filter((word) => word !== "--");
const firstOption = words.findIndex((word) => word.startsWith("--"));
const named = firstOption < 0 ? words : words.slice(0, firstOption);
const options = firstOption < 0 ? [] : words.slice(firstOption);
const unknown = named.filter((name) => !Object.hasOwn(benches, name));
if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(", ")}. Known: ${Object.keys(benches).join(", ")}.`);
  process.exit(2);
}

const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};
if (!existsSync(`${here}node_modules`))
  run("npx", ["--yes", "pnpm@10.34.9", "install", "--ignore-workspace", "--frozen-lockfile"], here);
run("npx", ["tsc", "-b"], fileURLToPath(new URL("../..", import.meta.url)));
for (const name of named.length > 0 ? named : Object.keys(benches)) {
  console.log(`\n── ${name}`);
  run(process.execPath, [`${here}${benches[name]}`, ...options], here);
}
