import { type BuiltConfiguration, buildConfiguration } from "../config/build/build.js";
import { LoadedConfiguration } from "../config/source.js";
import { ConfigurationError, type Diagnostic } from "../diagnostics/diagnostic.js";
import { checkDocument } from "../explain/check.js";
import { outsideForLooking, toolsForLooking } from "../explain/check-configuration.js";
import type { ConfigurationInput } from "../gateway-options.js";
import type { PolicyDocument } from "../model/model.js";
import type { PolicyDefinition } from "../policy/define.js";
import type { ScopeName } from "../policy/sections.js";
import { compileSnapshot } from "../snapshot/snapshot.js";
import { keyUses } from "./code.js";
import type { Finding, LintSeverity, RuleSetting } from "./finding.js";
import { projectOfConfiguration, projectOfDocuments } from "./gather.js";
import type { Project } from "./project.js";
import { Reporter } from "./reporter.js";
import type { LintRule } from "./rule.js";
import { lintRules } from "./rules/index.js";
import { silencesNothing, silencesWithoutReason } from "./rules/unused-ignore.js";
import { isSilenced, silencesOf } from "./silence.js";
import type { LintTarget } from "./target.js";

/** How documents are looked at. */
export interface LintOptions {
  /** The gateway that they are meant for: some rules need to know. */
  readonly target?: LintTarget | null;
  /** What single documents are taken for. Default: API scope; global where one forwards and holds no `<base />`. */
  readonly scope?: ScopeName | null;
  /** Rules by id, and what they are set to. */
  readonly settings?: Readonly<Record<string, RuleSetting>>;
  /** Rules beside the built-in ones. */
  readonly rules?: readonly LintRule[];
  /** Policies beside the built-in ones. */
  readonly policies?: readonly PolicyDefinition[];
}

/** What only says that a document is looked at without what belongs to it. */
const NOT_GIVEN = new Set(["TP2013", "TP2014"]);
/** Values from outside that need not be there where documents are looked at. */
const OUTSIDE = new Set(["TP3006", "TP3011"]);

/** Looks at documents without their configuration, all together. Never throws. */
export function lintDocuments(documents: readonly PolicyDocument[], options: LintOptions = {}): readonly Finding[] {
  const project = projectOfDocuments(documents, options.scope ?? null, options.target ?? null);
  const policies = options.policies === undefined ? {} : { policies: options.policies };
  const checked = documents.flatMap(({ text, file, origin }) => [
    ...checkDocument(text, { file, ...policies, ...(origin === undefined ? {} : { origin }) }).diagnostics,
  ]);
  const notGiven = new Set<string>();
  const kept = checked.filter((diagnostic) => {
    if (!NOT_GIVEN.has(diagnostic.code)) return true;
    const key = `${diagnostic.file} ${diagnostic.message}`;
    return !notGiven.has(key) && notGiven.add(key);
  });
  return run(project, kept, ({ code, severity }) => (NOT_GIVEN.has(code) ? "info" : severity), options);
}

/** Looks at a configuration and all its documents. Nothing is called on the way. */
export async function lintConfiguration(
  configuration: ConfigurationInput,
  options: LintOptions = {},
): Promise<readonly Finding[]> {
  const loaded =
    configuration instanceof LoadedConfiguration ? configuration : LoadedConfiguration.fromObject(configuration, process.cwd());
  const { built, diagnostics } = await compiled(loaded, options.policies ?? []);
  const project =
    built === null
      ? projectOfDocuments([], null, options.target ?? null)
      : projectOfConfiguration(loaded, built, options.target ?? null);
  return run(project, diagnostics, ({ code, severity }) => (OUTSIDE.has(code) ? "warning" : severity), options);
}

