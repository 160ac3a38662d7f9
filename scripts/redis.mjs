// Some tests start a redis-server of their own. `provideRedis()` installs it where it is missing and may be installed.
import { spawnSync } from "node:child_process";

const runs = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

/** Is there a redis-server on this machine? */
export const hasRedis = () => runs("redis-server", "--version");

/** Installs redis-server with apt-get, on CI machines and for root. Without it the tests that need it are skipped, but fail with CI=true. */
export function provideRedis() {
  if (hasRedis()) return;
  const isRoot = process.getuid?.() === 0;
  const command = isRoot ? ["apt-get"] : ["sudo", "-n", "apt-get"];
  const isAsked = process.env.CI === "true" || isRoot;
  if (!isAsked || !runs(...command, "--version")) {
    console.log("redis-server is not on this machine: the tests that start it are skipped (with CI=true they fail).");
    return;
  }
  console.log(`redis-server is not on this machine: installing it with ${command.join(" ")}, for the tests that start it.`);
  const install = () =>
    spawnSync(command[0], [...command.slice(1), "install", "-y", "redis-server"], { stdio: "inherit" }).status === 0;
  if (install()) return;
  spawnSync(command[0], [...command.slice(1), "update"], { stdio: "inherit" });
  if (!install()) console.log("redis-server could not be installed.");
}
