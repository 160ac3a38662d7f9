import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../packages/console", import.meta.url));
const page = fileURLToPath(new URL("../packages/adapters/dist/console-page/index.html", import.meta.url));

/** Builds the console's page where the build of the repository has not. */
export async function builtConsolePage(): Promise<void> {
  if (existsSync(page)) return;
  const child = spawn(`${folder}/node_modules/.bin/vite`, ["build"], { cwd: folder, stdio: "ignore" });
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error("The console's page cannot be built: vite build in packages/console says why.");
}