async function compiled(
  loaded: LoadedConfiguration,
  policies: readonly PolicyDefinition[],
): Promise<{ readonly built: BuiltConfiguration | null; readonly diagnostics: readonly Diagnostic[] }> {
  const outside = await outsideForLooking(loaded);
  try {
    const snapshot = await compileSnapshot(loaded, toolsForLooking(policies), outside);
    return { built: snapshot.built, diagnostics: snapshot.warnings };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const isReadable = !loaded.diagnostics.some(({ severity }) => severity === "error");
    return { built: isReadable ? buildConfiguration(loaded.fresh(), outside) : null, diagnostics: error.diagnostics };
  }
}

function run(
  project: Project,
  diagnostics: readonly Diagnostic[],
  weightOf: (diagnostic: Diagnostic) => LintSeverity,
  options: LintOptions,
): readonly Finding[] {
  const rules = [...lintRules, ...(options.rules ?? [])];
  const reporter = new Reporter(options.settings ?? {}, rules);
  for (const rule of rules) if (reporter.severityOf(rule.id, rule.severity) !== null) apply(rule, project, reporter);
  const sure = surelySet(project, diagnostics);
  for (const diagnostic of diagnostics)
    if (diagnostic.code !== MAY_BE_NULL || !sure.has(`${diagnostic.file}:${diagnostic.line}:${diagnostic.column}`))
      reporter.check(diagnostic, weightOf(diagnostic));
  return ordered(silenced(reporter, project, rules));
}

/** The code of values that are null where a dictionary has no such key. */
const MAY_BE_NULL = "TP1303";

/** Where variables are read that are set on every way there: `check` sees single expressions only. */
function surelySet({ pipelines }: Project, diagnostics: readonly Diagnostic[]): ReadonlySet<string> {
  const places = new Set<string>();
  if (!diagnostics.some(({ code }) => code === MAY_BE_NULL)) return places;
  for (const { steps } of pipelines)
    for (const { element, state } of steps)
      for (const code of element.codes())
        for (const { path, key, use } of keyUses(code)) {
          if (path !== "context.Variables" || state.variables.get(key)?.always !== true) continue;
          const { file, line, column } = element.document.source.place(code.span(use).start);
          places.add(`${file}:${line}:${column}`);
        }
  return places;
}

function apply(rule: LintRule, project: Project, reporter: Reporter): void {
  if (rule.needs === "configuration" && project.configuration === null) return;
  if (rule.needs === "target" && project.target === null) return;
  const context = reporter.contextOf(rule, project);
  if (rule.document !== undefined || rule.element !== undefined || rule.expression !== undefined)
    for (const document of project.documents) {
      rule.document?.(document, context);
      if (rule.element !== undefined || rule.expression !== undefined)
        for (const element of document.elements()) {
          rule.element?.(element, context);
          if (rule.expression !== undefined) for (const code of element.codes()) rule.expression(code, element, context);
        }
    }
  if (rule.pipeline !== undefined) for (const pipeline of project.pipelines) rule.pipeline(pipeline, context);
  rule.project?.(project, context);
}

/** Takes away what comments silence, and adds the comments that silence nothing. */
function silenced(reporter: Reporter, project: Project, rules: readonly LintRule[]): readonly Finding[] {
  const silences = project.documents.flatMap((document) => [...silencesOf(document)]);
  if (silences.length === 0) return reporter.findings;
  const used = new Set<object>();
  const kept = reporter.findings.filter((finding) => {
    const by = silences.filter((silence) => isSilenced(finding, silence));
    for (const silence of by) used.add(silence);
    return by.length === 0;
  });
  const rule = rules.find(({ id }) => id === "unused-ignore")!;
  const extra = new Reporter({}, rules);
  const severity = reporter.severityOf(rule.id, rule.severity);
  if (severity === null) return kept;
  const context = extra.contextOf({ ...rule, severity }, project);
  for (const silence of silences) {
    if (used.has(silence)) continue;
    const names = silence.rules.join(", ");
    if (silence.reason === "")
      context.report(silence.document, silence.span, silencesWithoutReason.message, { hint: silencesWithoutReason.hint(names) });
    else context.report(silence.document, silence.span, silencesNothing(names));
  }
  return [...kept, ...extra.findings];
}

function ordered(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}
