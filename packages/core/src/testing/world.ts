import type { Probes } from "../compile/probes.js";
import { LoadedConfiguration } from "../config/source.js";
import { plainValue } from "../context/plain-value.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Gateway, type RunningGateway, startGateway } from "../gateway.js";
import type { Body, GatewayRequest } from "../http/message.js";
import type { PolicyDocument } from "../model/model.js";
import { filledSecrets } from "../observe/conceal-recording.js";
import type { Exchange } from "../policy/exchange.js";
import { compileSnapshot, type Snapshot } from "../snapshot/snapshot.js";
import { createMemoryStore } from "../stores/memory.js";
import { testCredentials } from "./credentials.js";
import { type FakeBackend, fakeBackend, readBody } from "./fake-backend.js";
import { fakeDatabases } from "./fake-databases.js";
import { type IdentityProvider, identityProvider, type TokenOptions } from "./identity-provider.js";
import type { Outcome } from "./outcome.js";
import type { PolicyTestOptions } from "./policy-test-options.js";
import { assumptionOf, surroundingConfiguration } from "./surroundings.js";
import { type TestClock, testClock } from "./test-clock.js";
import { StartedStore } from "./test-state.js";
import { fakeTransport } from "./transport.js";
import { Watch } from "./watch.js";

/** A request to the policy under test; the URL alone is enough. */
export type TestRequest = Omit<GatewayRequest, "method" | "headers"> & Partial<Pick<GatewayRequest, "method" | "headers">>;

/** A policy under test: send it requests and look at what comes out. State lasts as long as the object. */
export interface PolicyTest {
  readonly clock: TestClock;
  readonly gateway: Gateway;
  /** Findings about the documents that are no errors. */
  readonly warnings: readonly Diagnostic[];
  send(request: TestRequest): Promise<Outcome>;
  /** Sends requests at once. */
  sendAll(requests: readonly TestRequest[]): Promise<Outcome[]>;
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
    // Texts of rules may name secrets of the configuration.
    const fill = (text: string): string => filledSecrets(text, gateway.configuration);
    const backend = fakeBackend(options.backend ?? [], clock, fill);
    const external = fakeBackend(options.external ?? [], clock, fill);
    const unexpected: string[] = [];
    const started = new StartedStore(clock, (setBack) => createMemoryStore({ clock: setBack }));
    let fraction = 0;
    const gateway: RunningGateway = await startGateway(
      this.configuration,
      {
        clock,
        store: started.store,
        transport: fakeTransport({ backend, external, providers, unexpected }),
        logger: { debug() {}, info() {}, warn() {}, error() {} },
        credentials: testCredentials(options, clock),
        dataSources: fakeDatabases(options.dataSources ?? {}, unexpected),
        ...(options.gatewayErrors === undefined ? {} : { gatewayErrors: options.gatewayErrors }),
        ...(options.policies === undefined ? {} : { policies: options.policies }),
        ...(options.packages === undefined ? {} : { packages: options.packages }),
        ...(options.limits === undefined ? {} : { limits: options.limits }),
        // A repeatable spread over [0, 1) in place of chance.
        random: { fraction: () => (fraction = (fraction + 0.618_033_988_749_895) % 1) },
      },
      {
        probes: this.given.probes ?? null,
        rewrite: this.given.rewrite ?? null,
        tellsShapes: this.given.tellsShapes ?? false,
        isFaked: options.fakes ?? true,
        compile: (...input) => this.compile(...input),
      },
    );

    const { state } = options;
    if (state !== undefined) await started.begin(state, gateway, fill);
    const assume = options.gateway === undefined ? assumptionOf(options, gateway.configuration) : undefined;
    const isTraced = (options.trace ?? false) || (this.given.traces ?? false);
    const handle = async (request: TestRequest): Promise<Outcome> => {
      const from = clock.now();
      const seen = { backend: backend.calls.length, external: external.calls.length, unexpected: unexpected.length };
      let exchange: Exchange | null = null;
      const ran = new Watch();
      const response = await gateway.handle(
        { method: "GET", headers: [], ...request, ...("body" in request ? { body: asReceived(request.body) } : {}) },
        {
          observer: ran,
          trace: isTraced,
          ...(assume === undefined ? {} : { assume }),
          observe: (opened) => {
            exchange = opened;
          },
        },
      );
      const bytes = await readBody(response.body);
      return outcome({
        response,
        bytes,
        exchange,
        watch: ran,
        elapsed: clock.now() - from,
        backend: backend.calls.slice(seen.backend),
        external: external.calls.slice(seen.external),
        unexpected: unexpected.slice(seen.unexpected),
      });
    };

    return {
      clock,
      gateway,
      warnings: gateway.diagnostics,
      send: (request) => clock.run(() => handle(request)),
      sendAll: (requests) => clock.run(() => Promise.all(requests.map(handle))),
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

/** A body as a server hands it on: a stream that can be read once. */
function asReceived(body: TestRequest["body"]): Body {
  if (body === null || body === undefined) return null;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return bytes instanceof Uint8Array && bytes.length > 0 ? once(bytes) : bytes;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
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
    options.operationPolicy === undefined
  )
    throw new TypeError("Give policyTest a policy, an operationPolicy, a fragment or a gateway.");
  if (gateway instanceof LoadedConfiguration) return gateway;
  if (gateway !== undefined && "file" in gateway) return LoadedConfiguration.fromFile(gateway.file);
  return LoadedConfiguration.fromObject(gateway ?? surroundingConfiguration(options), folder);
}

interface Observed {
  readonly response: Awaited<ReturnType<Gateway["handle"]>>;
  readonly bytes: Uint8Array;
  readonly exchange: Exchange | null;
  readonly watch: Watch;
  readonly elapsed: number;
  readonly backend: FakeBackend["calls"];
  readonly external: FakeBackend["calls"];
  readonly unexpected: readonly string[];
}

function outcome({ response, bytes, exchange, watch, elapsed, backend, external, unexpected }: Observed): Outcome {
  const text = Buffer.from(bytes).toString("utf8");
  const variables: Record<string, unknown> = Object.create(null);
  for (const [name, value] of exchange?.variables ?? []) variables[name] = plainValue(value);
  return {
    status: response.status,
    reason: response.reason,
    headers: response.headers,
    bytes,
    text,
    json: () => JSON.parse(text) as unknown,
    backendCalls: backend,
    externalCalls: external,
    variables,
    error: exchange?.lastError ?? null,
    match: {
      api: exchange?.api?.id ?? null,
      operation: exchange?.operation?.id ?? null,
      product: exchange?.product?.id ?? null,
      subscription: exchange?.subscription?.id ?? null,
    },
    trace: watch.policies,
    steps: watch.steps,
    answeredBy: watch.answeredBy(exchange?.lastError ?? null, exchange?.hasBackendResponse ?? false),
    elapsed,
    traceDocument: response.trace ?? null,
    unexpectedCalls: unexpected,
  };
}
