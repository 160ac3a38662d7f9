import type { NetType } from "@turnpike/expressions/analysis";
import type { LintElement } from "../document.js";
import type { Origin } from "./origin.js";

/** How sure it is that something has happened on the way here. */
export type Certainty = "no" | "maybe" | "yes";

/** What is known of a variable at a place. */
export interface VariableFact {
  /** Set on every way that leads here. */
  readonly always: boolean;
  /** The types of what it may hold; null where one of them is not known. `text` stands for a literal. */
  readonly types: readonly (NetType | "text")[] | null;
  /** May it be null although it is set? */
  readonly nullable: boolean;
  /** Where its text may come from. */
  readonly origins: readonly Origin[];
  /** Where it was set. */
  readonly setters: readonly LintElement[];
  /** The conditions under which alone it was set; empty where that is not known. */
  readonly conditions: readonly string[];
  /** Does what it says come from a token that nobody had checked? */
  readonly unchecked: boolean;
}

/** What is known at a place of a pipeline, before what stands there runs. */
export interface FlowState {
  readonly variables: ReadonlyMap<string, VariableFact>;
  /** Something that is not seen here ran before: an outer scope, a fragment. */
  readonly isOpen: boolean;
  /** Was a token checked? */
  readonly checked: Certainty;
  /** Does an answer stand? */
  readonly answered: Certainty;
  /** What conditions around or before have looked at: `context.Request.Headers[X-A]`, `context.Variables[a]`, `context.Subscription`. */
  readonly tested: ReadonlySet<string>;
  /** The conditions of the branches around, as comparable texts. */
  readonly conditions: readonly string[];
}

/** What is known before anything ran. */
export const startState: FlowState = {
  variables: new Map(),
  isOpen: false,
  checked: "no",
  answered: "no",
  tested: new Set(),
  conditions: [],
};

/** What is known where several ways come together. */
export function join(states: readonly FlowState[], before: FlowState): FlowState {
  const [first, ...rest] = states;
  if (first === undefined) return before;
  if (rest.length === 0) return { ...first, conditions: before.conditions };
  const names = new Set(states.flatMap((state) => [...state.variables.keys()]));
  const variables = new Map<string, VariableFact>();
  const isSame = states.every((state) => state.variables === first.variables);
  if (!isSame) for (const name of names) variables.set(name, joinFacts(states.map((state) => state.variables.get(name))));
  return {
    variables: isSame ? first.variables : variables,
    isOpen: states.some(({ isOpen }) => isOpen),
    checked: joinCertainty(states.map(({ checked }) => checked)),
    answered: joinCertainty(states.map(({ answered }) => answered)),
    tested: before.tested,
    conditions: before.conditions,
  };
}

function joinFacts(facts: readonly (VariableFact | undefined)[]): VariableFact {
  const known = [...new Set(facts.filter((fact) => fact !== undefined))];
  if (known.length === 1) return { ...known[0]!, always: known[0]!.always && !facts.includes(undefined) };
  const types = known.some((fact) => fact.types === null) ? null : [...new Set(known.flatMap((fact) => fact.types!))];
  return {
    always: !facts.includes(undefined) && known.every(({ always }) => always),
    types,
    nullable: known.some(({ nullable }) => nullable),
    origins: [...new Set(known.flatMap(({ origins }) => origins))],
    setters: [...new Set(known.flatMap(({ setters }) => setters))],
    conditions: [...new Set(known.flatMap(({ conditions }) => conditions))],
    unchecked: known.some(({ unchecked }) => unchecked),
  };
}

function joinCertainty(all: readonly Certainty[]): Certainty {
  const [first] = all;
  return all.every((certainty) => certainty === first) ? first! : "maybe";
}
