import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, LintOptions, LintRule, RuleSetting } from "@turnpike/core/lint";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { CONFIGURATION_NAMES, isConfiguration, readConfiguration, readingOptions, sourceOf } from "../configuration.js";
import { formatDiagnostic } from "../diagnostics.js";
import { filesOf } from "../files.js";
import { junitOf } from "../lint/junit.js";
import { sarifOf } from "../lint/sarif.js";
import { pathInFolder, settingsOf } from "../lint/settings.js";
import { version } from "../version.js";

const FORMATS = ["pretty", "json", "sarif", "junit"] as const;
type Format = (typeof FORMATS)[number];

/** `turnpike lint`: what check finds, and the rules. */
export const lintCommand: Command = {
  usage: "lint PATH…",
  takesPatterns: true,
  details: [
    "PATH is a policy document or fragment, or a folder: then all *.xml files below it, looked at together. A configuration (gateway.yaml, .json, or a",
    "folder with one) or an APIOps folder is looked at as a whole, with what its scopes inherit from each other.",
    "Exit code 1 if a finding is an error. Rules: docs/reference/lint. A comment <!-- turnpike-ignore ID: reason --> silences one.",
    "A turnpike.lint.yaml in the working folder sets rules, files to ignore, the target, and modules with rules of one's own.",
    "With --json, one object a line: file, line, column, endLine, endColumn, rule, severity, message, hint, fix, code, related.",
  ],
  options: {
    target: { type: "string", value: "NAME", help: "the gateway: classic, v2, consumption, self-hosted or workspace" },
    format: { type: "string", value: "NAME", help: "pretty (default), json, sarif or junit" },
    fix: { type: "boolean", help: "mends what can be mended without changing what runs, and tells the rest" },
    rule: { type: "string", multiple: true, value: "ID=SEVERITY", help: "sets a rule: off, info, warning or error" },
    scope: { type: "string", value: "NAME", help: "what single documents are: global, workspace, product, api or operation" },
    config: { type: "string", value: "FILE", help: "settings instead of turnpike.lint.yaml" },
    ...readingOptions,
  },
  async run(call) {
    if (call.positionals.length === 0) throw new UsageError("'lint' needs a file or folder.", "Example: turnpike lint policies/");
    const format: Format = call.has("json") ? "json" : (oneOf(call, "format", FORMATS) ?? "pretty");
    const { findings, files, rules } = await lintPaths(call, call.positionals);
    print(call, format, findings, files, rules);
    return findings.some((finding) => finding.severity === "error") ? 1 : 0;
  },
};

/** What was found in paths, the files that were looked at alone, and the rules. */
export interface Linted {
  readonly findings: readonly Finding[];
  readonly files: readonly string[];
  readonly rules: readonly LintRule[];
}

/** Looks at paths as `turnpike lint` does, with the call's options and the settings of the working folder. */
export async function lintPaths(call: CommandCall, paths: readonly string[]): Promise<Linted> {
  const lint = await import("@turnpike/core/lint");
  const { settings, folder, rules } = await settingsOf(call);
  const known = new Set([...lint.lintRules, ...rules].map((rule) => rule.id));
  for (const id of Object.keys(settings.rules ?? {})) knownRule(id, known, "turnpike.lint.yaml");
  const options: LintOptions = {
    target: oneOf(call, "target", lint.lintTargets) ?? settings.target ?? null,
    scope: oneOf(call, "scope", ["global", "workspace", "product", "api", "operation"] as const) ?? settings.scope ?? null,
    settings: { ...settings.rules, ...rulesGiven(call, known) },
    rules,
    policies: call.policies,
  };
  const isKept = (file: string): boolean => !lint.isIgnored(pathInFolder(file, folder), settings.ignore ?? []);
  for (const { rule, package: name } of lint.unjudgedRules())
    if (options.settings![rule] !== "off")
      call.output.complain(`${rule} is not judged: the package '${name}' is not installed. Install it, or set the rule to off.`);
  const configurations = paths.filter(isWhole);
  const rest = paths.filter((path) => !configurations.includes(path));
  const files = rest.length === 0 ? [] : filesOf(rest, ".xml").filter(isKept);
  const look = async (): Promise<readonly Finding[]> => {
    const documents = files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
    const findings = [...lint.lintDocuments(documents, options)];
    for (const path of configurations)
      findings.push(...(await lint.lintConfiguration(await readConfiguration(path, call), options)));
    return findings.filter((finding) => isKept(finding.file));
  };
  let findings = await look();
  // A fix may make room for another that overlapped it.
  for (let round = 0; call.has("fix") && round < MOST_ROUNDS && mend(findings, lint.applyFixes); round++) findings = await look();
  return { findings, files, rules: [...lint.lintRules, ...rules] };
}

