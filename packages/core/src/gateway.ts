import cluster from "node:cluster";
import { performance } from "node:perf_hooks";
import { defaultLimits, type Limits } from "@turnpike/expressions";
import { type BackendHealth, backendStates } from "./backends/backend-states.js";
import { fetchTransport } from "./backends/fetch-transport.js";
import { type LoadedTransport, undiciTransport } from "./backends/undici-transport.js";
import { ExpressionCompiler } from "./compile/expressions.js";
import type { Probes } from "./compile/probes.js";
import { PolicyRegistry } from "./compile/registry.js";
import type { BuiltConfiguration } from "./config/build/build.js";
import type { GatewayConfiguration } from "./config/configuration.js";
import type { SecretOptions } from "./config/outside-values.js";
import type { SetAside } from "./config/set-aside.js";
import { LoadedConfiguration } from "./config/source.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { GatewayRequest } from "./http/message.js";
import type { Transport } from "./http/transport.js";
import type { GatewayErrors, GatewayModel, PathEncoding } from "./model/model.js";
import { accessLogRecord, isLogged } from "./observe/access-log.js";
import { AccessLogLines } from "./observe/access-log-line.js";
import { type KeptTraces, type TraceOptions, TraceStore } from "./observe/kept-traces.js";
import type { RecordedState } from "./observe/recording.js";
import type { OutcomeListener } from "./observe/sending.js";
import { allTelemetry, type GatewayTelemetry, type WholeTelemetry } from "./observe/telemetry.js";
import { NoTelemetry } from "./observe/unheard.js";
import type { GatewayWatcher } from "./observe/watcher.js";
import { subscriptionHubs } from "./policies/graphql/subscription-hub.js";
import { builtinPolicies } from "./policies/index.js";
import { Background } from "./policy/background.js";
import type { PolicyDefinition } from "./policy/define.js";
import { logEvents } from "./policy/log-events.js";
import { maskedLogger } from "./policy/masked-logger.js";
import { OptionalPackages } from "./policy/optional-packages.js";
import { type SecretMask, secretMask } from "./policy/secret-mask.js";
import type { ContentSafety, Credentials, DataSources, Logger, Runtime } from "./policy/services.js";
import { handleRequest } from "./run/handle.js";
import type { Listening, RequestTaker } from "./run/listening.js";
import type { HandledResponse, HandleOptions } from "./run/options.js";
import { restoreState } from "./run/process-state.js";
import { randomPool } from "./run/random-pool.js";
import { type RefusedRequest, refusedOutcome } from "./run/refused.js";
import { guid } from "./run/request.js";
import type { Shadow, ShadowOptions } from "./shadow/options.js";
import { RunningShadow } from "./shadow/shadow.js";
import { ConfigurationInForce, type OutsideValueState } from "./snapshot/in-force.js";
import { type CompileTools, compileSnapshot } from "./snapshot/snapshot.js";
import { createMemoryStore } from "./stores/memory.js";
import type { Store, StoreState } from "./stores/store.js";
import { type Clock, systemClock } from "./time/clock.js";

/**
 * Bounds of one expression's evaluation. `bodyWork` bounds what a policy does with a body as well: one that would take more is refused before it is
 * looked into, with 413 for the request's and 502 for a response's. Its default of 150,000 is some 500 KB of ordinary JSON or XML.
 */
export type GatewayLimits = Limits;

