import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { LintRule, LintSettings } from "@turnpike/core/lint";
import { type CommandCall, UsageError } from "../command.js";
import { formatDiagnostic } from "../diagnostics.js";

const NAMES = ["turnpike.lint.yaml", "turnpike.lint.yml"];

/** What the settings file says, with the rules of its modules. */
export interface LoadedSettings {
  readonly settings: LintSettings;
  /** The folder that its paths are relative to. */
  readonly folder: string;
  readonly rules: readonly LintRule[];
}

/**
 * The settings of a call: of `--config FILE`, or of a `turnpike.lint.yaml` in the working folder; without one, none.
 * @throws UsageError for a file that cannot be used
 */
export async function settingsOf(call: CommandCall): Promise<LoadedSettings> {
  const given = call.text("config");
  const file = given ?? NAMES.find((name) => existsSync(name));
  if (file === undefined) return { settings: {}, folder: process.cwd(), rules: [] };
  const { readLintSettings } = await import("@turnpike/core/lint");
  const text = readFileSync(file, "utf8");
  const { settings, diagnostics } = readLintSettings(text, file);
  if (diagnostics.length > 0)
    throw new UsageError(
      `${file} cannot be used.`,
      diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, text)).join("\n"),
    );
  const folder = dirname(resolve(file));
  const rules = await Promise.all((settings.modules ?? []).map((module) => rulesOf(module, folder)));
  return { settings, folder, rules: rules.flat() };
}

/** The rules that a module exports, by whatever names. */
async function rulesOf(module: string, folder: string): Promise<readonly LintRule[]> {
  const file = resolve(folder, module);
  let loaded: Record<string, unknown>;
  try {
    loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isTypeScript = (error as { code?: unknown }).code === "ERR_UNKNOWN_FILE_EXTENSION";
    throw new UsageError(
      `The rules of ${module} cannot be loaded: ${why}`,
      isTypeScript ? "This Node.js runs no TypeScript: compile the module, or use Node.js 22.18 or later." : undefined,
    );
  }
  const rules = Object.values(loaded).flat().filter(isRule);
  if (rules.length === 0) throw new UsageError(`${module} exports no rule.`, "Export what defineRule gives.");
  return rules;
}

function isRule(value: unknown): value is LintRule {
  if (typeof value !== "object" || value === null) return false;
  const { id, severity, summary } = value as Partial<LintRule>;
  return typeof id === "string" && typeof severity === "string" && typeof summary === "string";
}

/** A file's path as the patterns of the settings mean it. */
export function pathInFolder(file: string, folder: string): string {
  return relative(folder, resolve(file)).split(sep).join("/");
}
