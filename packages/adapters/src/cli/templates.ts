import { readFileSync } from "node:fs";
import type { ConfigurationInput } from "@turnpike/core";
import { loadTemplate } from "../templates/index.js";
import { type CommandCall, type CommandOption, UsageError } from "./command.js";

/** Options of commands that read templates. */
export const templateOptions: Readonly<Record<string, CommandOption>> = {
  parameters: {
    type: "string",
    multiple: true,
    value: "FILE|NAME=VALUE",
    help: "of a template: a parameter file, or the value of one parameter; the last one counts",
  },
};

/** For the help of commands that read templates. */
export const templateDetails =
  "CONFIG may also be an ARM template (.json), or a Bicep file where the program 'bicep' is installed: its resources of API Management are read.";

/** The configuration of a template. @throws UsageError if it cannot be read, or a parameter is given wrongly */
export function templateConfiguration(path: string, call: CommandCall): ConfigurationInput {
  const parameters = Object.assign({}, ...call.texts("parameters").map(parametersOf)) as Record<string, unknown>;
  try {
    return loadTemplate(path, { parameters });
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parametersOf(text: string): Record<string, unknown> {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name !== undefined) return { [name]: jsonOf(value!) };
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(text, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new UsageError(`Invalid parameters '${text}': expected a JSON file or NAME=VALUE (${(error as Error).message}).`);
  }
  const { parameters = {} } = (data ?? {}) as { parameters?: unknown };
  const entries = Object.entries((parameters ?? {}) as Record<string, unknown>);
  // A value that stands in a vault is not given.
  return Object.fromEntries(
    entries.flatMap(([key, given]) =>
      typeof given === "object" && given !== null && "value" in given ? [[key, given.value]] : [],
    ),
  );
}

/** Numbers, booleans, lists and objects are written as in JSON; everything else is a text. */
function jsonOf(value: string): unknown {
  if (!/^(?:true$|false$|null$|-?\d+$|\[|\{)/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
