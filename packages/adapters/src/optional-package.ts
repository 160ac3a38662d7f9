import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

/**
 * Loads a package that is a peer by choice.
 * @returns null if it is not installed where Turnpike can load it; one that is there and does not load throws its own error
 */
export function optionalPackage(name: string): unknown {
  try {
    load.resolve(name);
  } catch {
    return null;
  }
  return load(name);
}
