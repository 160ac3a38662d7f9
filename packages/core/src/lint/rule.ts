import type { Place } from "../diagnostics/place.js";
import type { LintCode } from "./code.js";
import type { LintDocument, LintElement } from "./document.js";
import type { Fix, LintSeverity } from "./finding.js";
import type { Pipeline } from "./flow/pipeline.js";
import type { Project } from "./project.js";
import type { Span } from "./span.js";

/** What a finding says besides its place. */
export interface FindingOptions {
  readonly hint?: string;
  readonly fix?: Fix;
  readonly related?: readonly Place[];
  /** Where a finding weighs more or less than the rule's others. */
  readonly severity?: LintSeverity;
}

/** Where a rule reports what it finds. */
export interface RuleContext {
  readonly project: Project;
  /** Reports a part of a document. */
  report(document: LintDocument, span: Span, message: string, options?: FindingOptions): void;
  /** Reports an element by its start tag. */
  element(element: LintElement, message: string, options?: FindingOptions): void;
  /** Reports a place of another file, such as the configuration's. */
  at(place: Place, message: string, options?: FindingOptions): void;
}

/** An example of a rule's page: a document, or files by name of which `gateway.yaml` is the configuration. */
export type LintExample = string | Readonly<Record<string, string>>;

/** A rule: what it finds, why that matters, and how it looks. A rule that cannot be sure stays silent. */
export interface LintRule {
  /** Its name in findings, settings and comments, and of its page. */
  readonly id: string;
  readonly severity: LintSeverity;
  /** What it finds, as one line. */
  readonly summary: string;
  /** Why that matters, with its source. */
  readonly why: string;
  /** How to mend it. */
  readonly remedy: string;
  /** A document, or a configuration, that has the finding; and one like it that has not. */
  readonly examples: { readonly bad: LintExample; readonly good: LintExample };
  /** What it needs to know: nothing is found without it. */
  readonly needs?: "configuration" | "target";
  /** The target that its examples are meant for. */
  readonly target?: Project["target"];
  /** Codes of `check` that say the same: reported under this rule. */
  readonly codes?: readonly string[];
  /** Has it fixes that `--fix` makes? */
  readonly hasFix?: true;
  /** Looks at a document. */
  document?(document: LintDocument, context: RuleContext): void;
  /** Looks at an element. */
  element?(element: LintElement, context: RuleContext): void;
  /** Looks at an expression. */
  expression?(code: LintCode, element: LintElement, context: RuleContext): void;
  /** Looks at what runs for a request, scopes joined and fragments put in. The same place may be found in several pipelines. */
  pipeline?(pipeline: Pipeline, context: RuleContext): void;
  /** Looks at all documents, or the whole configuration. */
  project?(project: Project, context: RuleContext): void;
}

/**
 * Declares a rule. Built-in ones have no privilege.
 *
 *     export default defineRule({
 *       id: "no-trace",
 *       severity: "warning",
 *       summary: "trace in a document",
 *       element(element, context) {
 *         if (element.name === "trace") context.element(element, "Documents of production hold no trace.");
 *       },
 *     });
 */
export function defineRule(
  rule: Pick<LintRule, "id" | "severity" | "summary"> & Partial<Omit<LintRule, "id" | "severity" | "summary">>,
): LintRule {
  return { why: "", remedy: "", examples: { bad: "", good: "" }, ...rule };
}
