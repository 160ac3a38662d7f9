// Some tests start programs of Debian packages. `provide` installs one where it is missing and may be installed.
import { spawnSync } from "node:child_process";

const runs = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** Is there a program of this name on this machine? */
export const has = (command) => runs(command, "--version") || runs(command, "version");

/**
 * Installs a Debian package with apt-get, on CI machines and for root. Without it the tests that need it are skipped, but fail with CI=true.
 * @param name the package's name, which is the program's as well
 */
export function provide(name) {
  if (has(name)) return;
  const isRoot = process.getuid?.() === 0;
  const command = isRoot ? ["apt-get"] : ["sudo", "-n", "apt-get"];
  const isAsked = process.env.CI === "true" || isRoot;
  if (!isAsked || !runs(...command, "--version")) {
    console.log(`${name} is not on this machine: the tests that start it are skipped (with CI=true they fail).`);
    return;
  }
  console.log(`${name} is not on this machine: installing it with ${command.join(" ")}, for the tests that start it.`);
  const apt = (...args) => spawnSync(command[0], [...command.slice(1), ...args], { stdio: "inherit" }).status === 0;
  if (apt("install", "-y", "--no-install-recommends", name)) return;
  apt("update");
  if (!apt("install", "-y", "--no-install-recommends", name)) console.log(`${name} could not be installed.`);
}
