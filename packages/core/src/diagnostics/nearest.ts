import { nearestName } from "@turnpike/expressions";

/** The candidate nearest to a mistyped name, or null if none is near: two letters may differ, and a third of a longer name's. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  return nearestName(name, candidates, Math.max(2, Math.floor(name.length / 3)));
}
