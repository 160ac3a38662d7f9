import type { PolicyDefinition } from "../policy/define.js";
import { knownPolicies } from "./known-policies.js";

/** The policies that a gateway knows, by element name. */
export class PolicyRegistry {
  private readonly byName = new Map<string, PolicyDefinition>();

  /** Later definitions take the place of earlier ones of the same name, so that a user may put their own in. */
  constructor(readonly definitions: readonly PolicyDefinition[]) {
    for (const definition of definitions)
      for (const name of [definition.name, ...(definition.aliases ?? [])]) this.byName.set(name, definition);
  }

  get(name: string): PolicyDefinition | null {
    return this.byName.get(name) ?? null;
  }

  /** All element names, aliases included. */
  get names(): readonly string[] {
    return [...this.byName.keys()];
  }
}

/** Does API Management have a policy of this name? */
export function isKnownPolicy(name: string): boolean {
  return known.has(name);
}

const known: ReadonlySet<string> = new Set(knownPolicies);
