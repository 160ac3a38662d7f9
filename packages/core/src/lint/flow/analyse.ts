import type { NetType } from "@turnpike/expressions/analysis";
import type { SectionName } from "../../policy/sections.js";
import { comparable, keyPath, keyUses, type LintCode, pathOf } from "../code.js";
import type { LintElement } from "../document.js";
import { enders, tokenChecks } from "../policy-facts.js";
import { OriginFinder } from "./origins.js";
import { type FlowState, join, startState, type VariableFact } from "./state.js";
import type { FlowItem, FlowStep } from "./step.js";

/** Elements whose children are policies of their own. */
const POLICY_HOLDERS = new Set(["retry", "wait", "limit-concurrency", "when", "otherwise"]);

/**
 * Walks through a pipeline once and notes what is known before each element: variables, tokens checked, answers, what conditions have looked at.
 * Its time grows with the number of elements.
 * @param isPart true for a fragment or snippet, before which anything may have run
 */
export function analyse(items: (section: SectionName) => readonly FlowItem[], isPart: boolean): readonly FlowStep[] {
  const walk = new Walk(items);
  const start: FlowState = isPart ? { ...opened(startState, "inbound"), answered: "maybe" } : startState;
  const inbound = walk.section("inbound", start);
  const backend = walk.section("backend", inbound ?? start);
  const outbound = walk.section("outbound", { ...(backend ?? start), answered: "yes" });
  // An error may come from anywhere: what was set on the way may be there or not.
  const entry = anywhere([inbound, backend, outbound]);
  walk.section("on-error", entry);
  return walk.steps;
}

function anywhere(states: readonly (FlowState | null)[]): FlowState {
  const known = states.filter((state) => state !== null);
  const variables = new Map<string, VariableFact>();
  for (const { variables: some } of known) for (const [name, fact] of some) variables.set(name, { ...fact, always: false });
  return {
    ...startState,
    variables,
    isOpen: known.some(({ isOpen }) => isOpen),
    checked: known.some(({ checked }) => checked !== "no") ? "maybe" : "no",
    answered: "maybe",
  };
}

class Walk {
  readonly steps: FlowStep[] = [];

  constructor(private readonly items: (section: SectionName) => readonly FlowItem[]) {}

  /** @returns what is known behind the section; null if nothing comes that far */
  section(section: SectionName, state: FlowState): FlowState | null {
    return this.list(this.items(section), section, state, []);
  }

  private list(
    items: readonly FlowItem[],
    section: SectionName,
    before: FlowState,
    around: readonly LintElement[],
  ): FlowState | null {
    let state: FlowState | null = before;
    let last = before;
    for (const item of items) {
      // What stands behind an end is looked at as if it were reached, so that rules see it; it changes nothing.
      const after = this.item(item, section, state ?? last, around);
      if (state === null) continue;
      last = state;
      state = after;
    }
    return state;
  }

  private item(item: FlowItem, section: SectionName, state: FlowState, around: readonly LintElement[]): FlowState | null {
    const { element } = item;
    this.steps.push({ element, section, state, around, isSeen: item.kind === "policy" });
    if (item.kind === "unseen") return opened(state, section);
    if (element.name === "choose") return this.choose(item, section, state, [element, ...around]);
    if (element.name === "retry") return this.retry(item, section, state, [element, ...around]);
    if (POLICY_HOLDERS.has(element.name)) {
      const inner = this.list(item.items, section, state, [element, ...around]);
      return element.name === "wait" && element.literal("for") === "any" ? join([inner ?? state, state], state) : inner;
    }
    for (const child of item.items) this.inner(child, section, state, [element, ...around]);
    if (enders.has(element.name)) return null;
    return effects(element, state);
  }

  /** Children that are part of their policy. */
  private inner(item: FlowItem, section: SectionName, state: FlowState, around: readonly LintElement[]): void {
    this.steps.push({ element: item.element, section, state, around, isSeen: item.kind === "policy" });
    for (const child of item.items) this.inner(child, section, state, [item.element, ...around]);
  }

  private choose(item: FlowItem, section: SectionName, before: FlowState, around: readonly LintElement[]): FlowState | null {
    const ends: FlowState[] = [];
    let looked = before;
    let hasOtherwise = false;
    let mayEnd = false;
    for (const branch of item.items) {
      const { element } = branch;
      if (element.name === "otherwise") hasOtherwise = true;
      const code = element.value("condition")?.code ?? null;
      this.steps.push({ element, section, state: looked, around, isSeen: branch.kind === "policy" });
      const seen = code === null ? looked : { ...looked, tested: new Set([...looked.tested, ...testedBy(code)]) };
      const inside = code === null ? seen : { ...seen, conditions: [...before.conditions, comparable(code.text)] };
      const end = this.list(branch.items, section, inside, [element, ...around]);
      if (end === null) mayEnd = true;
      else ends.push(end);
      looked = seen;
    }
    if (!hasOtherwise) ends.push(looked);
    if (ends.length === 0) return null;
    const joined = join(ends, before);
    // What comes behind a branch that answers is only reached where its condition said no.
    return mayEnd ? { ...joined, tested: new Set([...joined.tested, ...looked.tested]) } : joined;
  }

  private retry(item: FlowItem, section: SectionName, before: FlowState, around: readonly LintElement[]): FlowState | null {
    return this.list(item.items, section, before, around);
  }
}