/** What a gateway may be given. Everything has a default; tests hand in their own clock, store and transport. */
export interface GatewayOptions {
  /** Counters and cached values. Default: in memory. One that is handed in is not closed with the gateway. */
  readonly store?: Store;
  readonly clock?: Clock;
  /** Object first, as pino has it. Default: silent. */
  readonly logger?: Logger;
  /** How calls leave the process. Default: undici. */
  readonly transport?: Transport;
  /** A `fetch` to call with, in place of `transport`. */
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: Partial<Runtime["random"]>;
  /** Told of every request once its answer has gone out: who asked for what, who answered, and where the time went. */
  readonly onOutcome?: OutcomeListener;
  /**
   * Writes a line of the access log for every request through `logger.info`: the columns of API Management's `ApiManagementGatewayLogs`. `sample`
   * is the share of successful requests that is written, from 0 to 1; failures always are. With `write` lines of JSON go there, without their
   * ends, in place of the logger: that takes half of the time.
   */
  readonly accessLog?: boolean | { readonly sample?: number; readonly write?: (line: string) => void };
  /** Lets callers with a key have their requests traced, and keeps traces: see {@link Gateway.traces}. */
  readonly trace?: TraceOptions;
  /** Told of what policies emit (metrics, events, trace entries) and, where it wants to know, of every request. Several are all told. */
  readonly telemetry?: GatewayTelemetry | readonly GatewayTelemetry[];
  readonly credentials?: Credentials;
  readonly contentSafety?: ContentSafety;
  /** Databases for the resolvers of GraphQL APIs. */
  readonly dataSources?: DataSources;
  /** Policies beside the built-in ones; one of the same name takes its place. */
  readonly policies?: readonly PolicyDefinition[];
  /**
   * Optional packages by name, as `import * as` gives them, in place of those that Turnpike would load: for services that are bundled into one
   * file. Null counts as not installed.
   */
  readonly packages?: Readonly<Record<string, object | null>>;
  /** The statuses of failed calls, before what the configuration says (`gatewayErrors` there). */
  readonly gatewayErrors?: GatewayErrors;
  /** Whether paths with backslashes and encoded slashes are refused, before what the configuration says (`pathEncoding` there). */
  readonly pathEncoding?: PathEncoding;
  /**
   * True: an API that is served by https only also takes requests that came by http, and the other way round (`wss` and `ws` likewise): for a
   * gateway behind whatever ends TLS. The request then counts as having come by the API's scheme. Default false.
   */
  readonly anyScheme?: boolean;
  /** Most bytes of a body that are buffered. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Bounds of what one policy or expression may use up. */
  readonly limits?: Partial<GatewayLimits>;
  /** The folder in which files are looked for that a configuration made in code names. Default: the process's own. */
  readonly folder?: string;
  /** Where secrets in vaults are looked up, and how often. Azure Key Vault: `keyVaultSecrets` of @turnpike/adapters/azure. */
  readonly secrets?: SecretOptions;
  /**
   * True: OpenAPI documents are held against the whole of their specification, by the package `@apidevtools/swagger-parser`. Default false:
   * what the gateway needs of them has to be right.
   */
  readonly validateOpenApi?: boolean;
  /**
   * True: an entity of a configuration that cannot be used is set aside, with everything that cannot be used without it, and the rest is served;
   * requests to it are answered with 503. A later configuration in which an entity is broken that is served now is still refused. Default
   * false: one error refuses the whole.
   */
  readonly lenient?: boolean;
  /** Another configuration that runs what this gateway answers as well, so that one sees what it would change: see {@link Gateway.startShadow}. */
  readonly shadow?: ShadowOptions<ConfigurationInput>;
}

/** How a gateway is at the moment. */
export interface GatewayHealth {
  /** In the order of the configuration. */
  readonly backends: readonly BackendHealth[];
  /** Whether counters and cached values are kept where they should be. A store that says nothing of itself is up. */
  readonly store: StoreState;
  /** When the configuration came into force, in milliseconds since the epoch. */
  readonly since: number;
  /** Values from the environment, files and vaults, and how old they are; never the values. */
  readonly outsideValues: readonly OutsideValueState[];
}

