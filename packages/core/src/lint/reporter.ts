import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Place } from "../diagnostics/place.js";
import type { LintDocument, LintElement } from "./document.js";
import type { Finding, LintSeverity, RuleSetting } from "./finding.js";
import type { Project } from "./project.js";
import type { FindingOptions, LintRule, RuleContext } from "./rule.js";
import type { Span } from "./span.js";

/** Gathers what rules and `check` find, each finding once. */
export class Reporter {
  private readonly found = new Map<string, Finding>();
  /** Keys of what rules have found, by rule, file and line. */
  private readonly byLine = new Map<string, string>();

  constructor(
    private readonly settings: Readonly<Record<string, RuleSetting>>,
    private readonly rules: readonly LintRule[],
  ) {}

  get findings(): readonly Finding[] {
    return [...this.found.values()];
  }

  /** How much a rule's findings weigh; null if it is off. */
  severityOf(id: string, otherwise: LintSeverity): LintSeverity | null {
    const setting = Object.hasOwn(this.settings, id) ? this.settings[id]! : otherwise;
    return setting === "off" ? null : setting;
  }

  /** What a rule reports to. */
  contextOf(rule: LintRule, project: Project): RuleContext {
    const severity = this.severityOf(rule.id, rule.severity);
    const isSet = Object.hasOwn(this.settings, rule.id);
    const weight = (options?: FindingOptions): LintSeverity | null =>
      isSet || severity === null ? severity : (options?.severity ?? severity);
    const report = (document: LintDocument, { start, end }: Span, message: string, options?: FindingOptions): void => {
      const to = document.source.place(Math.max(start + 1, end));
      const place = { ...document.source.place(start), endLine: to.line, endColumn: to.column };
      // What stands inside of another file has offsets of its own.
      const { fix: _, ...unfixed } = options ?? {};
      this.add(rule.id, weight(options), place, message, document.input.origin === undefined ? options : unfixed);
    };
    return {
      project,
      report,
      element: (element: LintElement, message, options) => report(element.document, element, message, options),
      at: (place: Place, message, options) =>
        this.add(rule.id, weight(options), { ...place, endLine: place.line, endColumn: place.column + 1 }, message, options),
    };
  }

  /** Takes over what `check` has found, under the rule that says the same. */
  check(diagnostic: Diagnostic, weight: LintSeverity): void {
    const { code, file, line, column, message, hint } = diagnostic;
    const rule = this.rules.find(({ codes }) => codes?.includes(code) === true);
    if (rule !== undefined) {
      const same = this.byLine.get(`${rule.id} ${file} ${line}`);
      if (same !== undefined) {
        this.found.set(same, { ...this.found.get(same)!, code });
        return;
      }
    }
    const id = rule?.id ?? code;
    const severity = this.severityOf(id, rule?.severity ?? weight);
    const place = { file, line, column, endLine: diagnostic.endLine ?? line, endColumn: diagnostic.endColumn ?? column + 1 };
    this.add(id, severity, place, message, hint === undefined ? {} : { hint }, code);
  }

  private add(
    rule: string,
    severity: LintSeverity | null,
    place: Place & { readonly endLine: number; readonly endColumn: number },
    message: string,
    { hint, fix, related = [] }: FindingOptions = {},
    code: string | null = null,
  ): void {
    if (severity === null) return;
    const key = `${rule} ${place.file} ${place.line} ${place.column}`;
    if (this.found.has(key)) return;
    const { file, line, column, endLine, endColumn } = place;
    if (code === null) this.byLine.set(`${rule} ${file} ${line}`, key);
    this.found.set(key, {
      file,
      line,
      column,
      endLine,
      endColumn,
      rule,
      severity,
      message,
      hint: hint ?? null,
      fix: fix ?? null,
      code,
      related,
    });
  }
}
