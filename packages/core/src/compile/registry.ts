import { checkDefinition } from "../policy/check-definition.js";
import type { PolicyDefinition } from "../policy/definition.js";
import { knownPolicies } from "./known-policies.js";

/** The policies that a gateway knows, by element name. */
export class PolicyRegistry {
  private readonly byName = new Map<string, PolicyDefinition>();

  readonly definitions: readonly PolicyDefinition[];

  /**
   * @param own of the host: they take the place of built-in ones of the same name
   * @param isFaked of tests: policies that have a fake run it
   * @throws TypeError for one of them that is no definition
   */
  constructor(
    private readonly builtIn: readonly PolicyDefinition[],
    private readonly own: readonly PolicyDefinition[] = [],
    private readonly isFaked = false,
  ) {
    for (const definition of own) checkDefinition(definition);
    const names = new Set(own.map(({ name }) => name));
    this.definitions = [...builtIn.filter(({ name }) => !names.has(name)), ...own.map((definition) => this.asRun(definition))];
    for (const definition of this.definitions)
      for (const name of [definition.name, ...(definition.aliases ?? [])]) this.byName.set(name, definition);
  }

  /** The same with the policies of a configuration, which do not take the place of those that the host has. */
  with(further: readonly PolicyDefinition[]): PolicyRegistry {
    const names = new Set(this.own.map(({ name }) => name));
    return new PolicyRegistry(this.builtIn, [...further.filter(({ name }) => !names.has(name)), ...this.own], this.isFaked);
  }

  private asRun(definition: PolicyDefinition): PolicyDefinition {
    if (!this.isFaked || definition.fake === undefined) return definition;
    return { ...definition, compile: (element, compiler) => definition.fake!(element, compiler) };
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
