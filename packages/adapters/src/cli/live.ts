import { statSync } from "node:fs";
import { dirname, extname } from "node:path";
import {
  type ConfigurationError,
  type ConfigurationInput,
  type ConfigurationSource,
  fileSource,
  folderSource,
  httpSource,
  type LiveEvent,
  type LiveOptions,
} from "@turnpike/core";
import { isArmAddress } from "../arm/index.js";
import { keyVaultSecrets } from "../azure/index.js";
import { isTemplate } from "../templates/index.js";
import { armSourceAt } from "./arm.js";
import { type CommandCall, type CommandOption, UsageError } from "./command.js";

/** Variables that hold what must not stand on a command line. */
const AUTHORIZATION = "TURNPIKE_CONFIG_AUTHORIZATION";
const KEY = "TURNPIKE_LAST_GOOD_KEY";

/** Options of commands that follow a configuration. */
export const liveOptions: Readonly<Record<string, CommandOption>> = {
  watch: { type: "boolean", short: "w", help: "puts changed files in force; a configuration with errors changes nothing" },
  interval: {
    type: "string",
    value: "SECONDS",
    help: "time between looks at the configuration; default 1 with --watch, 10 for a URL, 60 for an azure:// address",
  },
  "last-good": {
    type: "string",
    value: "FILE",
    help: "keeps the configuration in force there, encrypted, and serves it when CONFIG cannot be had at the start",
  },
};

/** For the help of such commands. */
export const liveDetails: readonly string[] = [
  `CONFIG may also be an http(s) URL of a configuration: it is followed by its ETag. ${AUTHORIZATION} holds the Authorization header for it.`,
  `With --last-good, ${KEY} holds the key of the file (32 characters or more); without it one is made and kept in FILE.key.`,
];

/** Is a configuration named by its URL? */
export function isUrl(config: string): boolean {
  return /^https?:\/\//i.test(config) || isArmAddress(config);
}

/**
 * Where a configuration comes from.
 * @param read makes the configuration of the files as they are
 */
export function sourceAt(config: string, call: CommandCall, read: () => ConfigurationInput): ConfigurationSource {
  if (isArmAddress(config)) return armSourceAt(config, call);
  if (isUrl(config)) {
    const authorization = process.env[AUTHORIZATION];
    return httpSource(config, authorization === undefined ? {} : { headers: { Authorization: authorization } });
  }
  // What a template names stands beside it, or below.
  if (isTemplate(config)) return folderSource(dirname(config), read);
  return isFolder(config) ? folderSource(config, read) : fileSource(config, read);
}

/** What is not there yet is a file if it is called like one. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? extname(path) === "";
}

/**
 * How a configuration is followed, by the options of a call.
 * @throws UsageError if they cannot be used
 */
export function followOptions(call: CommandCall, config: string): Pick<LiveOptions, "interval" | "lastGood"> {
  const file = call.text("last-good");
  const key = process.env[KEY];
  if (file !== undefined && key !== undefined && key.length < 32)
    throw new UsageError(`Invalid ${KEY}: expected at least 32 characters.`);
  const isFollowed = isUrl(config) || call.has("watch") || file !== undefined;
  return {
    interval: isFollowed
      ? intervalOf(call, isArmAddress(config) ? 60 : call.has("watch") && !isUrl(config) ? 1 : 10)
      : Number.POSITIVE_INFINITY,
    ...(file === undefined ? {} : { lastGood: { file, ...(key === undefined ? {} : { key }) } }),
  };
}

function intervalOf(call: CommandCall, initial: number): number {
  const text = call.text("interval") ?? String(initial);
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds < 0.1) throw new UsageError(`Invalid interval '${text}': expected seconds, from 0.1.`);
  return seconds * 1000;
}

/** Key Vault as the host's own Azure identity sees it, asked for only when a configuration refers to it. */
export function hostSecrets(): NonNullable<LiveOptions["secrets"]> {
  let vaults: ReturnType<typeof keyVaultSecrets> | null = null;
  return {
    async resolve(reference, signal) {
      vaults ??= keyVaultSecrets({ source: "default" });
      return vaults.resolve!(reference, signal);
    },
  };
}

/**
 * Tells what happens to the configuration, on standard error. The first one in force is told of by the command itself.
 * @param complain tells what is wrong with one
 */
export function tellOf(
  { output }: CommandCall,
  config: string,
  complain: (error: ConfigurationError) => void,
): (event: LiveEvent) => void {
  let isFirst = true;
  return (event) => {
    switch (event.kind) {
      case "in-force":
        if (event.origin === "last-good")
          output.complain(
            `${config} cannot be put in force: the last good configuration is served, of ${new Date(event.keptAt!).toISOString()}.`,
          );
        else if (!isFirst) output.complain("The configuration was read again and is in force.");
        isFirst = false;
        return;
      case "refused":
        complain(event.error);
        return output.complain("The configuration in force stays.");
      case "unreachable":
        return output.complain(`The configuration cannot be had: ${event.error.message}\nThe configuration in force stays.`);
      case "last-good-failed":
        return output.complain(`The last good configuration: ${event.error.message}`);
    }
  };
}
