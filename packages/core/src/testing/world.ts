import type { Probes } from "../compile/probes.js";
import type { SecretOptions } from "../config/outside-values.js";
import { LoadedConfiguration } from "../config/source.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Gateway, type RunningGateway, startGateway } from "../gateway.js";
import type { GatewayOptions } from "../gateway-options.js";
import type { PolicyDocument } from "../model/model.js";
import { filledSecrets } from "../observe/conceal-recording.js";
import { compileSnapshot, type Snapshot } from "../snapshot/snapshot.js";
import { createMemoryStore } from "../stores/memory.js";
import type { Clock } from "../time/clock.js";
import type { Conversation } from "./conversation.js";
import { testCredentials } from "./credentials.js";
import { fakeBackend } from "./fake-backend.js";
import { fakeDatabases } from "./fake-databases.js";
import { FaultPlan, type Faults } from "./faults.js";
import { type IdentityProvider, identityProvider, type TokenOptions } from "./identity-provider.js";
import { type TestRequest, testedOperation } from "./operation-request.js";
import type { Outcome } from "./outcome.js";
import type { PolicyTestOptions } from "./policy-test-options.js";
import { repeatableRandom } from "./repeatable-random.js";
import { type Replica, RunningReplica } from "./replica.js";
import { assumptionOf, surroundingConfiguration } from "./surroundings.js";
import { type TestClock, testClock } from "./test-clock.js";
import { StartedStore } from "./test-state.js";
import { fakeTransport } from "./transport.js";

/** A policy under test: send it requests and look at what comes out. State lasts as long as the object. */
export interface PolicyTest {
  readonly clock: TestClock;
  readonly gateway: Gateway;
  /** Findings about the documents that are no errors. */
  readonly warnings: readonly Diagnostic[];
  /** What is to fail next of all that the gateway depends on. */
  readonly faults: Faults;
  /** The gateways over the one store, to send requests to one of them. One alone where `replicas` were not asked for. */
  readonly replicas: readonly Replica[];
  /** Sends a request; to the replicas in turn. */
  send(request?: TestRequest): Promise<Outcome>;
  /** Sends requests at once; to the replicas in turn. */
  sendAll(requests: readonly TestRequest[]): Promise<Outcome[]>;
  /** Opens a WebSocket, by a request whose URL has the scheme `ws` or `wss`. Needs the package `ws`. */
  connect(request?: TestRequest, protocols?: readonly string[]): Promise<Conversation>;
  /** A token of the provider with that issuer (default: the only or first one). */
  token(options?: TokenOptions & { readonly issuer?: string }): string;
}

/** What is tested, read once: worlds are made of it, each with a state of its own, that share what is compiled. */
export class TestSubject {
  readonly configuration: LoadedConfiguration;
  private readonly compiled = new Map<string, Promise<Snapshot>>();

  /**
   * @param configuration in place of what the options say
   * @param probes asked for at everything in the documents that can be reached
   * @param rewrite gives a document another text than it has
   */
  constructor(
    private readonly options: PolicyTestOptions,
    private readonly given: {
      readonly configuration?: LoadedConfiguration;
      readonly probes?: Probes | null;
      readonly rewrite?: (document: PolicyDocument) => PolicyDocument;
      readonly tellsShapes?: boolean;
      readonly traces?: boolean;
    } = {},
  ) {
    this.configuration = given.configuration ?? configurationOf(options);
  }

