import { block, type CompiledPolicy } from "./block.js";
import { base } from "./compile.js";
import type { CompiledDocument } from "./document.js";
import { allSections } from "./policy.js";
import type { SectionName, Step } from "./flow.js";

/** The four sections that a request runs through, scopes joined. */
export interface Program {
  readonly inbound: Step;
  readonly backend: Step;
  readonly outbound: Step;
  readonly onError: Step;
}

/**
 * Joins documents, innermost scope first: each `<base />` stands for the effective section of the next outer scope. A scope whose
 * document does not have the section passes it on as if it held just `<base />`.
 */
export function effectiveSection(documents: readonly CompiledDocument[], section: SectionName): CompiledPolicy[] {
  const [innermost, ...outer] = documents;
  if (innermost === undefined) return [];
  const items = innermost.sections.get(section);
  if (items === undefined) return effectiveSection(outer, section);
  return items.flatMap((item) => (item === base ? effectiveSection(outer, section) : [item]));
}

/** @param documents innermost scope first */
export function joinScopes(documents: readonly CompiledDocument[]): Program {
  const [inbound, backend, outbound, onError] = allSections.map((section) => block(effectiveSection(documents, section)));
  return { inbound: inbound!, backend: backend!, outbound: outbound!, onError: onError! };
}
