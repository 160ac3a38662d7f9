import type { LiveGateway } from "@turnpike/core";
import { consoleHandler } from "../../console/index.js";
import { type CommandCall, UsageError } from "../command.js";
import { type AdminAddress, serveAdmin } from "./listener.js";
import { isLoopback } from "./operator-key.js";

const DEFAULT_PLACE: AdminAddress = { host: "127.0.0.1", port: 9465 };

/** What `--console` looks like with a value: `read`, `write`, an address, or a mode and an address. */
export const CONSOLE_VALUE = /^(?:(?:read|write)(?:,\S+)?|(?:\S+:)?\d{1,5})$/;

/** What `--console` asks for. */
export interface ConsoleCall extends AdminAddress {
  readonly readOnly: boolean;
}

/**
 * Where the console is to listen, and what it may do; null without `--console`.
 * @throws UsageError for a value that says neither, and for one that may send where others reach it
 */
export function consoleCall(call: CommandCall): ConsoleCall | null {
  const given = call.text("console");
  if (given === undefined) return null;
  const [, mode, place] = /^(read|write)?(?:(?:^|,)(.+))?$/.exec(given) ?? [];
  const address = place === undefined ? DEFAULT_PLACE : addressOf(place);
  if (address === null || (given !== "" && mode === undefined && place === undefined))
    throw new UsageError(
      `Invalid value '${given}' of '--console': expected read or write, HOST:PORT, or both with a comma between.`,
    );
  const readOnly = mode !== "write";
  if (!readOnly && !isLoopback(address.host))
    throw new UsageError(
      `'--console' lets nobody send requests from other machines: ${address.host} is no loopback address.`,
      "Mount consoleHandler behind a login of your own, or leave 'write' out.",
    );
  return { ...address, readOnly };
}

function addressOf(text: string): AdminAddress | null {
  const match = /^(?:(?<host>\[[\da-f:]+\]|[^:\s,]+):)?(?<port>\d{1,5})$/i.exec(text);
  const port = match === null ? Number.NaN : Number(match.groups!["port"]);
  if (!(port <= 65_535)) return null;
  return { host: (match!.groups!["host"] ?? DEFAULT_PLACE.host).replace(/^\[|\]$/g, ""), port };
}

/** Serves the console of a gateway on a listener of its own. */
export async function serveConsole(
  { readOnly, ...place }: ConsoleCall,
  live: LiveGateway,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const handler = consoleHandler(live.gateway, { readOnly, source: () => live.status() });
  try {
    const listener = await serveAdmin(place, handler, "--console");
    return {
      url: listener.url,
      async close() {
        handler.close();
        await listener.close();
      },
    };
  } catch (error) {
    handler.close();
    throw error;
  }
}
