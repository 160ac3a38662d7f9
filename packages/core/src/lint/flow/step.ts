import type { SectionName } from "../../policy/sections.js";
import type { LintElement } from "../document.js";
import type { FlowState } from "./state.js";

/** What stands in a section once scopes are joined and fragments put in. */
export type FlowItem =
  | { readonly kind: "policy"; readonly element: LintElement; readonly items: readonly FlowItem[] }
  /** Something that is not seen: an outer scope of a document alone, a fragment that is not given. */
  | { readonly kind: "unseen"; readonly element: LintElement; readonly items: readonly [] };

/** An element at the moment at which it runs. */
export interface FlowStep {
  readonly element: LintElement;
  readonly section: SectionName;
  /** Before it runs. */
  readonly state: FlowState;
  /** Elements around it that are policies or branches, the nearest first. */
  readonly around: readonly LintElement[];
  /** False for what stands for something unseen. */
  readonly isSeen: boolean;
}

/** Items and all in them, outer ones first. */
export function* flat(items: readonly FlowItem[]): Generator<FlowItem> {
  for (const item of items) {
    yield item;
    yield* flat(item.items);
  }
}