const MOST_ROUNDS = 5;

/** @returns whether a file was changed */
function mend(
  findings: readonly Finding[],
  applyFixes: (text: string, file: string, findings: readonly Finding[]) => { readonly text: string; readonly count: number },
): boolean {
  let isChanged = false;
  for (const file of new Set(findings.filter((finding) => finding.fix !== null).map((finding) => finding.file))) {
    const before = readFileSync(file, "utf8");
    const { text, count } = applyFixes(
      before,
      file,
      findings.filter((finding) => finding.file === file),
    );
    if (count === 0 || text === before) continue;
    writeFileSync(file, text);
    isChanged = true;
  }
  return isChanged;
}

function isWhole(path: string): boolean {
  if (isConfiguration(path)) return true;
  return statSync(path).isDirectory() && CONFIGURATION_NAMES.some((name) => existsSync(join(path, name)));
}

function print(
  { output }: CommandCall,
  format: Format,
  findings: readonly Finding[],
  files: readonly string[],
  rules: readonly LintRule[],
): void {
  switch (format) {
    case "json":
      for (const finding of findings) output.print(JSON.stringify(finding));
      return;
    case "sarif":
      return output.print(JSON.stringify(sarifOf(findings, rules, version(), process.cwd()), null, 2));
    case "junit":
      return output.print(junitOf(findings, files));
    default:
      for (const { hint, rule, ...finding } of findings) {
        const shown = { ...finding, code: rule, ...(hint === null ? {} : { hint }) };
        output.print(`${formatDiagnostic(shown, sourceOf(finding.file), output.stdout)}\n`);
      }
      output.print(summary(findings));
  }
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding["severity"]): number => findings.filter((finding) => finding.severity === severity).length;
  const fixable = findings.filter((finding) => finding.fix !== null).length;
  const counts = `${count("error")} errors, ${count("warning")} warnings, ${count("info")} hints.`;
  return fixable === 0 ? counts : `${counts} ${fixable} can be mended by --fix.`;
}

const SETTINGS: readonly RuleSetting[] = ["off", "info", "warning", "error"];

function rulesGiven(call: CommandCall, known: ReadonlySet<string>): Record<string, RuleSetting> {
  const settings: Record<string, RuleSetting> = {};
  for (const text of call.texts("rule")) {
    const [id, value] = text.split("=") as [string, string | undefined];
    const setting = SETTINGS.find((candidate) => candidate === value);
    if (setting === undefined) throw new UsageError(`Invalid value '${text}' of '--rule': expected ID=${SETTINGS.join("|")}.`);
    knownRule(id, known, "--rule");
    settings[id] = setting;
  }
  return settings;
}

function knownRule(id: string, known: ReadonlySet<string>, where: string): void {
  if (!known.has(id) && !/^(?:TP|CS)\d{4}$/.test(id))
    throw new UsageError(`There is no rule '${id}', which ${where} names.`, "Rules: docs/reference/lint.");
}

function oneOf<T extends string>(call: CommandCall, name: string, values: readonly T[]): T | undefined {
  const given = call.text(name);
  if (given === undefined) return undefined;
  const value = values.find((candidate) => candidate === given);
  if (value === undefined) throw new UsageError(`Invalid value '${given}' of '--${name}': expected ${values.join(", ")}.`);
  return value;
}
