import { statSync } from "node:fs";
import type { Server } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import type { GatewayErrors, GatewayTelemetry, Logger, TraceOptions } from "@turnpike/core";
import { type GatewayMetrics, gatewayMetrics } from "../../admin/index.js";
import type { TrustedProxies } from "../../node/index.js";
import { type OnUnavailable, type RedisStore, redisStore } from "../../redis/index.js";
import type { SinkPlace } from "../../sinks/index.js";
import { isTrusted } from "../../wire/forwarded.js";
import { type CommandCall, UsageError } from "../command.js";
import { traceKey } from "../commands/debug-token.js";
import { isUrl } from "../live.js";

/** The port that `turnpike run` listens on unless it is told another. */
export const DEFAULT_PORT = 8080;

/** Which traces are kept, and what opens them to callers. @throws UsageError for a share that is none */
export function traceOptionsOf(call: CommandCall): TraceOptions {
  const key = traceKey();
  const text = call.text("trace-sample") ?? "0";
  const percent = /^\d{1,3}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(percent <= 100))
    throw new UsageError(`Invalid value '${text}' of '--trace-sample': expected a percentage from 0 to 100.`);
  return { ...(key === undefined ? {} : { key }), sample: percent / 100, onError: call.has("trace-on-error"), ...recordOf(call) };
}

/** Without the option it is for each door to traces to say. */
function recordOf(call: CommandCall): Pick<TraceOptions, "record"> {
  return call.has("trace-record") ? { record: true } : {};
}

/** The port to listen on; 0 for any that is free. @throws UsageError for a number that is no port */
export function portOf(call: CommandCall): number {
  const text = call.text("port") ?? process.env["PORT"] ?? String(DEFAULT_PORT);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`Invalid port '${text}': expected 0 to 65535.`);
  return port;
}

/** The statuses of calls that fail; undefined where the configuration decides. @throws UsageError for another word */
export function gatewayErrorsOf(call: CommandCall): GatewayErrors | undefined {
  const text = call.text("gateway-errors");
  if (text === undefined || text === "turnpike" || text === "apim") return text;
  throw new UsageError(`Invalid value '${text}' of '--gateway-errors': expected turnpike or apim.`);
}

/** The scheme that callers use; undefined: as they come. @throws UsageError for another word */
export function schemeOf(call: CommandCall): "http" | "https" | undefined {
  const text = call.text("scheme");
  if (text === undefined || text === "http" || text === "https") return text;
  throw new UsageError(`Invalid value '${text}' of '--scheme': expected http or https.`);
}

/** The header in which trusted proxies say who called. @throws UsageError for another, and where no proxy is trusted */
export function forwardedHeaderOf(call: CommandCall): "x-forwarded" | "forwarded" {
  const text = call.text("forwarded-header") ?? "x-forwarded";
  if (text !== "x-forwarded" && text !== "forwarded")
    throw new UsageError(`Invalid value '${text}' of '--forwarded-header': expected x-forwarded or forwarded.`);
  if (text === "forwarded" && call.text("trust-proxy") === undefined)
    throw new UsageError("'--forwarded-header' needs '--trust-proxy'.");
  return text;
}

/** The proxies that are believed; undefined: none. @throws UsageError for what is neither an address nor a network */
export function proxiesOf(call: CommandCall): TrustedProxies | undefined {
  const text = call.text("trust-proxy");
  if (text === undefined || text === "all") return text === undefined ? undefined : true;
  const proxies = text.split(",").map((address) => address.trim());
  try {
    isTrusted(proxies);
  } catch {
    throw new UsageError(`Invalid value '${text}' of '--trust-proxy': expected addresses and networks, or 'all'.`);
  }
  return proxies;
}

/** Whether encoded slashes are taken; undefined where the configuration decides. @throws UsageError for another word */
export function pathEncodingOf(call: CommandCall): "plain" | "strict" | undefined {
  const text = call.text("path-encoding");
  if (text === undefined || text === "plain" || text === "strict") return text;
  throw new UsageError(`Invalid value '${text}' of '--path-encoding': expected plain or strict.`);
}

/** Units of work that taking one body apart may cost; undefined for the default. @throws UsageError for what is no number */
export function bodyWorkOf(call: CommandCall): number | undefined {
  const text = call.text("body-work");
  if (text === undefined || /^[1-9]\d{0,11}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`Invalid value '${text}' of '--body-work': expected a number of units from 1.`);
}

/** Metrics for the admin listener. */
export function metricsOf(): GatewayMetrics {
  try {
    return gatewayMetrics({ process: true });
  } catch (error) {
    throw new UsageError(`'--admin' does not work: ${(error as Error).message}`);
  }
}

/** Files of loggers are looked for beside the configuration that names them. */
export function folderOf(config: string): string {
  const stat = statSync(config, { throwIfNoEntry: false });
  return stat?.isDirectory() === true ? config : dirname(config);
}

/** Where `--events` sends the messages of loggers. */
export function eventPlaces(texts: readonly string[]): {
  readonly all?: SinkPlace;
  readonly routes: Readonly<Record<string, SinkPlace>>;
} {
  let all: SinkPlace | undefined;
  const routes: Record<string, SinkPlace> = {};
  for (const text of texts) {
    const named = /^([\w-]{1,256})=(.+)$/.exec(text);
    const place = named === null ? text : named[2]!;
    if (place === "") throw new UsageError("Invalid value '' of '--events': expected a file, a URL or -.");
    // A place of the command line is beside whoever calls.
    const shown = place === "-" || isUrl(place) ? place : resolve(place);
    if (named === null) all = shown;
    else routes[named[1]!] = shown;
  }
  return { ...(all === undefined ? {} : { all }), routes };
}

