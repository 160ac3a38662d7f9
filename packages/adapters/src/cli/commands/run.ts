import { CONSOLE_VALUE } from "../admin/console.js";
import { ADMIN_KEY } from "../admin/operator-key.js";
import type { Command } from "../command.js";
import { readingDetails, readingOptions } from "../configuration.js";
import { liveDetails, liveOptions } from "../live.js";
import { served } from "../run/serve.js";
import { RunSettings } from "../run/settings.js";
import { DEFAULT_PORT, workersOf } from "../run/values.js";
import { shadowOptions } from "../shadow.js";
import { tlsOptions } from "../tls/listener.js";
import { workerLink } from "../workers/worker.js";

/** `turnpike run`: serves a gateway until it is told to stop. */
export const runCommand: Command = {
  usage:
    "run CONFIG [--port 8080] [--watch] [--last-good FILE] [--redis URL] [--log json|pretty|none] [--admin [HOST:PORT]] [--console [read|write]]",
  outlivesReader: true,
  details: [
    ...readingDetails,
    "A single policy document (.xml) is served together with --backend URL.",
    "An entity that cannot be used is set aside with what cannot be used without it: requests to it get 503, and the rest is served.",
    ...liveDetails,
    "Policies that need a managed identity get the host's, or that of whoever is signed in to Azure here, by the package @azure/identity.",
    "TURNPIKE_TRACE_KEY holds the key for traces that callers ask for: see turnpike debug-token.",
    "Each option may also be given as an environment variable, TURNPIKE_TRUST_PROXY for --trust-proxy, or in the configuration file, run: { trustProxy: … }; options come first, then variables.",
    "SIGINT and SIGTERM: not ready (--drain-wait), no more connections, requests on their way and one-way calls behind them finish (--drain-timeout), the end.",
    "With --workers, SIGHUP replaces the workers one after the other; one that ends by itself is replaced.",
  ],
  options: {
    ...readingOptions,
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
      help: "most work of taking one body apart; default is what the configuration says (limits.bodyWork), else 150000, some 500 KB of ordinary JSON",
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
    "forwarded-header": {
      type: "string",
      value: "NAME",
      help: "the header in which they say so: x-forwarded (default), or forwarded (RFC 7239)",
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
    "otel-policy-spans": {
      type: "boolean",
      help: "with --otel: a span for each policy that runs, too, which costs several microseconds a policy",
    },
    admin: {
      type: "string",
      value: "[HOST:PORT]",
      optionalValue: /^(?:\S+:)?\d{1,5}$/,
      help: `serves metrics, probes, state and traces to the operator there; default 127.0.0.1:9464; elsewhere it asks for the key in ${ADMIN_KEY}`,
    },
    console: {
      type: "string",
      value: "[read|write][,HOST:PORT]",
      optionalValue: CONSOLE_VALUE,
      help: `serves the console, a page with requests, APIs and state; write: it may send requests; default read,127.0.0.1:9465; elsewhere it asks for the key in ${ADMIN_KEY}`,
    },
    workers: {
      type: "string",
      value: "N|auto",
      help: "processes that serve, on one listener and with limits that hold over all of them; auto: one for each processor; default 1",
    },
    "redis-mode": {
      type: "string",
      value: "WHICH",
      help: "of counters, while Redis is away: local (each gateway admits its share; default), open (all is admitted) or closed (nothing is)",
    },
    "redis-replicas": {
      type: "string",
      value: "NUMBER",
      help: "gateways that share the limits, for shares and leases; default 1",
    },
    "redis-leases": { type: "boolean", help: "counts calls of hot keys beforehand, many at a time: fewer round trips" },
    "redis-stampede": {
      type: "string",
      value: "MILLISECONDS",
      help: "of requests that miss a cached value at once one fetches it, and the others wait so long at most; default: each fetches it",
    },
    "body-limit": {
      type: "string",
      value: "BYTES",
      help: "most bytes of a body that are buffered, such as 4194304 or 4Mi; default 4Mi",
    },
    "max-connections": {
      type: "string",
      value: "NUMBER",
      help: "most connections of callers at once, of each process; default: no bound",
    },
    "headers-timeout": {
      type: "string",
      value: "SECONDS",
      help: "time in which the head of a request must have come; default 60",
    },
    "request-timeout": {
      type: "string",
      value: "SECONDS",
      help: "time in which a whole request must have come; default 300, 0: no bound",
    },
    "keep-alive-timeout": {
      type: "string",
      value: "SECONDS",
      help: "time that a connection may be idle between two requests; default 5",
    },
    "memory-limit": {
      type: "string",
      value: "BYTES",
      help: "memory from 90 % of which on new requests get 503 and Retry-After, of all workers together, such as 512Mi; none: no bound; default: the container's, and that of the heap",
    },
    "drain-wait": {
      type: "string",
      value: "SECONDS",
      help: "at SIGTERM, time to go on serving and say 'not ready' before no more connections are taken; default 0",
    },
    "drain-timeout": {
      type: "string",
      value: "SECONDS",
      help: "time that requests on their way then have to finish; default 10",
    },
    ...liveOptions,
  },
  async run(given) {
    // What was opened is closed again, the last first, however the command ends.
    const opened: (() => Promise<unknown>)[] = [];
    const worker = workerLink();
    const settings = new RunSettings(given, runCommand.options);
    const { call, unused } = settings;
    if (unused.length > 0 && worker === null)
      call.output.complain(
        `Settings of the self-hosted gateway that are not used: ${unused.join(", ")}. See: turnpike run --help`,
      );
    try {
      if (worker !== null || workersOf(call) === 1) return await served(call, opened, worker);
      const { runWorkers } = await import("../workers/run-workers.js");
      return await runWorkers(call, opened);
    } catch (error) {
      throw settings.told(error);
    } finally {
      for (const close of opened.reverse()) await close();
      worker?.leave();
    }
  },
};
