import cluster from "node:cluster";
import { type BackendHealth, backendStates } from "./backends/backend-states.js";
import { type LoadedTransport, undiciTransport } from "./backends/undici-transport.js";
import { ExpressionCompiler } from "./compile/expressions.js";
import type { Probes } from "./compile/probes.js";
import { PolicyRegistry } from "./compile/registry.js";
import type { BuiltConfiguration } from "./config/build/build.js";
import type { SetAside } from "./config/set-aside.js";
import { LoadedConfiguration } from "./config/source.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { ConfigurationInput, GatewayOptions } from "./gateway-options.js";
import { boundedRuntime, makeRuntime, outcomeListener, telemetryOf } from "./gateway-services.js";
import type { GatewayRequest } from "./http/message.js";
import type { GatewayModel } from "./model/model.js";
import { type KeptTraces, TraceStore } from "./observe/kept-traces.js";
import type { RecordedState } from "./observe/recording.js";
import type { GatewayTelemetry, WholeTelemetry } from "./observe/telemetry.js";
import { NoTelemetry } from "./observe/unheard.js";
import type { GatewayWatcher } from "./observe/watcher.js";
import { subscriptionHubs } from "./policies/graphql/subscription-hub.js";
import { builtinPolicies } from "./policies/index.js";
import type { PolicyDefinition } from "./policy/define.js";
import { logEvents } from "./policy/log-events.js";
import { maskedLogger } from "./policy/masked-logger.js";
import { OptionalPackages } from "./policy/optional-packages.js";
import { type SecretMask, secretMask } from "./policy/secret-mask.js";
import type { Logger, Runtime } from "./policy/services.js";
import { handleRequest } from "./run/handle.js";
import type { Listening, RequestTaker } from "./run/listening.js";
import type { HandledResponse, HandleOptions } from "./run/options.js";
import { restoreState } from "./run/process-state.js";
import { type RefusedRequest, refusedOutcome } from "./run/refused.js";
import { guid } from "./run/request.js";
import type { Shadow, ShadowOptions } from "./shadow/options.js";
import { RunningShadow } from "./shadow/shadow.js";
import { ConfigurationInForce, type OutsideValueState } from "./snapshot/in-force.js";
import { type CompileTools, compileSnapshot } from "./snapshot/snapshot.js";
import { createMemoryStore } from "./stores/memory.js";
import type { StoreState } from "./stores/store.js";
import { systemClock } from "./time/clock.js";

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

function nothing(): void {}