/** A gateway: takes requests, gives answers. It has no socket of its own; adapters mount it. */
export interface Gateway {
  /** Runs a request. Never rejects: failures are answers. */
  handle(request: GatewayRequest, options?: HandleOptions): Promise<HandledResponse>;
  /**
   * Puts another configuration in force: all or nothing. Requests on their way finish on the old one.
   * @throws ConfigurationError with every error; then the old one stays
   */
  update(configuration: ConfigurationInput): Promise<void>;
  /**
   * Looks values from files and vaults up again now, as happens in the background: for a host that is told of a rotation. Requests on
   * their way finish with the old ones; a value that cannot be had stays, and is logged.
   */
  refreshSecrets(): Promise<void>;
  /**
   * Tells of a request that the host has refused before the gateway saw it, so that logs, metrics and listeners know of it: adapters do so for a
   * request line that is none, a framing that two servers may read differently, and the like.
   */
  refused(request: RefusedRequest): void;
  /** Backends and store as this process sees them: whose circuit is open, and until when; is the store there. Looking changes nothing. */
  health(): GatewayHealth;
  /**
   * Ends what the gateway opened. Requests should have ended before; what goes on behind them (send-one-way-request) is waited for, and
   * cut off when `timeout` milliseconds (default 10,000) have passed.
   */
  close(options?: { readonly timeout?: number }): Promise<void>;
  /**
   * Lets somebody look on at all requests from now on, as a console does. While nobody does, nothing is made for it.
   * @returns ends it
   */
  watch(watcher: GatewayWatcher): () => void;
  /**
   * Runs a second configuration beside the one in force: each request that is in the sample runs on it as well once its answer has gone out, with the
   * answers of backends, counters and cached values that it was given. Nothing that it does leaves the process or is seen by requests; what is
   * other than it was is counted, logged, measured (`turnpike.shadow.*`) and told. One runs at a time: another takes its place.
   * @throws ConfigurationError with every error of the second configuration
   * @throws TypeError for options that are not valid
   */
  startShadow(options: ShadowOptions<ConfigurationInput>): Promise<Shadow<ConfigurationInput>>;
  /** The second configuration that runs beside the one in force; null where none does. */
  readonly shadow: Shadow<ConfigurationInput> | null;
  /** The traces that were asked for, sampled or kept of failures ({@link GatewayOptions.trace}); empty without that. */
  readonly traces: KeptTraces;
  /** The configuration in force. */
  readonly configuration: GatewayModel;
  /** Findings about the configuration in force: warnings, and errors about what was set aside (`lenient`). */
  readonly diagnostics: readonly Diagnostic[];
  /** The entities that it is in force without: none unless the gateway is `lenient`. */
  readonly setAside: readonly SetAside[];
  /** The policies that it knows. */
  readonly policies: readonly PolicyDefinition[];
}

/** A configuration made in code, or one that {@link loadConfiguration} has read. */
export type ConfigurationInput = GatewayConfiguration | LoadedConfiguration;

/**
 * Makes a gateway of a configuration.
 *
 *     const gateway = await createGateway({ apis: { echo: { path: "echo", serviceUrl: "http://127.0.0.1:9001" } } });
 *     const response = await gateway.handle({ method: "GET", url: "https://gateway.example/echo/1", headers: {} });
 *
 * @throws ConfigurationError with every error in the configuration and its documents, not only the first
 */
export async function createGateway(configuration: ConfigurationInput, options: GatewayOptions = {}): Promise<Gateway> {
  return startGateway(configuration, options);
}

/** What only the rooms of this package give a gateway. */
export interface Inside {
  /** Asked for a probe at everything in the documents that can be reached. */
  readonly probes?: Probes | null;
  /** Gives a document another text than it has. */
  readonly rewrite?: CompileTools["rewrite"];
  /** Does each program tell what it does? */
  readonly tellsShapes?: boolean;
  /** Do policies that have a fake run it? */
  readonly isFaked?: boolean;
  /** Compiles in place of {@link compileSnapshot}, which may remember what it has compiled: snapshots hold no state. */
  readonly compile?: typeof compileSnapshot;
  /** Runs a recorded request again: its id, and the services as they were then. */
  readonly replay?: NonNullable<Listening["replay"]>;
}

/** {@link createGateway} for the rooms of this package, which may ask a gateway for more. */
export async function startGateway(
  configuration: ConfigurationInput,
  options: GatewayOptions,
  inside: Inside = {},
): Promise<RunningGateway> {
  const gateway = new RunningGateway(options, inside);
  await gateway.start(configuration);
  return gateway;
}

const NO_OPTIONS: HandleOptions = {};

/** Milliseconds that work in the background has when a gateway closes. */
const DEFAULT_GRACE = 10_000;

const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** A gateway with what only this package knows of. */
export class RunningGateway implements Gateway {
  /** Called when another configuration, or another secret, has come into force. */
  onChanged: () => void = nothing;
  private readonly inForce: ConfigurationInForce;
  private readonly runtime: Runtime;
  /** The same with the limits of the configuration in force. */
  private bounded: Runtime;
  private readonly tools: CompileTools;
  private readonly owned: LoadedTransport | null;
  readonly traces: TraceStore;
  private listening: Listening;
  /** In the place of telemetry that is not there. */
  private readonly nobody: NoTelemetry;
  /** Of the configuration in force and the one before: requests on their way still have its secrets. */
  private masks: readonly SecretMask[] = [];
  private since = 0;
  private running: RunningShadow<ConfigurationInput> | null = null;