/** How Redis is used; null without `--redis`. */
export interface RedisCall {
  readonly url: string;
  readonly onUnavailable: OnUnavailable;
  readonly leases: boolean;
  readonly stampede: number | null;
  /** How many gateways share the limits. */
  readonly replicas: number;
}

/** @throws UsageError for values that cannot be */
export function redisOptionsOf(call: CommandCall): RedisCall | null {
  const url = call.text("redis");
  const mode = call.text("redis-mode") ?? "local";
  if (mode !== "local" && mode !== "open" && mode !== "closed")
    throw new UsageError(`Invalid value '${mode}' of '--redis-mode': expected local, open or closed.`);
  const replicas = wholeOf(call, "redis-replicas", { least: 1, most: 10_000 }) ?? 1;
  const stampede = wholeOf(call, "redis-stampede", { least: 1, most: 60_000, unit: "milliseconds" }) ?? null;
  const leases = call.has("redis-leases");
  if (url === undefined) {
    const needs = ["redis-mode", "redis-replicas", "redis-stampede", "redis-leases"].find(
      (name) => call.text(name) !== undefined || call.has(name),
    );
    if (needs !== undefined) throw new UsageError(`'--${needs}' needs '--redis'.`);
    return null;
  }
  // Each worker is a gateway of its own.
  return { url, onUnavailable: mode, leases, stampede, replicas: replicas * workersOf(call) };
}

/** @throws UsageError for a URL that cannot be, or a missing package */
export function storeOf(redis: RedisCall | null, logger: Logger, telemetry: GatewayTelemetry): RedisStore | null {
  if (redis === null) return null;
  const { stampede, ...options } = redis;
  try {
    return redisStore({ ...options, ...(stampede === null ? {} : { stampede }), logger, telemetry });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`'--redis' does not work: ${error.message.replace(/^redisStore: /, "")}`);
  }
}

/** How many processes serve: 1 unless `--workers` says otherwise; `auto` is one for each processor that this process may use. */
export function workersOf(call: CommandCall): number {
  if (call.text("workers") === "auto") return availableParallelism();
  return wholeOf(call, "workers", { least: 1, most: 256, or: "auto" }) ?? 1;
}

/** Most bytes of a body that are buffered. */
export function bodyLimitOf(call: CommandCall): number | undefined {
  return bytesOf(call, "body-limit");
}

/**
 * Bounds what callers may take of a listener.
 * @throws UsageError for values that cannot be
 */
export function boundListener(server: Server | Http2SecureServer | Http2Server, call: CommandCall): void {
  const connections = wholeOf(call, "max-connections", { least: 1, most: 1_000_000 });
  if (connections !== undefined) server.maxConnections = connections;
  const headers = secondsOf(call, "headers-timeout");
  const request = secondsOf(call, "request-timeout");
  const keepAlive = secondsOf(call, "keep-alive-timeout");
  if (headers !== undefined && request !== undefined && request > 0 && headers > request)
    throw new UsageError("'--headers-timeout' is longer than '--request-timeout': expected the same or less.");
  // A server of HTTP/2 that takes HTTP/1.1 as well bounds that in the same way.
  const bounded = server as Server;
  if (headers !== undefined) bounded.headersTimeout = headers;
  if (request !== undefined) bounded.requestTimeout = request;
  if (headers === undefined && request !== undefined && request > 0) bounded.headersTimeout = Math.min(60_000, request);
  if (keepAlive !== undefined) bounded.keepAliveTimeout = keepAlive;
}

/** A whole number that an option gives; undefined without it. */
export function wholeOf(
  call: CommandCall,
  name: string,
  { least, most, unit = "", or }: { readonly least: number; readonly most: number; readonly unit?: string; readonly or?: string },
): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const what = `${unit === "" ? "a whole number" : `whole ${unit}`} from ${least} to ${most}${or === undefined ? "" : `, or ${or}`}`;
  throw new UsageError(`Invalid value '${text}' of '--${name}': expected ${what}.`);
}

/** Milliseconds, of an option in seconds; undefined without it. */
export function secondsOf(call: CommandCall, name: string): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  if (/^\d{1,6}(?:\.\d{1,3})?$/.test(text)) return Math.round(Number(text) * 1000);
  throw new UsageError(`Invalid value '${text}' of '--${name}': expected seconds, such as 30 or 0.5.`);
}

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, ki: 2 ** 10, m: 1e6, mi: 2 ** 20, g: 1e9, gi: 2 ** 30 };

/** Bytes, of an option that may have a unit as Kubernetes writes it; undefined without it. */
export function bytesOf(call: CommandCall, name: string): number | undefined {
  const text = call.text(name);
  if (text === undefined) return undefined;
  const [, digits, unit = ""] = /^(\d{1,12})([kmg]i?)?b?$/i.exec(text) ?? [];
  const bytes = Number(digits) * UNITS[unit.toLowerCase()]!;
  if (bytes >= 1 && bytes <= Number.MAX_SAFE_INTEGER) return bytes;
  throw new UsageError(`Invalid value '${text}' of '--${name}': expected bytes, such as 4194304 or 4Mi.`);
}
