import type { ConfigurationError, Diagnostic } from "../diagnostics/diagnostic.js";
import type { Gateway } from "../gateway.js";
import type { GatewayOptions } from "../gateway-options.js";
import type { LastGoodOptions } from "./last-good.js";

/** How a live gateway follows its source. */
export interface LiveOptions extends GatewayOptions {
  /** Milliseconds between looks at the source. Default 10 seconds; `Infinity`: only when told to. */
  readonly interval?: number;
  /** Milliseconds between looks at most, while the source cannot be had: the time doubles with each failure. Default 5 minutes. */
  readonly longestInterval?: number;
  /** Keeps the configuration in force on disk, encrypted, for a restart while the source cannot be had. Default: it is not kept. */
  readonly lastGood?: LastGoodOptions;
  /** Told of everything that happens, in place of the log. What it throws is logged. */
  observe?(event: LiveEvent): void;
}

/** What happened to a live gateway's configuration. */
export type LiveEvent =
  /** A configuration has come into force: the source's, or the one that was kept (at `keptAt`, milliseconds since the epoch). */
  | { readonly kind: "in-force"; readonly origin: "source" | "last-good"; readonly keptAt: number | null }
  /** The source gave a configuration with errors. The one in force stays. */
  | { readonly kind: "refused"; readonly error: ConfigurationError }
  /** The source could not be had. The configuration in force stays. */
  | { readonly kind: "unreachable"; readonly error: Error }
  /** The last good configuration could not be written, or not be read at the start. What is in force is in force all the same. */
  | { readonly kind: "last-good-failed"; readonly error: Error };

/** How a live gateway's configuration is. */
export interface LiveStatus {
  /** The source's name. */
  readonly source: string;
  /** Where the configuration in force comes from. */
  readonly origin: "source" | "last-good";
  /** When it came into force, in milliseconds since the epoch. */
  readonly since: number;
  /** Of one that was kept: when it was kept. */
  readonly keptAt: number | null;
  /** What was wrong at the last look; null if nothing was. */
  readonly problem: { readonly message: string; readonly diagnostics: readonly Diagnostic[] } | null;
}

/** A gateway whose configuration follows a source. */
export interface LiveGateway {
  readonly gateway: Gateway;
  status(): LiveStatus;
  /** Looks at the source now. Never rejects: what is wrong is in the status, the log and the events. */
  look(): Promise<void>;
  /** Ends looking, and closes the gateway (with what {@link Gateway.close} takes) and the source. */
  close(options?: Parameters<Gateway["close"]>[0]): Promise<void>;
}
