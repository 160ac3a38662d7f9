import { statSync } from "node:fs";
import { loadConfiguration } from "@turnpike/core";
import { type CommandCall, type CommandOption, UsageError } from "../command.js";
import { configurationFile } from "../configuration.js";
import { isUrl } from "../live.js";
import { selfHostedSettings } from "./self-hosted.js";

/** Options without which no configuration can be read: none says them of itself. */
const BEFORE_CONFIGURATION: ReadonlySet<string> = new Set(["environment", "backend", "secrets"]);

/** The environment variable of an option: `TURNPIKE_TRUST_PROXY` of `--trust-proxy`. */
export const variableOf = (option: string): string => `TURNPIKE_${option.toUpperCase().replaceAll("-", "_")}`;

/** The key of an option in the configuration's `run`: `trustProxy` of `--trust-proxy`; null for one that cannot stand there. */
export const keyOf = (option: string): string | null =>
  BEFORE_CONFIGURATION.has(option) ? null : option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Where a setting was given, and as what. */
interface Given {
  readonly values: readonly string[];
  /** As errors call it. */
  readonly where: string;
}

type Options = Readonly<Record<string, CommandOption>>;

/**
 * A call with what its options leave open taken from elsewhere: from environment variables, then from the `run` of the configuration file. Of
 * each option the first that says anything counts, as a whole.
 * @throws UsageError for a key of `run` that is no option, and for a switch that is neither on nor off
 */
export class RunSettings {
  /** The call with all settings. */
  readonly call: CommandCall;
  /** Settings of API Management's self-hosted gateway that are there and mean nothing here. */
  readonly unused: readonly string[];
  private readonly given = new Map<string, Given>();

  constructor(call: CommandCall, options: Options, env: NodeJS.ProcessEnv = process.env) {
    const foreign = selfHostedSettings(env);
    this.unused = foreign.unused;
    const block = blockOf(call, options);
    for (const [name, option] of Object.entries(options)) {
      if (call.text(name) !== undefined || call.texts(name).length > 0 || call.has(name)) continue;
      // `--json` is an option that says how the log is written.
      if (name === "log" && call.has("json")) continue;
      const given = ofVariable(name, option, env) ?? foreign.settings.get(name) ?? block.get(name);
      if (given !== undefined) this.given.set(name, option.type === "boolean" ? asSwitch(given) : given);
    }
    this.call = {
      ...call,
      text: (name) => call.text(name) ?? this.given.get(name)?.values[0],
      texts: (name) => {
        const texts = call.texts(name);
        return texts.length > 0 ? texts : (this.given.get(name)?.values ?? []);
      },
      has: (name) => call.has(name) || this.given.get(name)?.values[0] === "true",
    };
  }

  /** An error about options that speaks of where they were given. */
  told(error: unknown): unknown {
    if (!(error instanceof UsageError)) return error;
    let { message } = error;
    for (const [name, { where }] of this.given) message = message.replaceAll(`'--${name}'`, `'${where}'`);
    return message === error.message ? error : new UsageError(message, error.hint);
  }
}

function ofVariable(name: string, option: CommandOption, env: NodeJS.ProcessEnv): Given | undefined {
  const where = variableOf(name);
  const text = env[where];
  // Kubernetes gives every pod the address of a service called `turnpike` under this name.
  if (text === undefined || (name === "port" && /^(?:tcp|udp|sctp):\/\//.test(text))) return undefined;
  return { where, values: option.multiple === true ? text.split(",").map((part) => part.trim()) : [text] };
}

/** What the configuration file says in `run`, by the names of options. */
function blockOf(call: CommandCall, options: Options): Map<string, Given> {
  const found = new Map<string, Given>();
  const [config] = call.positionals;
  if (config === undefined || isUrl(config) || statSync(config, { throwIfNoEntry: false }) === undefined) return found;
  const file = configurationFile(config);
  if (file === null || !/\.(?:ya?ml|json)$/i.test(file)) return found;
  const { run } = loadConfiguration(file).data;
  for (const [key, value] of Object.entries(run ?? {})) {
    const name = Object.keys(options).find((option) => keyOf(option) === key);
    if (name === undefined)
      throw new UsageError(`Invalid key 'run.${key}' of ${file}: expected an option of 'turnpike run' in camelCase.`);
    const values = Array.isArray(value) ? value : [value];
    // `admin: true` asks for the option without a value.
    const texts = values.map((item) => (item === true && options[name]!.optionalValue !== undefined ? "" : String(item)));
    if (value !== false || options[name]!.type === "boolean") found.set(name, { where: `run.${key}`, values: texts });
  }
  return found;
}

const SWITCH: Readonly<Record<string, string>> = { true: "true", "1": "true", false: "false", "0": "false" };

function asSwitch({ where, values }: Given): Given {
  const value = SWITCH[values[0]!.toLowerCase()];
  if (value === undefined) throw new UsageError(`Invalid value '${values[0]}' of '${where}': expected true or false.`);
  return { where, values: [value] };
}
