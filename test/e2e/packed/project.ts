import { execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** What the tests read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly packageManager?: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Reads the manifest of the package in a folder. */
export const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** How a program ended, and all that it said. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end. */
export function run(folder: string, command: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: environment(), timeout: 120_000, maxBuffer: 1 << 26 };
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
    );
  });
}

/** Runs a program that must succeed, and gives what it said. @throws Error with all that it said */
export async function succeed(folder: string, command: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await run(folder, command, ...args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output}`);
  return output;
}

/** Starts a server, waits until it has said what `pattern` finds, and calls `use` with that. Ends the server in any case. */
export async function whileServing<T>(
  folder: string,
  [command, ...args]: readonly [string, ...string[]],
  pattern: RegExp,
  use: (found: string) => Promise<T>,
): Promise<T> {
  // A group of its own: npx does not pass signals on to what it runs.
  const detached = process.platform !== "win32";
  const child = spawn(command, args, { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"], detached });
  try {
    const found = await new Promise<string>((resolve, reject) => {
      let text = "";
      const take = (chunk: Buffer): void => {
        text += chunk.toString();
        const match = pattern.exec(text);
        if (match !== null) resolve(match[1]!);
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.once("exit", (code) => reject(new Error(`${command} ended with ${code}:\n${text}`)));
    });
    return await use(found);
  } finally {
    const hasEnded = child.exitCode !== null;
    child.removeAllListeners("exit");
    if (detached && !hasEnded) process.kill(-child.pid!);
    else child.kill();
  }
}

/** What an npm that runs these tests has set of its own would lead another npm to this repository, Vitest's would lead another Vitest, and packages of this repository would be found by NODE_PATH. */
function environment(): NodeJS.ProcessEnv {
  const own =
    /^(npm_(package|lifecycle|config_local_prefix|config_prefix|config_verify_deps_before_run|command|execpath|node)|VITEST|NODE_ENV|NODE_PATH|INIT_CWD)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

/**
 * Has npm install packages into a project, an empty one where there is none yet.
 * @param specifiers names, or files of tarballs
 */
export async function install(folder: string, ...specifiers: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, JSON.stringify({ name: "consumer", version: "1.0.0", private: true }));
  await succeed(folder, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", ...specifiers);
}

/** Lends a project a development tool that the repository has: what is measured is ours, not npm's. */
export function lend(project: string, name: string): void {
  const place = join(project, "node_modules", name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(realpathSync(join(repository, "node_modules", name)), place, "dir");
}
