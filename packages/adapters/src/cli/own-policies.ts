import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { PolicyDefinition } from "@turnpike/core";
import { UsageError } from "./command.js";

/**
 * The policies of modules, which are looked for from the working folder.
 * @param modules what `--policies` names
 * @throws UsageError for a module that gives none
 */
export async function policiesIn(modules: readonly string[]): Promise<readonly PolicyDefinition[]> {
  if (modules.length === 0) return [];
  const { loadPolicies } = await import("@turnpike/core/tools");
  const paths = modules.map((module) => (existsSync(module) ? resolve(module) : module));
  return loadPolicies(paths, process.cwd(), (_, message) => {
    throw new UsageError(message, "A module is a file or a package that exports what definePolicy gives.");
  });
}
