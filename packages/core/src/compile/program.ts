import type { Step } from "../policy/flow.js";
import type { SectionName } from "../policy/sections.js";
import { allSections } from "../policy/sections.js";
import { block, type CompiledPolicy } from "./block.js";
import { base } from "./compile.js";
import type { CompiledDocument } from "./document.js";

/** The four sections that a request runs through, scopes joined. */
export interface Program {
  readonly inbound: Step;
  readonly backend: Step;
  readonly outbound: Step;
  readonly onError: Step;
  /**
   * What runs instead of outbound when a lookup had a hit ({@link Exchange.isCacheHit}): the policies behind the first store policy that
   * stands directly in outbound, or all of outbound.
   */
  readonly afterHit: Step;
  /**
   * The cors policies that stand directly in inbound: what a preflight runs that no operation takes, before anything else is looked at.
   * Null if there are none.
   */
  readonly preflight: Step | null;
  /** True if there is nothing behind the backend section, also not for errors, and nothing in that but one forward-request. */
  readonly endsAtBackend: boolean;
  /** What each section does, as a text: null where the environment tells no shapes. */
  readonly shape: string | null;
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

const STORES = new Set(["cache-store", "llm-semantic-cache-store", "azure-openai-semantic-cache-store"]);

const isProbe = (item: CompiledPolicy): boolean => item.isProbe === true;

function forwards(backend: readonly CompiledPolicy[]): boolean {
  const [only, ...others] = backend.filter((policy) => !isProbe(policy));
  return only?.info.name === "forward-request" && others.length === 0;
}

function shapeOf(sections: readonly (readonly CompiledPolicy[])[]): string | null {
  if (sections.every((section) => section.every(({ shape }) => shape === undefined))) return null;
  return JSON.stringify(sections.map((section) => section.filter((policy) => !isProbe(policy)).map(({ shape }) => shape)));
}

/** @param documents innermost scope first */
export function joinScopes(documents: readonly CompiledDocument[]): Program {
  const [inbound, backend, outbound, onError] = allSections.map((section) => effectiveSection(documents, section));
  const store = outbound!.findIndex(({ info }) => STORES.has(info.name));
  const cors = inbound!.filter(({ info }) => info.name === "cors");
  return {
    inbound: block(inbound!),
    backend: block(backend!),
    outbound: block(outbound!),
    onError: block(onError!),
    afterHit: block(outbound!.slice(store + 1)),
    preflight: cors.length === 0 ? null : block(cors),
    shape: shapeOf([inbound!, backend!, outbound!, onError!]),
    endsAtBackend: outbound!.every(isProbe) && onError!.every(isProbe) && forwards(backend!),
  };
}
