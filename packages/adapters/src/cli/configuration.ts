import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type ConfigurationInput, type Diagnostic, loadConfiguration } from "@turnpike/core";
import { isApiOpsFolder, loadApiOps } from "../apiops/index.js";
import { isArmAddress } from "../arm/index.js";
import { isTemplate } from "../templates/index.js";
import { armConfiguration, armDetails, armOptions } from "./arm.js";
import { type CommandCall, type CommandOption, type Output, UsageError } from "./command.js";
import { formatDiagnostic } from "./diagnostics.js";
import { templateConfiguration, templateDetails, templateOptions } from "./templates.js";

/** What a folder's configuration file may be called. */
export const CONFIGURATION_NAMES: readonly string[] = ["gateway.yaml", "gateway.yml", "gateway.json"];

/** Options of commands that read a configuration. */
export const configurationOptions: Readonly<Record<string, CommandOption>> = {
  environment: {
    type: "string",
    short: "e",
    value: "NAME",
    help: "of an APIOps folder: the environment (configuration.NAME.yaml) that goes over it",
  },
};

/** Options of commands that read a configuration once, of a running instance too. */
export const readingOptions: Readonly<Record<string, CommandOption>> = {
  ...configurationOptions,
  ...armOptions,
  ...templateOptions,
};

/** For the help of commands that read a configuration. */
export const configurationDetails =
  "CONFIG is a configuration (gateway.yaml, .json), a folder with one, or a folder that the APIOps extractor has written.";

/** For the help of commands that read a running instance too. */
export const readingDetails: readonly string[] = [configurationDetails, armDetails, templateDetails];

/**
 * The configuration at a path that has to be there, or of a running instance. Rejects with an Error if the instance cannot be read.
 * @throws what {@link knownConfiguration} throws
 */
export async function readConfiguration(path: string, call: CommandCall): Promise<ConfigurationInput> {
  return isArmAddress(path) ? armConfiguration(path, call) : knownConfiguration(path, call);
}

/** The configuration at a path that has to be there. */
export function knownConfiguration(path: string, call: CommandCall): ConfigurationInput {
  // Throws for a path that leads nowhere, which the command tells as a wrong call.
  statSync(path);
  return configurationAt(path, call);
}

/**
 * The configuration at a path. A file that is not there is an error among its findings.
 * @throws UsageError for a folder that holds none
 */
export function configurationAt(path: string, call: CommandCall): ConfigurationInput {
  const environment = call.text("environment");
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    const file = configurationFile(path);
    if (file !== null) return configurationAt(file, call);
    if (isApiOpsFolder(path)) return loadApiOps(path, environment === undefined ? {} : { environment });
    throw new UsageError(
      `${path} holds no configuration.`,
      `It is neither an APIOps folder nor has it a file ${CONFIGURATION_NAMES.join(", ")}.`,
    );
  }
  if (isTemplate(path)) return templateConfiguration(path, call);
  if (environment !== undefined) throw new UsageError("'--environment' goes with an APIOps folder.");
  return loadConfiguration(path);
}

/** The file that a configuration at a path stands in; null for an APIOps folder, which is many. */
export function configurationFile(path: string): string | null {
  if (!statSync(path).isDirectory()) return path;
  return CONFIGURATION_NAMES.map((name) => join(path, name)).find((candidate) => existsSync(candidate)) ?? null;
}

/** Is there a configuration at a path, and not just documents? */
export function isConfiguration(path: string): boolean {
  if (isArmAddress(path)) return true;
  return statSync(path).isDirectory() ? isApiOpsFolder(path) : /\.(?:ya?ml|json|bicep)$/i.test(path);
}

/** Prints findings on standard error, as people read them. */
export function complainOf(diagnostics: readonly Diagnostic[], output: Output): void {
  for (const diagnostic of diagnostics) output.complain(formatDiagnostic(diagnostic, sourceOf(diagnostic.file), output.stderr));
}

/** The text of a file that a finding speaks of; null if it cannot be read. */
export function sourceOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