  constructor(
    private readonly options: GatewayOptions,
    { probes = null, rewrite = null, tellsShapes = false, isFaked = false, compile, replay }: Inside = {},
  ) {
    const clock = options.clock ?? systemClock;
    const { trace } = options;
    if (trace?.key !== undefined && trace.key.length < 32)
      throw new TypeError("Invalid trace.key: it is shorter than 32 characters.");
    this.traces = new TraceStore(trace?.keep ?? 100);
    const store = options.store ?? createMemoryStore({ clock });
    this.tools = {
      registry: new PolicyRegistry(builtinPolicies, options.policies, isFaked),
      expressions: new ExpressionCompiler(options.limits, probes !== null, tellsShapes),
      probes,
      rewrite,
      tellsShapes,
      packages: new OptionalPackages(options.packages),
      countsAlone: cluster.isWorker && store.scope === "process",
    };
    this.owned = options.transport === undefined && options.fetch === undefined ? undiciTransport({ clock }) : null;
    const logger = options.logger === undefined ? silent : maskedLogger(options.logger, () => this.masks);
    this.nobody = new NoTelemetry(logger, clock);
    const telemetry = telemetryOf(options.telemetry, this.nobody);
    this.runtime = makeRuntime(options, { clock, store, logger, telemetry }, this.owned);
    this.bounded = this.runtime;
    const onOutcome = outcomeListener(options, this.runtime);
    this.listening = {
      onOutcome,
      traces: trace === undefined ? null : { options: trace, store: this.traces },
      watchers: null,
      configuration: () => this.inForce.file,
      ...(replay === undefined ? {} : { replay }),
    };
    this.inForce = new ConfigurationInForce({
      tools: this.tools,
      clock,
      logger,
      secrets: options.secrets ?? {},
      validatesOpenApi: options.validateOpenApi ?? false,
      compile: compile ?? compileSnapshot,
      isLenient: options.lenient ?? false,
      changed: ({ model }) => {
        this.bounded = boundedRuntime(this.runtime, model.limits, options.limits);
        this.masks = [secretMask(model), ...this.masks.slice(0, 1)];
        backendStates.of(this.runtime).keep(model);
        this.tellTelemetry(telemetry, model);
        this.onChanged();
        for (const watcher of this.listening.watchers ?? []) watcher.changed?.();
      },
    });
  }

