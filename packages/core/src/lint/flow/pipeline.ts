import type { ApiModel, OperationModel, ProductModel } from "../../model/model.js";
import type { SectionName } from "../../policy/sections.js";
import { allSections } from "../../policy/sections.js";
import type { LintDocument, LintElement } from "../document.js";
import { analyse } from "./analyse.js";
import { type FlowItem, type FlowStep, flat } from "./step.js";

/** What the documents of a pipeline belong to. */
export interface PipelineOwner {
  readonly api: ApiModel | null;
  /** Operations that run it; empty for a document alone. */
  readonly operations: readonly OperationModel[];
  readonly product: ProductModel | null;
}

/** What runs for a request: documents of the scopes that it meets, joined. */
export class Pipeline {
  private readonly sections = new Map<SectionName, readonly FlowItem[]>();
  private found: readonly FlowStep[] | undefined;

  /**
   * @param documents innermost scope first
   * @param isComplete false for a document alone: what `<base />` stands for is not known
   */
  constructor(
    readonly documents: readonly LintDocument[],
    readonly isComplete: boolean,
    readonly owner: PipelineOwner,
    private readonly fragment: (id: string) => LintDocument | null,
  ) {}

  /** The items of a section, in the order in which they run. */
  items(section: SectionName): readonly FlowItem[] {
    let items = this.sections.get(section);
    if (items === undefined) this.sections.set(section, (items = this.join(this.documents, section)));
    return items;
  }

  /** Every element that runs, with what is known when it does. */
  get steps(): readonly FlowStep[] {
    this.found ??= analyse((name) => this.items(name), this.documents[0]?.kind !== "policies");
    return this.found;
  }

  /** The elements of sections, nested ones included, in the order in which they run. */
  *elements(...sections: readonly SectionName[]): Generator<LintElement> {
    for (const section of sections.length === 0 ? allSections : sections)
      for (const item of flat(this.items(section))) yield item.element;
  }

  /** Does a section hold something that is not seen? */
  hidesIn(section: SectionName): boolean {
    for (const item of flat(this.items(section))) if (item.kind === "unseen") return true;
    return false;
  }

  private join([innermost, ...outer]: readonly LintDocument[], section: SectionName): readonly FlowItem[] {
    if (innermost === undefined) return [];
    if (innermost.kind !== "policies") return section === "inbound" ? this.contents(rootElements(innermost), []) : [];
    const element = innermost.section(section);
    if (element === null) return outer.length > 0 ? this.join(outer, section) : this.isComplete ? [] : unseen(innermost.root);
    return this.contents(element.elements, outer, section);
  }

  private contents(elements: readonly LintElement[], outer: readonly LintDocument[], section?: SectionName): readonly FlowItem[] {
    return elements.flatMap((element): readonly FlowItem[] => {
      if (element.name === "base") {
        if (section !== undefined && outer.length > 0) return this.join(outer, section);
        return this.isComplete || element.document.scope === "global" ? [] : unseen(element);
      }
      if (element.name === "include-fragment") return this.included(element);
      return [{ kind: "policy", element, items: this.contents(element.elements, []) }];
    });
  }

  private included(element: LintElement): readonly FlowItem[] {
    const document = element.document.kind === "fragment" ? null : this.fragment(element.literal("fragment-id") ?? "");
    return document === null ? unseen(element) : this.contents(rootElements(document), []);
  }
}

function rootElements(document: LintDocument): readonly LintElement[] {
  return document.kind === "snippet" ? document.roots : document.root.elements;
}

function unseen(element: LintElement): readonly FlowItem[] {
  return [{ kind: "unseen", element, items: [] }];
}
