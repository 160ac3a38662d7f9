import { statSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { dirname, resolve } from "node:path";
import {
  ConfigurationError,
  type ConfigurationInput,
  createLiveGateway,
  type GatewayErrors,
  type GatewayTelemetry,
  type LiveGateway,
  type Logger,
  type TraceOptions,
} from "@turnpike/core";
import { allTelemetry } from "@turnpike/core/adapter";
import { standalone } from "@turnpike/core/tools";
import { adminHandler, type GatewayMetrics, gatewayMetrics } from "../../admin/index.js";
import { serve, type TrustedProxies } from "../../node/index.js";
import { type RedisStore, redisStore } from "../../redis/index.js";
import { loggerSinks, type SinkPlace } from "../../sinks/index.js";
import { isTrusted } from "../../wire/forwarded.js";
import { CONSOLE_VALUE, consoleCall, serveConsole } from "../admin/console.js";
import { adminAddress, serveAdmin } from "../admin/listener.js";
import { startedOpenTelemetry } from "../admin/otel.js";
import { armDetails, armOptions } from "../arm.js";
import { type Command, type CommandCall, type Output, UsageError } from "../command.js";
import { complainOf, configurationAt, configurationDetails, configurationOptions } from "../configuration.js";
import { hostCredentials } from "../credentials.js";
import { hostDataSources } from "../data-sources.js";
import { paint } from "../diagnostics.js";
import { followOptions, hostSecrets, isUrl, liveDetails, liveOptions, sourceAt, tellOf } from "../live.js";
import { runLog } from "../log/run-log.js";
import { servesAny, tellSetAside } from "../set-aside.js";
import { shadowCall, shadowOptions, startShadow } from "../shadow.js";
import { makeListener, tlsOptions } from "../tls/listener.js";
import { traceKey } from "./debug-token.js";

const DEFAULT_PORT = 8080;
const GRACE = 10_000;

/** `turnpike run`: serves a gateway until it is told to stop. */
export const runCommand: Command = {
  usage:
    "run CONFIG [--port 8080] [--watch] [--last-good FILE] [--redis URL] [--log json|pretty|none] [--admin [HOST:PORT]] [--console [read|write]]",
  outlivesReader: true,
  details: [
    configurationDetails,
    armDetails,
    "A single policy document (.xml) is served together with --backend URL.",
    "An entity that cannot be used is set aside with what cannot be used without it: requests to it get 503, and the rest is served.",
    ...liveDetails,
    "Policies that need a managed identity get the host's, or that of whoever is signed in to Azure here, by the package @azure/identity.",
    "TURNPIKE_TRACE_KEY holds the key for traces that callers ask for: see turnpike debug-token.",
    "SIGINT and SIGTERM let requests on their way finish, and one-way calls behind them; after 10 seconds they are cut off.",
  ],
  options: {
    ...configurationOptions,
    ...armOptions,
    port: { type: "string", short: "p", value: "NUMBER", help: `where it listens; default ${DEFAULT_PORT}, 0 for any free port` },
    host: { type: "string", value: "ADDRESS", help: "the address it listens on; default 127.0.0.1" },
    backend: { type: "string", value: "URL", help: "the backend of a single policy document" },
    "gateway-errors": {
      type: "string",
      value: "WHICH",
      help: "statuses of calls that fail: turnpike (502 and 504) or apim (500); default is what the configuration says",
    },
    "path-encoding": {
      type: "string",
      value: "WHICH",
      help: "paths with encoded slashes and backslashes: plain (taken) or strict (refused); default is what the configuration says",
    },
    "body-work": {
      type: "string",
      value: "UNITS",
      help: "most work of taking one body apart (limits.bodyWork); default 150000, some 500 KB of ordinary JSON",
    },
    ...tlsOptions,
    scheme: {
      type: "string",
      value: "http|https",
      help: "the scheme that callers use; default: as they come, and an API that is served by https only is also reached without TLS",
    },
    "trust-proxy": {
      type: "string",
      value: "ADDRESSES",
      help: "proxies whose X-Forwarded-For, -Proto and -Host are believed: addresses and networks with commas between, or 'all'",
    },
    strict: { type: "boolean", help: "one error refuses the whole configuration; without it what cannot be used is set aside" },
    verbose: { type: "boolean", help: "shows every finding about what is set aside" },
    redis: { type: "string", value: "URL", help: "keeps counters and cached values in Redis, shared by all gateways that do" },
    log: {
      type: "string",
      value: "FORMAT",
      help: "requests on standard output: json (one object a line), pretty or none; default pretty on a terminal, otherwise none",
    },
    "log-sample": { type: "string", value: "PERCENT", help: "share of successful requests that is written; default 100" },
    "trace-on-error": {
      type: "boolean",
      help: "keeps traces of failed requests; every request is traced then, which costs time",
    },
    "trace-sample": { type: "string", value: "PERCENT", help: "share of requests that is traced and kept; default 0" },
    "trace-record": {
      type: "boolean",
      help: "keeps traces with what turnpike replay needs, whole bodies and claims of tokens among it",
    },
    events: {
      type: "string",
      multiple: true,
      value: "[LOGGER=]WHERE",
      help: "where messages of log-to-eventhub go, of one logger or of all: a file, an http(s) URL, or - for standard output; default: where loggers say",
    },
    ...shadowOptions,
    otel: { type: "boolean", help: "sends spans and metrics as the variables OTEL_* say; needs @opentelemetry/sdk-node" },
    admin: {
      type: "string",
      value: "[HOST:PORT]",
      optionalValue: /^(?:\S+:)?\d{1,5}$/,
      help: "serves metrics, probes, state and traces to the operator there, without a key; default 127.0.0.1:9464",
    },
    console: {
      type: "string",
      value: "[read|write][,HOST:PORT]",
      optionalValue: CONSOLE_VALUE,
      help: "serves the console, a page with requests, APIs and state; write: it may send requests; default read,127.0.0.1:9465",
    },
    ...liveOptions,
  },
  async run(call) {
    // What was opened is closed again, the last first, however the command ends.
    const opened: (() => Promise<unknown>)[] = [];
    try {
      return await served(call, opened);
    } finally {
      for (const close of opened.reverse()) await close();
    }
  },
};

async function served(call: CommandCall, opened: (() => Promise<unknown>)[]): Promise<number> {
  const [file, ...others] = call.positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError("'run' needs one configuration.", "Example: turnpike run gateway.yaml");
  const port = portOf(call);
  const read = (): ConfigurationInput => configurationOf(file, call);
  if (!isUrl(file)) checkBackend(file, call);
  const source = sourceAt(file, call, read);
  const log = runLog(call);
  const { logger } = log;
  opened.push(() => log.end());
  const follow = followOptions(call, file);
  const gatewayErrors = gatewayErrorsOf(call);
  const pathEncoding = pathEncodingOf(call);
  const bodyWork = bodyWorkOf(call);
  const shadow = shadowCall(call, (path) => {
    if (!isUrl(path)) checkBackend(path, call);
    return sourceAt(path, call, () => configurationOf(path, call));
  });
  const listener = makeListener(call);
  opened.push(async () => listener.close());
  const scheme = schemeOf(call);
  const trustedProxies = proxiesOf(call);
  const adminPlace = adminAddress(call);
  const consoleWanted = consoleCall(call);
  const metrics = adminPlace === null ? null : metricsOf();
  const sinks = loggerSinks({
    logger,
    folder: isUrl(file) ? process.cwd() : folderOf(file),
    stdout: call.output.stdout,
    ...eventPlaces(call.texts("events")),
  });
  opened.push(() => sinks.end());
  const otel = call.has("otel") ? startedOpenTelemetry() : null;
  if (otel !== null) opened.push(() => otel.end());
  const telemetry = allTelemetry([sinks, metrics, otel?.telemetry ?? null].filter((listener) => listener !== null));
  const observe = tellOf(call, file, (error) => printDiagnostics(error, call.output));
  let live: LiveGateway | null = null;
  let isDraining = false;
  const admin =
    adminPlace === null
      ? null
      : await serveAdmin(
          adminPlace,
          adminHandler(() => live?.gateway ?? null, { ...(metrics === null ? {} : { metrics }), isDraining: () => isDraining }),
        );
  if (admin !== null) opened.push(() => admin.close());
  const store = storeOf(call, logger, telemetry);
  if (store !== null) opened.push(() => store.close());
  try {
    live = await createLiveGateway(source, {
      ...follow,
      logger,
      trace: traceOptionsOf(call),
      ...(log.onOutcome === null ? {} : { onOutcome: log.onOutcome }),
      observe,
      policies: call.policies,
      secrets: hostSecrets(),
      credentials: hostCredentials(),
      dataSources: hostDataSources(),
      // A document that is served alone is all that there is.
      lenient: !call.has("strict") && call.text("backend") === undefined,
      anyScheme: scheme === undefined && listener.scheme === "http",
      ...(store === null ? {} : { store }),
      telemetry,
      ...(gatewayErrors === undefined ? {} : { gatewayErrors }),
      ...(pathEncoding === undefined ? {} : { pathEncoding }),
      ...(bodyWork === undefined ? {} : { limits: { bodyWork } }),
    });
  } catch (error) {
    if (error instanceof ConfigurationError) printDiagnostics(error, call.output);
    else if (isUrl(file) && error instanceof Error) call.output.complain(`The configuration cannot be had: ${error.message}`);
    else throw error;
    return 1;
  }
  const { gateway } = live;
  const running = live;
  opened.push(() => running.close({ timeout: GRACE }));
  otel?.telemetry.observe(gateway);
  const isAnyServed = servesAny(gateway);
  if (isAnyServed) tellSetAside(gateway.setAside, call.output);
  complainOf(
    gateway.diagnostics.filter(({ severity }) => severity === "warning" || !isAnyServed || call.has("verbose")),
    call.output,
  );
  if (!isAnyServed) {
    call.output.complain(paint("red", "Nothing of the configuration can be served.", call.output.stderr));
    return 1;
  }
  if (shadow !== null) {
    const started = await startShadow(shadow, gateway, call);
    if (started === null) return 1;
    opened.push(() => started.close());
  }
  const consoleServer = consoleWanted === null ? null : await serveConsole(consoleWanted, live);
  if (consoleServer !== null) opened.push(() => consoleServer.close());
  const { server } = listener;
  const { close } = serve(server, gateway, {
    timeout: GRACE,
    ...(scheme === undefined ? {} : { scheme }),
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
  });
  const address = await listen(server, port, call.text("host") ?? "127.0.0.1");
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  listener.follow(logger);
  const url = `${listener.scheme}://${shown}:${address.port}`;
  log.event("listening", { Url: url }, `Turnpike serves ${file} on ${url}`);
  if (admin !== null) log.event("admin", { Url: admin.url }, `Metrics, probes, state and traces are on ${admin.url}`);
  if (consoleServer !== null) log.event("console", { Url: `${consoleServer.url}/` }, `The console is on ${consoleServer.url}/`);
  await stopped();
  isDraining = true;
  await close();
  return 0;
}

function traceOptionsOf(call: CommandCall): TraceOptions {
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

function portOf(call: CommandCall): number {
  const text = call.text("port") ?? process.env["PORT"] ?? String(DEFAULT_PORT);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError(`Invalid port '${text}': expected 0 to 65535.`);
  return port;
}

function gatewayErrorsOf(call: CommandCall): GatewayErrors | undefined {
  const text = call.text("gateway-errors");
  if (text === undefined || text === "turnpike" || text === "apim") return text;
  throw new UsageError(`Invalid value '${text}' of '--gateway-errors': expected turnpike or apim.`);
}

function schemeOf(call: CommandCall): "http" | "https" | undefined {
  const text = call.text("scheme");
  if (text === undefined || text === "http" || text === "https") return text;
  throw new UsageError(`Invalid value '${text}' of '--scheme': expected http or https.`);
}

function proxiesOf(call: CommandCall): TrustedProxies | undefined {
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

function pathEncodingOf(call: CommandCall): "plain" | "strict" | undefined {
  const text = call.text("path-encoding");
  if (text === undefined || text === "plain" || text === "strict") return text;
  throw new UsageError(`Invalid value '${text}' of '--path-encoding': expected plain or strict.`);
}

function bodyWorkOf(call: CommandCall): number | undefined {
  const text = call.text("body-work");
  if (text === undefined || /^[1-9]\d{0,11}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`Invalid value '${text}' of '--body-work': expected a number of units from 1.`);
}

/** Metrics for the admin listener. */
function metricsOf(): GatewayMetrics {
  try {
    return gatewayMetrics({ process: true });
  } catch (error) {
    throw new UsageError(`'--admin' does not work: ${(error as Error).message}`);
  }
}

/** Files of loggers are looked for beside the configuration that names them. */
function folderOf(config: string): string {
  const stat = statSync(config, { throwIfNoEntry: false });
  return stat?.isDirectory() === true ? config : dirname(config);
}

/** Where `--events` sends the messages of loggers. */
function eventPlaces(texts: readonly string[]): {
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

function storeOf(call: CommandCall, logger: Logger, telemetry: GatewayTelemetry): RedisStore | null {
  const url = call.text("redis");
  if (url === undefined) return null;
  try {
    return redisStore({ url, logger, telemetry });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`'--redis' does not work: ${error.message.replace(/^redisStore: /, "")}`);
  }
}

/** Whether `--backend` is there where it belongs, and CONFIG where nothing stands in for it. */
function checkBackend(file: string, call: CommandCall): void {
  if (call.text("last-good") === undefined) statSync(file);
  const hasBackend = call.text("backend") !== undefined;
  if (!file.endsWith(".xml") && hasBackend) throw new UsageError("'--backend' goes with a single policy document (.xml).");
  if (file.endsWith(".xml") && !hasBackend)
    throw new UsageError(
      `${file} alone has no backend.`,
      `Add --backend URL: turnpike run ${file} --backend http://127.0.0.1:9001`,
    );
}

function configurationOf(file: string, call: CommandCall): ConfigurationInput {
  const backend = call.text("backend");
  if (backend === undefined) return configurationAt(file, call);
  return { apis: { api: standalone({ file }, backend) } };
}

function printDiagnostics({ diagnostics }: ConfigurationError, output: Output): void {
  complainOf(diagnostics, output);
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  output.complain(paint("red", `The configuration has ${errors} ${errors === 1 ? "error" : "errors"}.`, output.stderr));
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        reject(new UsageError(`Port ${port} on ${host} is in use.`, "Choose another with --port, or 0 for any free one."));
      else if (error.code === "EACCES" || error.code === "EADDRNOTAVAIL")
        reject(new UsageError(`Cannot listen on ${host}:${port} (${error.code}).`));
      else reject(error);
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function stopped(): Promise<void> {
  const signals = ["SIGINT", "SIGTERM"] as const;
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const signal of signals) process.removeListener(signal, stop);
      resolve();
    };
    for (const signal of signals) process.on(signal, stop);
  });
}