  /** Puts the first configuration in force. */
  async start(configuration: ConfigurationInput): Promise<void> {
    try {
      const ready = Promise.all([this.runtime.store.ready?.(), this.owned?.ready()]);
      // It is awaited once the configuration is in force.
      ready.catch(nothing);
      await this.update(configuration);
      await ready;
      if (this.options.shadow !== undefined) await this.startShadow(this.options.shadow);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  handle(request: GatewayRequest, options: HandleOptions = NO_OPTIONS): Promise<HandledResponse> {
    try {
      const answer = handleRequest(this.inForce.snapshot, this.bounded, request, options, this.listening);
      return answer instanceof Promise ? answer : Promise.resolve(answer);
    } catch (error) {
      // No request at all, or an observer that failed.
      return Promise.reject(error as Error);
    }
  }

  async update(configuration: ConfigurationInput): Promise<void> {
    await this.inForce.update(
      configuration instanceof LoadedConfiguration
        ? configuration
        : LoadedConfiguration.fromObject(configuration, this.options.folder ?? process.cwd()),
    );
    this.since = this.runtime.clock.now();
  }

  /**
   * Makes it remember what another gateway did when a recorded request came.
   * @param from the configuration of that one
   */
  restore(state: RecordedState, from?: GatewayModel): void {
    restoreState(this.runtime, this.configuration, state, this.runtime.clock.now(), from);
  }

  async startShadow(options: ShadowOptions<ConfigurationInput>): Promise<Shadow<ConfigurationInput>> {
    const { clock, logger } = this.runtime;
    const telemetry = this.runtime.telemetry as WholeTelemetry;
    const shadow = new RunningShadow<ConfigurationInput>(options, { clock, logger, telemetry });
    await shadow.start((services) => startGateway(options.configuration, { ...sharedWithShadow(this.options), ...services }));
    await this.stopShadow();
    this.running = shadow;
    this.listening = { ...this.listening, taking: shadow };
    return shadow;
  }

  get shadow(): Shadow<ConfigurationInput> | null {
    return this.running?.isClosed === false ? this.running : null;
  }

  private async stopShadow(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    this.running = null;
    const { taking: _, ...listening } = this.listening;
    this.listening = listening;
    await running.close();
  }

  /** Runs a request with what another one was given; nobody else is told of it. */
  again(
    request: GatewayRequest,
    options: HandleOptions,
    replay: NonNullable<Listening["replay"]>,
    taking: RequestTaker,
  ): HandledResponse | Promise<HandledResponse> {
    const listening = { onOutcome: null, traces: null, watchers: null, replay, taking };
    return handleRequest(this.inForce.snapshot, this.bounded, request, options, listening);
  }

  /** The configuration in force, written down with its secrets. */
  kept(): string {
    return this.inForce.kept();
  }

  watch(watcher: GatewayWatcher): () => void {
    this.listening = { ...this.listening, watchers: [...(this.listening.watchers ?? []), watcher] };
    return () => {
      const watchers = (this.listening.watchers ?? []).filter((other) => other !== watcher);
      this.listening = { ...this.listening, watchers: watchers.length === 0 ? null : watchers };
    };
  }

  /** The configuration in force as it was built. */
  get built(): BuiltConfiguration {
    return this.inForce.snapshot.built;
  }

  refreshSecrets(): Promise<void> {
    return this.inForce.refresh();
  }

  refused(request: RefusedRequest): void {
    const { clock, random, logger } = this.runtime;
    const { model } = this.inForce.snapshot;
    const outcome = refusedOutcome(request, model, guid(random.bytes(16)), clock.now());
    const { requestId, method, error } = outcome;
    const telemetry = this.runtime.telemetry as GatewayTelemetry;
    const seen = {
      method,
      startedAt: outcome.startedAt,
      header: () => null,
      mask: (text: string) => secretMask(model).text(text),
    };
    const fields = { activityId: requestId, policy: error!.source, reason: error!.reason, status: outcome.status };
    logger.info({ ...fields, error: error!.message }, logEvents.requestFailed);
    const looking = telemetry.request?.(seen) ?? null;
    const watching = (this.listening.watchers ?? []).map((watcher) => () => watcher.ended(outcome, null));
    for (const listener of [this.listening.onOutcome, request.onOutcome, looking?.ended.bind(looking), ...watching])
      try {
        listener?.(outcome);
      } catch (failure) {
        logger.error({ err: failure }, logEvents.outcomeListenerFailed);
      }
  }

  health(): GatewayHealth {
    const { runtime } = this;
    const { model } = this.inForce.snapshot;
    return {
      backends: backendStates.of(runtime).health(model, runtime.clock.now()),
      store: runtime.store.state ?? { counters: "up", cache: "up" },
      since: this.since,
      outsideValues: this.inForce.outsideValues(),
    };
  }

  async close({ timeout = DEFAULT_GRACE }: { readonly timeout?: number } = {}): Promise<void> {
    await this.stopShadow();
    this.inForce.close();
    subscriptionHubs.of(this.runtime).close();
    const { background, clock } = this.runtime;
    const before = clock.now();
    await background.end(clock, timeout);
    this.nobody.end();
    await this.owned?.close(Math.max(0, timeout - (clock.now() - before)));
    if (this.options.store === undefined) await this.runtime.store.close?.();
  }

  /** Telemetry is the host's: what it throws must not keep a configuration from its place. */
  private tellTelemetry(telemetry: GatewayTelemetry, model: GatewayModel): void {
    try {
      telemetry.configured?.(model);
    } catch (error) {
      this.runtime.logger.error({ err: error }, logEvents.telemetryFailed);
    }
  }

  get configuration(): GatewayModel {
    return this.inForce.snapshot.model;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.inForce.snapshot.warnings;
  }

  get setAside(): readonly SetAside[] {
    return this.inForce.snapshot.quarantine?.entities ?? [];
  }

  get policies(): readonly PolicyDefinition[] {
    return this.inForce.snapshot.registry.definitions;
  }
}

/** What a shadow is made with as its gateway is: nothing by which anybody could notice it. */
const SHARED = [
  "policies",
  "packages",
  "limits",
  "gatewayErrors",
  "pathEncoding",
  "anyScheme",
  "bodyLimit",
  "folder",
  "secrets",
  "validateOpenApi",
  "lenient",
] as const satisfies readonly (keyof GatewayOptions)[];

function sharedWithShadow(options: GatewayOptions): Pick<GatewayOptions, (typeof SHARED)[number]> {
  return Object.fromEntries(SHARED.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]));
}

