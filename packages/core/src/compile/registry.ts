import { checkDefinition } from "../policy/check-definition.js";
import type { PolicyDefinition } from "../policy/definition.js";
import { knownPolicies } from "./known-policies.js";

/** The policies that a gateway knows, by element name. */
export class PolicyRegistry {
  private readonly byName = new Map<string, PolicyDefinition>();

  readonly definitions: readonly PolicyDefinition[];

  /**
   * @param own of the host: they take the place of built-in ones of the same name
   * @throws TypeError for one of them that is no definition
   */
  constructor(builtIn: readonly PolicyDefinition[], own: readonly PolicyDefinition[] = []) {
    for (const definition of own) checkDefinition(definition);
    this.definitions = [...builtIn, ...own];
    for (const definition of this.definitions)
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