/** Outer scopes forward in backend; elsewhere they hardly answer and go on. */
function opened(state: FlowState, section: SectionName): FlowState {
  return {
    ...state,
    isOpen: true,
    checked: state.checked === "yes" ? "yes" : "maybe",
    answered: section === "backend" && state.answered === "no" ? "maybe" : state.answered,
  };
}

/** The paths that a condition looks at. */
function testedBy(code: LintCode): Iterable<string> {
  const paths: string[] = [];
  for (const { path, key } of keyUses(code)) paths.push(keyPath(path, key));
  for (const node of code.nodes) {
    if (node.kind !== "Member") continue;
    const path = pathOf(node as Parameters<typeof pathOf>[0]);
    if (path !== null) paths.push(path);
  }
  return paths;
}

/** Attributes that name the variable which a policy sets, and what it then holds. */
const OUTPUTS: Readonly<Record<string, { readonly type: string | null; readonly always: boolean; readonly nullable?: true }>> = {
  "output-token-variable-name": { type: null, always: true },
  "response-variable-name": { type: null, always: true },
  "context-variable-name": { type: null, always: true },
  "remaining-calls-variable-name": { type: null, always: false },
  "retry-after-variable-name": { type: null, always: false },
  "remaining-tokens-variable-name": { type: null, always: false },
  "remaining-quota-tokens-variable-name": { type: null, always: false },
  "errors-variable-name": { type: null, always: false },
};

function effects(element: LintElement, before: FlowState): FlowState {
  const state = sideEffects(element, before);
  const named = setVariables(element);
  if (named.length === 0) return state;
  const variables = new Map(state.variables);
  for (const [name, fact] of named) {
    const made = fact(before);
    const known = variables.get(name);
    variables.set(name, made.always || known === undefined ? made : mixed(known, made));
  }
  return { ...state, variables };
}

function mixed(known: VariableFact, made: VariableFact): VariableFact {
  return {
    ...made,
    always: known.always || made.always,
    types: null,
    origins: [...known.origins, ...made.origins],
    setters: [...known.setters, ...made.setters],
  };
}

function sideEffects(element: LintElement, state: FlowState): FlowState {
  const { name } = element;
  if (name === "forward-request") return { ...state, answered: "yes" };
  if (name === "set-status" || name.startsWith("cache-lookup") || name.includes("semantic-cache-lookup"))
    return { ...state, answered: state.answered === "yes" ? "yes" : "maybe" };
  if (tokenChecks.has(name)) return { ...state, checked: "yes" };
  if (name === "check-header" && element.elements.length > 0) {
    const header = element.literal("name");
    if (header !== null) return { ...state, tested: new Set([...state.tested, keyPath("context.Request.Headers", header)]) };
  }
  return state;
}

type FactMaker = (state: FlowState) => VariableFact;

/** The variables that an element sets, with what they hold then. */
export function setVariables(element: LintElement): readonly (readonly [name: string, fact: FactMaker])[] {
  if (element.name === "set-variable") {
    const name = element.literal("name");
    return name === null ? [] : [[name, (state) => setByHand(element, state)]];
  }
  if (element.name === "cache-lookup-value") {
    const name = element.literal("variable-name");
    const always = element.value("default-value") !== null;
    return name === null ? [] : [[name, (state) => fact(element, state, { always })]];
  }
  return element.values.flatMap(({ attribute }) => {
    const output = attribute !== null && Object.hasOwn(OUTPUTS, attribute) ? OUTPUTS[attribute] : undefined;
    if (output === undefined || enders.has(element.name)) return [];
    const name = element.literal(attribute!);
    if (name === null) return [];
    const ignores = element.value("ignore-error");
    const nullable = attribute === "response-variable-name" && ignores !== null && element.literal("ignore-error") !== "false";
    return [[name, (state: FlowState) => fact(element, state, { always: output.always, nullable })] as const];
  });
}

function setByHand(element: LintElement, state: FlowState): VariableFact {
  const value = element.value("value");
  const code = value?.code ?? null;
  if (value === null || code === null)
    return fact(element, state, { always: true, types: value === null || value.raw.includes("{{") ? null : ["text"] });
  const { program } = code;
  const finder = new OriginFinder(code, state);
  return fact(element, state, {
    always: true,
    types: program === null || program.type.kind === "null" || code.hasNamedValues ? null : [boxedType(program.type)],
    origins: finder.all(),
    unchecked: state.checked === "no" && !state.isOpen && readsToken(code, state),
  });
}

/** The type of a value once it is an object: an `int?` is an int. */
function boxedType(type: NetType): NetType {
  return type.underlying ?? type;
}

/** Does the code read claims of a token that it takes from the request itself, or a variable that holds such? */
export function readsToken(code: LintCode, state: FlowState): boolean {
  if (code.has("PolicyExtensions.AsJwt", "PolicyExtensions.TryParseJwt")) return true;
  for (const { path, key } of keyUses(code))
    if (path === "context.Variables" && state.variables.get(key)?.unchecked === true) return true;
  return false;
}

function fact(element: LintElement, state: FlowState, known: Partial<VariableFact>): VariableFact {
  return {
    always: true,
    types: null,
    nullable: false,
    origins: [],
    unchecked: false,
    setters: [element],
    conditions: state.conditions,
    ...known,
  };
}
