import { ConfigurationError, type ConfigurationSource, type Gateway, type Shadow } from "@turnpike/core";
import { type CommandCall, type CommandOption, UsageError } from "./command.js";
import { complainOf } from "./configuration.js";
import { followOptions } from "./live.js";

/** Options of commands that serve a gateway and may run a second configuration beside the one in force. */
export const shadowOptions: Readonly<Record<string, CommandOption>> = {
  shadow: {
    type: "string",
    value: "CONFIG",
    help: "runs answered requests on another configuration as well, without side effects, and tells what differs: GET /shadow of --admin, and the log",
  },
  "shadow-sample": { type: "string", value: "SHARE", help: "share of requests that it runs, 0.1 or 10%; default 1, all" },
};

/** A second configuration that a call asks for. */
export interface ShadowCall {
  readonly config: string;
  readonly source: ConfigurationSource;
  /** From 0 to 1. */
  readonly sample: number;
  /** Milliseconds between looks at it; infinite where it is not followed. */
  readonly interval: number;
}

/**
 * What a call says of a second configuration; null if it wants none.
 * @param sourceOf where the configuration at a path comes from
 * @throws UsageError if it cannot be used
 */
export function shadowCall(call: CommandCall, sourceOf: (config: string) => ConfigurationSource): ShadowCall | null {
  const config = call.text("shadow");
  const share = call.text("shadow-sample");
  if (config === undefined) {
    if (share !== undefined) throw new UsageError("'--shadow-sample' goes with --shadow CONFIG.");
    return null;
  }
  return { config, source: sourceOf(config), sample: sampleOf(share ?? "1"), interval: followOptions(call, config).interval! };
}

function sampleOf(text: string): number {
  const [, digits, percent] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
  const sample = Number(digits) / (percent === "%" ? 100 : 1);
  if (sample >= 0 && sample <= 1) return sample;
  throw new UsageError(
    `Invalid value '${text}' of '--shadow-sample': expected a share from 0 to 1, or a percentage such as 10%.`,
  );
}

/**
 * Runs a second configuration beside a gateway's own, and follows it where the gateway's own is followed.
 * @returns null if it cannot be had or has errors, which are told
 */
export async function startShadow(
  { config, source, sample, interval }: ShadowCall,
  gateway: Gateway,
  { output }: CommandCall,
): Promise<{ close(): Promise<void> } | null> {
  const reading = new AbortController();
  const complain = (error: unknown): void => {
    if (error instanceof ConfigurationError) complainOf(error.diagnostics, output);
    else output.complain(`${config} cannot be had: ${error instanceof Error ? error.message : String(error)}`);
  };
  let shadow: Shadow<Parameters<Gateway["update"]>[0]>;
  try {
    const configuration = await source.read(reading.signal);
    if (configuration === null) throw new Error("there is no configuration.");
    shadow = await gateway.startShadow({ configuration, sample });
  } catch (error) {
    complain(error);
    output.complain(`The shadow ${config} does not start.`);
    await source.close?.();
    return null;
  }
  complainOf(shadow.diagnostics, output);
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    try {
      const configuration = await source.read(reading.signal);
      if (configuration !== null && !reading.signal.aborted) {
        await shadow.update(configuration);
        output.complain(`The shadow ${config} was read again.`);
      }
    } catch (error) {
      if (reading.signal.aborted) return;
      complain(error);
      output.complain(`The shadow ${config} stays as it was.`);
    }
    plan();
  };
  const plan = (): void => {
    if (reading.signal.aborted || !Number.isFinite(interval)) return;
    timer = setTimeout(() => {
      looking = look();
    }, interval);
    timer.unref();
  };
  plan();
  return {
    async close() {
      reading.abort(new Error("The gateway was closed."));
      if (timer !== null) clearTimeout(timer);
      await looking;
      await source.close?.();
    },
  };
}
