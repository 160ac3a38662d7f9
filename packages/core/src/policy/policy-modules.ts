import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { checkDefinition } from "./check-definition.js";
import type { PolicyDefinition } from "./definition.js";

/**
 * The policies that modules export, by any name: definitions, lists of them, or a default export that holds them. Other exports are passed over.
 * A file that has changed since it was loaded is loaded anew; what it imports itself is not.
 * @param modules paths that begin with `.` or `/`, or packages
 * @param folder where relative paths, and packages, are looked for
 * @param refuse told of a module that cannot be loaded, that exports no policy, or one of a name that is taken; the rest is gone on with
 */
export async function loadPolicies(
  modules: readonly string[],
  folder: string,
  refuse: (index: number, message: string) => void,
): Promise<readonly PolicyDefinition[]> {
  const found = new Map<string, PolicyDefinition>();
  for (const [index, module] of modules.entries()) {
    const invalid = (why: string): void => refuse(index, `Invalid policy module '${module}': ${why}`);
    try {
      const policies = definitionsIn((await import(addressOf(module, folder))) as object);
      if (policies.size === 0) invalid("expected it to export what definePolicy gives.");
      for (const policy of policies)
        for (const name of [policy.name, ...(policy.aliases ?? [])]) {
          const other = found.get(name);
          if (other === undefined) found.set(name, policy);
          else if (other !== policy) invalid(`expected policies of different names, not two called ${name}.`);
        }
    } catch (error) {
      invalid(error instanceof TypeError ? error.message : `it cannot be loaded: ${(error as Error).message}`);
    }
  }
  return [...new Set(found.values())];
}

/** The file of a module that is named by its path; null for a package. */
export function moduleFile(module: string, folder: string): string | null {
  if (isAbsolute(module)) return module;
  return module.startsWith("./") || module.startsWith("../") ? join(folder, module) : null;
}

/** When a file was changed last, as it was loaded first: beside the modules that Node keeps, for as long. */
const loadedAt = new Map<string, number>();

function addressOf(module: string, folder: string): string {
  const file = moduleFile(module, folder);
  if (file === null) return addressOfPackage(module, folder);
  const path = resolve(file);
  const { href } = pathToFileURL(path);
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const first = loadedAt.get(path) ?? changed;
  loadedAt.set(path, first);
  return first === changed ? href : `${href}?changed=${changed}`;
}

/** A package beside the configuration, or else one that this package sees. */
function addressOfPackage(name: string, folder: string): string {
  try {
    return pathToFileURL(createRequire(join(resolve(folder), "_")).resolve(name)).href;
  } catch {
    return name;
  }
}

/** @throws TypeError for a definition that is not sound */
function definitionsIn(module: object): ReadonlySet<PolicyDefinition> {
  const definitions = new Set<PolicyDefinition>();
  const look = (value: unknown): void => {
    if (!isDefinition(value)) return;
    checkDefinition(value);
    definitions.add(value);
  };
  for (const [key, value] of Object.entries(module)) {
    const held: unknown = value;
    if (Array.isArray(held)) for (const item of held) look(item);
    else if (key === "default" && !isDefinition(held)) for (const item of Object.values((held ?? {}) as object)) look(item);
    else look(held);
  }
  return definitions;
}

/** Is a value meant as a definition? Whether it is a sound one is said by {@link checkDefinition}. */
function isDefinition(value: unknown): value is PolicyDefinition {
  return typeof value === "object" && value !== null && "compile" in value && "name" in value;
}
