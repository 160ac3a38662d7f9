// Runs the pinned pnpm, fetching it with npx where it is not on the machine: `run("install", "--frozen-lockfile")`.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { packageManager } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));

/** Runs a program in the repository root with its output passed through. Ends this process if it fails. */
export function run(command, ...args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs `pnpm …`. */
export const pnpm = (...args) => run("npx", "--yes", packageManager, ...args);

/** Installs what the lock file says and builds the packages. */
export function installAndBuild() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Turnpike needs Node 20.19 or later; this is ${process.version}.`);
    process.exit(1);
  }
  pnpm("install", "--frozen-lockfile");
  pnpm("run", "build");
}
