import type { Diagnostic } from "./diagnostic.js";

/** Where something stands in a configuration: keys and indices from its root. */
export type DataPath = readonly (string | number)[];

const owners = new WeakMap<Diagnostic, DataPath>();

/** Notes the part of the configuration that a finding is about. @returns the finding */
export function ownedBy(diagnostic: Diagnostic, path: DataPath): Diagnostic {
  owners.set(diagnostic, path);
  return diagnostic;
}

/** The part of the configuration that a finding is about; null if nothing was noted. */
export function ownerOf(diagnostic: Diagnostic): DataPath | null {
  return owners.get(diagnostic) ?? null;
}
