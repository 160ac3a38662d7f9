import type { ConfigurationInput, ConfigurationSource } from "@turnpike/core";
import {
  type ArmService,
  type ArmSourceOptions,
  armSource,
  isArmAddress,
  loadArm,
  parseArmAddress,
  pullArm,
} from "../arm/index.js";
import { type CommandCall, type CommandOption, UsageError } from "./command.js";

/** Options of commands that read a running instance. */
export const armOptions: Readonly<Record<string, CommandOption>> = {
  secrets: {
    type: "boolean",
    help: "of an azure:// address: asks for values of secret named values and keys of subscriptions too",
  },
};

/** For the help of such commands. */
export const armDetails =
  "azure://SUBSCRIPTION/GROUP/SERVICE[/gateways/NAME] is a running API Management instance, read with the host's Azure identity (package @azure/identity).";

/** The variable for another cloud's address of Azure Resource Manager. */
const ENDPOINT = "TURNPIKE_ARM_ENDPOINT";

/** The instance as it is now. @throws UsageError for an address that is none, or an instance that cannot be read */
export async function armConfiguration(address: string, call: CommandCall): Promise<ConfigurationInput> {
  try {
    return await reached(address, (service) => loadArm(service, optionsOf(call)));
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error)) throw error;
    throw new UsageError(`The instance cannot be read: ${error.message}`);
  }
}

/** Follows the instance. @throws UsageError for an address that is none */
export function armSourceAt(address: string, call: CommandCall): ConfigurationSource {
  return reached(address, (service) => armSource(service, optionsOf(call)));
}

/** What the instance holds, as files. @throws UsageError for an address that is none */
export function armFiles(address: string, call: CommandCall): ReturnType<typeof pullArm> {
  if (!isArmAddress(address)) throw new UsageError(`Invalid address '${address}': expected azure://SUBSCRIPTION/GROUP/SERVICE.`);
  return reached(address, (service) => pullArm(service, optionsOf(call)));
}

function optionsOf(call: CommandCall): ArmSourceOptions {
  const endpoint = process.env[ENDPOINT];
  return { source: "default", secrets: call.has("secrets"), ...(endpoint === undefined ? {} : { endpoint }) };
}

function reached<T>(address: string, work: (service: ArmService) => T): T {
  try {
    return work(parseArmAddress(address));
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
