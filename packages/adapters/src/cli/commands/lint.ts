import { readFileSync } from "node:fs";
import type { Finding, RuleSetting } from "@turnpike/core/lint";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { configurationAt, configurationOptions, isConfiguration } from "../configuration.js";
import { filesOf } from "../files.js";

/** `turnpike lint`: what check finds, and the rules. */
export const lintCommand: Command = {
  name: "lint",
  usage: "lint PATH…",
  summary: "finds what is likely wrong or unsafe in documents and configurations",
  details: [
    "PATH is a policy document or fragment, or a folder: then all *.xml files below it, looked at together. A configuration (gateway.yaml, .json) or an",
    "APIOps folder is looked at as a whole, with what its scopes inherit from each other.",
    "Exit code 1 if a finding is an error. Rules: docs/reference/lint. A comment <!-- turnpike-ignore ID: reason --> silences one.",
    "With --json, one object a line: file, line, column, endLine, endColumn, rule, severity, message, hint, fix, code, related.",
  ],
  options: {
    target: { type: "string", value: "NAME", help: "the gateway: classic, v2, consumption, self-hosted or workspace" },
    rule: { type: "string", multiple: true, value: "ID=SEVERITY", help: "sets a rule: off, info, warning or error" },
    scope: { type: "string", value: "NAME", help: "what single documents are: global, workspace, product, api or operation" },
    ...configurationOptions,
  },
  async run(call) {
    if (call.positionals.length === 0) throw new UsageError("'lint' needs a file or folder.", "Example: turnpike lint policies/");
    const lint = await import("@turnpike/core/lint");
    const target = oneOf(call, "target", lint.lintTargets);
    const scope = oneOf(call, "scope", ["global", "workspace", "product", "api", "operation"] as const);
    const settings = settingsOf(call, new Set(lint.lintRules.map((one) => one.id)));
    const options = { target: target ?? null, scope: scope ?? null, settings };
    const configurations = call.positionals.filter(isConfiguration);
    const rest = call.positionals.filter((path) => !configurations.includes(path));
    const findings: Finding[] = [];
    if (rest.length > 0) {
      const documents = filesOf(rest, ".xml").map((file) => ({ file, text: readFileSync(file, "utf8") }));
      findings.push(...lint.lintDocuments(documents, options));
    }
    for (const path of configurations) findings.push(...(await lint.lintConfiguration(configurationAt(path, call), options)));
    for (const one of findings) call.output.print(call.has("json") ? JSON.stringify(one) : pretty(one));
    return findings.some((one) => one.severity === "error") ? 1 : 0;
  },
};

function pretty({ file, line, column, severity, rule, message }: Finding): string {
  return `${file}:${line}:${column} ${severity} ${rule} ${message}`;
}

const SETTINGS: readonly RuleSetting[] = ["off", "info", "warning", "error"];

function settingsOf(call: CommandCall, known: ReadonlySet<string>): Record<string, RuleSetting> {
  const settings: Record<string, RuleSetting> = {};
  for (const text of call.texts("rule")) {
    const [id, value] = text.split("=") as [string, string | undefined];
    const setting = SETTINGS.find((one) => one === value);
    if (setting === undefined) throw new UsageError(`'--rule ${text}' sets nothing.`, `Write ID=${SETTINGS.join("|")}.`);
    if (!known.has(id) && !/^(?:TP|CS)\d{4}$/.test(id)) throw new UsageError(`There is no rule '${id}'.`);
    settings[id] = setting;
  }
  return settings;
}

function oneOf<T extends string>(call: CommandCall, name: string, values: readonly T[]): T | undefined {
  const given = call.text(name);
  if (given === undefined) return undefined;
  const value = values.find((one) => one === given);
  if (value === undefined) throw new UsageError(`There is no ${name} '${given}'.`, `Known: ${values.join(", ")}.`);
  return value;
}