/** Who is told of outcomes: the host's listener, the access log, both, or nobody. */
function outcomeListener({ onOutcome, accessLog = false, logger }: GatewayOptions, { random }: Runtime): OutcomeListener | null {
  const { sample = 1, write = null } = typeof accessLog === "boolean" ? {} : accessLog;
  if (accessLog === false || (logger === undefined && write === null)) return onOutcome ?? null;
  const lines = new AccessLogLines();
  return (outcome) => {
    onOutcome?.(outcome);
    if (!isLogged(outcome, sample, () => random.fraction())) return;
    // An outcome holds no secrets: what it has is masked already.
    if (write !== null) write(lines.line(outcome));
    else logger!.info(accessLogRecord(outcome), logEvents.requestAnswered);
  };
}

function makeRuntime(
  options: GatewayOptions,
  chosen: Pick<Runtime, "clock" | "store" | "logger" | "telemetry">,
  owned: LoadedTransport | null,
): Runtime {
  const transport =
    options.transport ?? (options.fetch === undefined ? owned!.send : fetchTransport(options.fetch, chosen.clock));
  const random = { bytes: randomPool(), fraction: Math.random, ...options.random };
  const expressionLimits = { ...defaultLimits, ...options.limits };
  return {
    ...chosen,
    transport,
    random,
    credentials: options.credentials ?? {},
    contentSafety: options.contentSafety ?? {},
    dataSources: options.dataSources ?? {},
    expressionHost: {
      now: () => chosen.clock.now(),
      randomBytes: (length) => random.bytes(length),
      elapsed: () => performance.now(),
    },
    expressionLimits,
    gatewayErrors: options.gatewayErrors ?? null,
    pathEncoding: options.pathEncoding ?? null,
    anyScheme: options.anyScheme ?? false,
    bodyLimit: options.bodyLimit ?? 4 * 1024 * 1024,
    bodyWork: expressionLimits.bodyWork,
    background: new Background(),
  };
}

/** The services of a gateway with the limits that a configuration sets, where the host has set none. */
function boundedRuntime(runtime: Runtime, configured: GatewayModel["limits"], own: GatewayOptions["limits"]): Runtime {
  if (Object.keys(configured).length === 0) return runtime;
  const expressionLimits = { ...defaultLimits, ...configured, ...own };
  return { ...runtime, original: runtime, expressionLimits, bodyWork: expressionLimits.bodyWork };
}

/** What is given, with {@link NoTelemetry} in the place of what is not. */
function telemetryOf(given: GatewayOptions["telemetry"], nobody: NoTelemetry): WholeTelemetry {
  const telemetry = given === undefined ? {} : Array.isArray(given) ? allTelemetry(given) : (given as GatewayTelemetry);
  const metric = telemetry.metric?.bind(telemetry) ?? nobody.metric;
  const event = telemetry.event?.bind(telemetry) ?? nobody.event;
  const entry = telemetry.entry?.bind(telemetry);
  const request = telemetry.request?.bind(telemetry);
  return {
    metric,
    takesMetrics: telemetry.metric !== undefined,
    event,
    ...(entry === undefined ? {} : { entry }),
    ...(request === undefined ? {} : { request }),
    configured: (configuration) => {
      telemetry.configured?.(configuration);
      if (telemetry.event === undefined) nobody.configured(configuration);
    },
  };
}

function nothing(): void {}
