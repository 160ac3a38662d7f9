/**
 * Runs before a package is packed, in its folder: refuses a tarball that nobody could use. `npm pack` leaves `workspace:` and `catalog:` in the
 * manifest, where `pnpm pack` puts versions; and without a build there is nothing to import.
 */
import { existsSync, readFileSync } from "node:fs";

const { name, exports, dependencies = {} } = JSON.parse(readFileSync("package.json", "utf8"));
const complaints = [];

const targets = Object.values(exports).flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)));
const missing = targets.filter((target) => !target.includes("*") && !existsSync(target));
if (missing.length > 0) complaints.push(`Missing files of ${name}: ${missing.join(", ")}. Run 'pnpm build' first.`);

const unresolved = Object.keys(dependencies).filter((dependency) => /^(?:workspace|catalog):/.test(dependencies[dependency]));
if (unresolved.length > 0 && !(process.env["npm_config_user_agent"] ?? "").startsWith("pnpm/"))
  complaints.push(
    `Invalid dependencies of ${name}: ${unresolved.join(", ")} have no version. Run 'pnpm pack', which puts it there.`,
  );

for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;
