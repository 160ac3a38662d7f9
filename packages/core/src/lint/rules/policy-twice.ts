import { allSections } from "../../policy/sections.js";
import type { LintElement } from "../document.js";
import { policies } from "../examples.js";
import type { FlowItem } from "../flow/step.js";
import { factsOf, presentName } from "../policy-facts.js";
import { defineRule } from "../rule.js";

const cors = (origin: string): string =>
  `<cors>\n  <allowed-origins>\n    <origin>${origin}</origin>\n  </allowed-origins>\n  <allowed-headers>\n    <header>*</header>\n  </allowed-headers>\n</cors>`;

/** A policy that may stand once, twice on one way. */
export const policyTwice = defineRule({
  id: "policy-twice",
  severity: "warning",
  summary: "a policy that may stand once in a section or document, twice",
  why: 'Pages say of sixteen policies "only once in a policy section", and of rate-limit and quota "only once per policy document". Of cors only the first acts. Branches of a choose that exclude each other count as one.',
  remedy: "Make one of them.",
  examples: {
    bad: policies({ inbound: `${cors("https://shop.example")}\n${cors("https://admin.example")}\n<base />` }),
    good: policies({
      inbound: `${cors("https://shop.example").replace("</origin>", "</origin>\n    <origin>https://admin.example</origin>")}\n<base />`,
    }),
  },
  pipeline(pipeline, context) {
    for (const section of allSections)
      for (const { first, second } of repeated(pipeline.items(section))) {
        const { once } = factsOf(second.name);
        const isOneDocument = first.document === second.document || second.name === "cors";
        if (once === "document" && first.document !== second.document) continue;
        if (!isOneDocument && !sameFragmentHost(first, second)) continue;
        context.element(second, `<${second.name}> stands twice ${once === "document" ? "in the document" : `in ${section}`}.`, {
          hint: second.name === "cors" ? "Only the first acts." : "It may stand once.",
          related: [first.document.source.place(first.start)],
        });
      }
  },
});

/** A fragment counts as part of the document that includes it. */
function sameFragmentHost(first: LintElement, second: LintElement): boolean {
  return first.document.scope === null || second.document.scope === null;
}

interface Pair {
  readonly first: LintElement;
  readonly second: LintElement;
}

function repeated(items: readonly FlowItem[]): readonly Pair[] {
  const pairs: Pair[] = [];
  walk(items, new Map(), pairs);
  return pairs;
}

function walk(items: readonly FlowItem[], seen: Map<string, LintElement>, pairs: Pair[]): void {
  for (const { kind, element, items: inner } of items) {
    if (kind === "unseen") continue;
    if (element.name === "choose") {
      const branches = inner.map((branch) => {
        const inside = new Map(seen);
        walk(branch.items, inside, pairs);
        return inside;
      });
      for (const branch of branches) for (const [name, first] of branch) if (!seen.has(name)) seen.set(name, first);
      continue;
    }
    if (factsOf(element.name).once !== undefined) {
      const name = presentName(element.name);
      const first = seen.get(name);
      if (first === undefined) seen.set(name, element);
      else if (first !== element) pairs.push({ first, second: element });
    }
    if (element.name === "retry" || element.name === "wait" || element.name === "limit-concurrency") walk(inner, seen, pairs);
  }
}
