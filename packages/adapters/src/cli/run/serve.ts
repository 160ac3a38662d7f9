import { statSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { ConfigurationError, type ConfigurationInput, createLiveGateway, type LiveGateway } from "@turnpike/core";
import { allTelemetry } from "@turnpike/core/adapter";
import { standalone } from "@turnpike/core/tools";
import { adminHandler } from "../../admin/index.js";
import { serve } from "../../node/index.js";
import { loggerSinks } from "../../sinks/index.js";
import { consoleCall, serveConsole } from "../admin/console.js";
import { adminAddress, serveAdmin } from "../admin/listener.js";
import { startedOpenTelemetry } from "../admin/otel.js";
import { type CommandCall, type Output, UsageError } from "../command.js";
import { complainOf, configurationAt } from "../configuration.js";
import { hostCredentials } from "../credentials.js";
import { hostDataSources } from "../data-sources.js";
import { paint } from "../diagnostics.js";
import { followOptions, hostSecrets, isUrl, sourceAt, tellOf } from "../live.js";
import { runLog } from "../log/run-log.js";
import { servesAny, tellSetAside } from "../set-aside.js";
import { shadowCall, startShadow } from "../shadow.js";
import { makeListener } from "../tls/listener.js";
import type { WorkerLink } from "../workers/worker.js";
import { drained, drainOf, stopSignal } from "./drain.js";
import { MemoryGuard, memoryLimitsOf } from "./memory-guard.js";
import {
  bodyLimitOf,
  bodyWorkOf,
  boundListener,
  eventPlaces,
  folderOf,
  forwardedHeaderOf,
  gatewayErrorsOf,
  metricsOf,
  pathEncodingOf,
  portOf,
  proxiesOf,
  redisOptionsOf,
  schemeOf,
  storeOf,
  traceOptionsOf,
} from "./values.js";

/**
 * Serves a gateway from this process until it is told to stop.
 * @param opened what is to be closed in the end, the last first, however it comes
 * @param worker the link to the primary process, for one of several workers
 * @returns the exit code
 */
export async function served(call: CommandCall, opened: (() => Promise<unknown>)[], worker: WorkerLink | null): Promise<number> {
  const file = configurationName(call);
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
  const bodyLimit = bodyLimitOf(call);
  const shadow = shadowCall(call, (path) => {
    if (!isUrl(path)) checkBackend(path, call);
    return sourceAt(path, call, () => configurationOf(path, call));
  });
  const redis = redisOptionsOf(call);
  const drain = drainOf(call);
  const memory = memoryLimitsOf(call);
  const listener = makeListener(call);
  opened.push(async () => listener.close());
  boundListener(listener.server, call);
  const scheme = schemeOf(call);
  const trustedProxies = proxiesOf(call);
  const forwardedHeader = forwardedHeaderOf(call);
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
  if (call.has("otel-policy-spans") && !call.has("otel")) throw new UsageError("'--otel-policy-spans' needs '--otel'.");
  const otel = call.has("otel") ? startedOpenTelemetry({ policySpans: call.has("otel-policy-spans") }) : null;
  if (otel !== null) opened.push(() => otel.end());
  const telemetry = allTelemetry([sinks, metrics, otel?.telemetry ?? null].filter((listener) => listener !== null));
  // Of several workers one tells of the configuration.
  const output: Output = worker?.speaks === false ? { ...call.output, complain: () => {} } : call.output;
  const observe = tellOf({ ...call, output }, file, (error) => printDiagnostics(error, output));
  let live: LiveGateway | null = null;
  let isDraining = false;
  const stop = stopSignal(worker);
  opened.push(async () => stop.close());
  worker?.serves(() => live?.gateway ?? null, metrics);
  const admin =
    adminPlace === null || worker !== null
      ? null
      : await serveAdmin(
          adminPlace,
          adminHandler(() => live?.gateway ?? null, { ...(metrics === null ? {} : { metrics }), isDraining: () => isDraining }),
        );
  if (admin !== null) opened.push(() => admin.close());
  const store = storeOf(redis, logger, telemetry);
  if (store !== null) opened.push(() => store.close());
  const shared = store ?? worker?.store ?? null;
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
      ...(shared === null ? {} : { store: shared }),
      telemetry,
      ...(gatewayErrors === undefined ? {} : { gatewayErrors }),
      ...(pathEncoding === undefined ? {} : { pathEncoding }),
      ...(bodyWork === undefined ? {} : { limits: { bodyWork } }),
      ...(bodyLimit === undefined ? {} : { bodyLimit }),
    });
  } catch (error) {
    if (error instanceof ConfigurationError) printDiagnostics(error, output);
    else if (isUrl(file) && error instanceof Error) output.complain(`The configuration cannot be had: ${error.message}`);
    else throw error;
    return 1;
  }
  const { gateway } = live;
  const running = live;
  opened.push(() => running.close({ timeout: drain.timeout }));
  otel?.telemetry.observe(gateway);
  const isAnyServed = servesAny(gateway);
  if (isAnyServed) tellSetAside(gateway.setAside, output);
  complainOf(
    gateway.diagnostics.filter(({ severity }) => severity === "warning" || !isAnyServed || call.has("verbose")),
    output,
  );
  if (!isAnyServed) {
    output.complain(paint("red", "Nothing of the configuration can be served.", call.output.stderr));
    return 1;
  }
  if (shadow !== null) {
    const started = await startShadow(shadow, gateway, { ...call, output });
    if (started === null) return 1;
    opened.push(() => started.close());
  }
  const consoleServer = consoleWanted === null || worker !== null ? null : await serveConsole(consoleWanted, live);
  if (consoleServer !== null) opened.push(() => consoleServer.close());
  const { server } = listener;
  const guard = memory === null ? null : new MemoryGuard(memory, logger);
  if (guard !== null) opened.push(async () => guard.close());
  const { close } = serve(server, gateway, {
    ...(guard === null ? {} : { isFull: () => guard.isFull }),
    timeout: drain.timeout,
    ...(scheme === undefined ? {} : { scheme }),
    ...(trustedProxies === undefined ? {} : { trustedProxies }),
    forwardedHeader,
  });
  const address = await listen(server, port, call.text("host") ?? "127.0.0.1");
  const shown = address.family === "IPv6" ? `[${address.address}]` : address.address;
  listener.follow(logger);
  const url = `${listener.scheme}://${shown}:${address.port}`;
  if (worker !== null) worker.listening(url);
  else log.event("listening", { Url: url }, `Turnpike serves ${file} on ${url}`);
  if (admin !== null) log.event("admin", { Url: admin.url }, `Metrics, probes, state and traces are on ${admin.url}`);
  if (consoleServer !== null) log.event("console", { Url: `${consoleServer.url}/` }, `The console is on ${consoleServer.url}/`);
  await stop.asked;
  isDraining = true;
  if (worker === null) await drained(drain, stop);
  await close();
  return 0;
}

/** @throws UsageError unless there is one configuration */
export function configurationName(call: CommandCall): string {
  const [file, ...others] = call.positionals;
  if (file === undefined || others.length > 0)
    throw new UsageError("'run' needs one configuration.", "Example: turnpike run gateway.yaml");
  return file;
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