  /**
   * A gateway of its own, with clock, backends, identity providers and store.
   * @param answers rules in place of those of the options
   * @throws ConfigurationError with every error of the documents
   */
  async open(answers: Pick<PolicyTestOptions, "backend" | "external"> = {}): Promise<PolicyTest> {
    const options = { ...this.options, ...answers };
    const clock = testClock(options.clock ?? options.context?.timestamp);
    const providers = (options.identity ?? []).map((identity) => identityProvider(identity, clock));
    const faults = new FaultPlan(clock);
    for (const { next = 1, of, fault } of options.faults ?? []) faults.next(next, of, fault);
    const gateways: RunningGateway[] = [];
    // Texts of rules may name secrets of the configuration.
    const fill = (text: string): string => filledSecrets(text, gateways[0]!.configuration);
    const backend = fakeBackend(options.backend ?? [], clock, fill);
    const external = fakeBackend(options.external ?? [], clock, fill);
    const unexpected: string[] = [];
    const started = new StartedStore(clock, (setBack) => createMemoryStore({ clock: setBack }));
    const { vault, contentSafety } = options;
    const surroundings: GatewayOptions = {
      store: faults.store(started.store),
      transport: fakeTransport({ backend, external, providers, faults, unexpected }),
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      credentials: faults.credentials(testCredentials(options, clock)),
      dataSources: faults.dataSources(fakeDatabases(options.dataSources ?? {}, unexpected)),
      ...(vault === undefined ? {} : { secrets: { resolve: faults.resolve(vaultOf(vault)) } }),
      ...(contentSafety === undefined ? {} : { contentSafety: faults.contentSafety(contentSafety) }),
      ...(options.gatewayErrors === undefined ? {} : { gatewayErrors: options.gatewayErrors }),
      ...(options.policies === undefined ? {} : { policies: options.policies }),
      ...(options.packages === undefined ? {} : { packages: options.packages }),
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      random: repeatableRandom(),
    };
    const inside = {
      probes: this.given.probes ?? null,
      rewrite: this.given.rewrite ?? null,
      tellsShapes: this.given.tellsShapes ?? false,
      isFaked: options.fakes ?? true,
      compile: (...input: Parameters<typeof compileSnapshot>) => this.compile(...input),
    };
    for (const ahead of options.replicas ?? [0]) {
      const start = (): Promise<RunningGateway> =>
        startGateway(this.configuration, { ...surroundings, clock: skewed(clock, ahead) }, inside);
      // Vaults that fail take their time.
      gateways.push(await (vault === undefined ? start() : clock.run(start)));
    }
    const [gateway] = gateways;
    if (gateway === undefined)
      throw new TypeError("Invalid replicas: expected the milliseconds by which each one's clock is ahead.");

    const { state, operation } = options;
    if (state !== undefined) await started.begin(state, gateway, fill);
    const knowsCaller = options.gateway === undefined || (operation !== undefined && options.context !== undefined);
    const shared = {
      clock,
      backend,
      external,
      unexpected,
      operation: operation === undefined ? null : testedOperation(operation, gateway.built),
      assume: knowsCaller ? assumptionOf(options, gateway.configuration) : null,
      isTraced: (options.trace ?? false) || (this.given.traces ?? false),
    };
    const replicas = gateways.map((running) => new RunningReplica(running, shared));
    let turn = 0;
    const next = (): RunningReplica => replicas[turn++ % replicas.length]!;
    return {
      clock,
      gateway,
      warnings: gateway.diagnostics,
      faults,
      replicas,
      send: (request = {}) => next().send(request),
      sendAll: (requests) => clock.run(() => Promise.all(requests.map((request) => next().handle(request)))),
      connect: (request = {}, protocols = []) => next().connect(request, protocols),
      token: ({ issuer, ...token } = {}) => providerOf(providers, issuer).token(token),
    };
  }

  /**
   * What all worlds run on.
   * @throws ConfigurationError with every error of the documents
   */
  async snapshot(): Promise<Snapshot> {
    if (this.compiled.size === 0) await (await this.open()).gateway.close();
    const [compiled] = this.compiled.values();
    return compiled!;
  }

  /** Compiles what is tested once for all worlds; what a test puts in its place, each time. */
  private compile(...[source, tools, outside]: Parameters<typeof compileSnapshot>): Promise<Snapshot> {
    if (source !== this.configuration) return compileSnapshot(source, tools, outside);
    const key = JSON.stringify([...(outside?.values ?? [])]);
    let compiled = this.compiled.get(key);
    if (compiled === undefined) this.compiled.set(key, (compiled = compileSnapshot(source, tools, outside)));
    return compiled;
  }
}

/** A clock that is ahead of another, by so many milliseconds. */
function skewed(clock: Clock, ahead: number): Clock {
  if (ahead === 0) return clock;
  return { now: () => clock.now() + ahead, setTimer: (callback, ms) => clock.setTimer(callback, ms), ticks: () => clock.now() };
}

function vaultOf(secrets: Readonly<Record<string, string>>): NonNullable<SecretOptions["resolve"]> {
  return ({ secretIdentifier }) =>
    Object.hasOwn(secrets, secretIdentifier)
      ? Promise.resolve(secrets[secretIdentifier]!)
      : Promise.reject(new Error("the test's vault does not have it."));
}

function providerOf(providers: readonly IdentityProvider[], issuer: string | undefined): IdentityProvider {
  const found = issuer === undefined ? providers[0] : providers.find((provider) => provider.issuer === issuer);
  if (found === undefined)
    throw new TypeError(
      issuer === undefined ? "A token needs an identity provider: give `identity`." : `There is no identity provider ${issuer}.`,
    );
  return found;
}

function configurationOf(options: PolicyTestOptions): LoadedConfiguration {
  const folder = options.folder ?? process.cwd();
  const { gateway } = options;
  if (
    gateway === undefined &&
    options.policy === undefined &&
    options.fragment === undefined &&
    options.expression === undefined &&
    options.operationPolicy === undefined
  )
    throw new TypeError("Give policyTest a policy, an operationPolicy, a fragment, an expression or a gateway.");
  if (gateway === undefined && options.operation !== undefined)
    throw new TypeError("Invalid operation: expected a gateway that has it; a document of one operation is `operationPolicy`.");
  if (gateway instanceof LoadedConfiguration) return gateway;
  if (gateway !== undefined && "file" in gateway) return LoadedConfiguration.fromFile(gateway.file);
  return LoadedConfiguration.fromObject(gateway ?? surroundingConfiguration(options), folder);
}
