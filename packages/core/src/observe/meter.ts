import { tapped } from "../http/tapped.js";
import type { IncomingResponse, OutgoingRequest } from "../http/transport.js";
import { isWatchable, type WatchableBody } from "../http/watched-body.js";
import type { Runtime } from "../policy/services.js";
import type { CacheStore, CounterRequest, CounterResult, CounterStore, Store } from "../stores/store.js";
import { type Clock, ticksOf } from "../time/clock.js";
import type { Capture } from "./captured.js";

/** The call to the backend that counts: the last one. */
export interface MeteredBackendCall {
  readonly method: string;
  readonly url: string;
  /** 0 as long as no answer has come. */
  status: number;
  /** What was spoken, `HTTP/1.1` or `HTTP/2.0`; null where that is not known. */
  protocol: string | null;
}

/** Where a request's time goes, in milliseconds. Made only for requests that somebody wants to know of. */
export class Meter {
  readonly began: number;
  readonly ticks: () => number;
  backend = 0;
  client = 0;
  cache = 0;
  store = 0;
  requestBytes = 0;
  responseBytes = 0;
  /** Calls of forward-request. */
  backendCalls = 0;
  backendCall: MeteredBackendCall | null = null;
  /** How much is used of the limit that is nearest to its end, of those that the request counted to: 1 is all of it. */
  limitUsage = 0;
  /** Null unless a diagnostic asks for headers or bodies. */
  capture: Capture | null = null;

  constructor(clock: Clock) {
    this.ticks = ticksOf(clock);
    this.began = this.ticks();
  }

  /** Milliseconds since the request came in. */
  get elapsed(): number {
    return this.ticks() - this.began;
  }

  /** The services of a gateway, with their time measured. */
  runtime(runtime: Runtime): Runtime {
    return new MeteredRuntime(runtime, this);
  }

  /** A handler of the host's as the backend. What the caller sends meanwhile counts as the caller's time. */
  waiting<T>(method: string, url: string, work: () => Promise<T>, statusOf: (answer: T) => number): Promise<T> {
    const wait = new BackendWait(this, method, url);
    return work().then(
      (answer) => {
        wait.answered(statusOf(answer));
        return answer;
      },
      (error: unknown) => wait.failed(error),
    );
  }

  /** A call that leaves the process, its time counted if it is the backend's. */
  call(request: OutgoingRequest, transport: Runtime["transport"]): Promise<IncomingResponse> {
    if (request.purpose !== "forward") return transport(request);
    const { capture } = this;
    const wait = new BackendWait(this, request.method, request.url);
    return transport(capture === null ? request : this.takenDown(request, capture)).then(
      (answer) => {
        wait.answered(answer.status, answer.protocol);
        return this.looksOnAt(answer, capture);
      },
      (error: unknown) => wait.failed(error),
    );
  }

  private looksOnAt(answer: IncomingResponse, capture: Capture | null): IncomingResponse {
    const { body } = answer;
    capture?.headers("backendResponse", answer.headers);
    if (body === null) return answer;
    if (body instanceof Uint8Array) {
      capture?.chunk("backendResponse", body);
      return answer;
    }
    if (isWatchable(body)) {
      this.watchBackend(body, capture);
      return answer;
    }
    const patient = this.patient(body, (time) => (this.backend += time));
    return { ...answer, body: capture === null ? patient : takingDown(patient, capture, "backendResponse") };
  }

  /** Waiting for the body is the backend's time; its first bytes may be wanted. */
  private watchBackend(body: WatchableBody, capture: Capture | null): void {
    let from: number | null = null;
    body.watch({
      waits: () => {
        from ??= this.ticks();
      },
      came: () => {
        if (from !== null) this.backend += this.ticks() - from;
        from = null;
      },
      ...(capture === null || capture.bytesOf("backendResponse") === 0
        ? {}
        : { chunk: (chunk: Uint8Array) => capture.chunk("backendResponse", chunk) }),
    });
  }

  /** A request on its way to the backend, of which a diagnostic wants something. */
  private takenDown(request: OutgoingRequest, capture: Capture): OutgoingRequest {
    const { headers, body } = request;
    capture.headers("backendRequest", headers);
    if (body === null) return request;
    if (!(body instanceof Uint8Array)) return { ...request, body: takingDown(body, capture, "backendRequest") };
    capture.chunk("backendRequest", body);
    return request;
  }

  /** A stream for which waiting is counted. Its trailers stay its own. */
  private patient(source: AsyncIterable<Uint8Array>, count: (time: number) => void): AsyncIterable<Uint8Array> {
    const { ticks } = this;
    const stream = {
      [Symbol.asyncIterator]: (): AsyncIterator<Uint8Array> => {
        const iterator = source[Symbol.asyncIterator]();
        return {
          async next() {
            const from = ticks();
            try {
              return await iterator.next();
            } finally {
              count(ticks() - from);
            }
          },
          return: async () => {
            await iterator.return?.();
            return { done: true, value: undefined };
          },
        };
      },
    };
    if ("trailers" in source) Object.defineProperty(stream, "trailers", { get: () => source.trailers, enumerable: true });
    return stream;
  }

  /** Databases whose time counts as the backend's. */
  databases(sources: Runtime["dataSources"]): Runtime["dataSources"] {
    if (sources.sql === undefined && sources.cosmos === undefined) return sources;
    const timed = async <T>(work: () => Promise<T>): Promise<T> => {
      const from = this.ticks();
      try {
        return await work();
      } finally {
        this.backend += this.ticks() - from;
      }
    };
    return {
      ...(sources.sql === undefined ? {} : { sql: (request) => timed(() => sources.sql!(request)) }),
      ...(sources.cosmos === undefined ? {} : { cosmos: (request) => timed(() => sources.cosmos!(request)) }),
    };
  }

  /** The request's body as the caller sends it. */
  fromCaller(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const counted = tapped(
      this.patient(body, (time) => (this.client += time)),
      {
        chunk: (chunk) => {
          this.requestBytes += chunk.length;
          this.capture?.chunk("request", chunk);
        },
        end: () => {},
      },
    );
    return counted;
  }

  /** The response's body as it goes to the caller. */
  toCaller(body: AsyncIterable<Uint8Array>, end: (isWhole: boolean) => void): AsyncIterable<Uint8Array> {
    const chunk = (bytes: Uint8Array): void => {
      this.responseBytes += bytes.length;
      this.capture?.chunk("response", bytes);
    };
    if (isWatchable(body)) {
      body.watch({ chunk, end });
      return body;
    }
    const counted = tapped(body, { chunk, end });
    if ("trailers" in body) Object.defineProperty(counted, "trailers", { get: () => body.trailers, enumerable: true });
    return counted;
  }

  /** A store whose time is counted. */
  measured(store: Store): Store {
    const { counters, cache } = store;
    const take: CounterStore["take"] = (requests) => {
      const results = this.timed("store", () => counters.take(requests));
      if (results instanceof Promise) return results.then((all) => this.noteLimits(requests, all));
      return this.noteLimits(requests, results);
    };
    const measured: { -readonly [K in keyof CacheStore]: CacheStore[K] } = {
      get: (key) => this.timed("cache", () => cache.get(key)),
      set: (key, entry, ttl) => this.timed("cache", () => cache.set(key, entry, ttl)),
      delete: (key) => this.timed("cache", () => cache.delete(key)),
    };
    if (cache.getOrClaim !== undefined) measured.getOrClaim = (key) => this.timed("cache", () => cache.getOrClaim!(key));
    if (cache.release !== undefined) measured.release = (key) => cache.release!(key);
    return {
      counters: { take },
      cache: measured,
      ...(store.scope === undefined ? {} : { scope: store.scope }),
      ...(store.state === undefined ? {} : { state: store.state }),
    };
  }

  private noteLimits(requests: readonly CounterRequest[], results: CounterResult[]): CounterResult[] {
    for (let index = 0; index < results.length; index++) {
      const { limit } = requests[index]!;
      if (limit > 0) this.limitUsage = Math.max(this.limitUsage, results[index]!.count / limit);
    }
    return results;
  }

  private timed<T>(what: "cache" | "store", work: () => T | Promise<T>): T | Promise<T> {
    const from = this.ticks();
    const ended = (): void => void (this[what] += this.ticks() - from);
    const result = work();
    if (!(result instanceof Promise)) {
      ended();
      return result;
    }
    return result.finally(ended);
  }
}

/** The time from a call of the backend to its answer, without what the caller took of it. */
class BackendWait {
  private readonly from: number;
  private readonly clientBefore: number;
  private readonly call: MeteredBackendCall;

  constructor(
    private readonly meter: Meter,
    method: string,
    url: string,
  ) {
    this.from = meter.ticks();
    this.clientBefore = meter.client;
    this.call = { method, url, status: 0, protocol: null };
    meter.backendCalls++;
    meter.backendCall = this.call;
  }

  answered(status: number, protocol: string | null = null): void {
    this.call.status = status;
    this.call.protocol = protocol;
    this.over();
  }

  failed(error: unknown): never {
    this.over();
    throw error;
  }

  private over(): void {
    const { meter, from, clientBefore } = this;
    meter.backend += Math.max(0, meter.ticks() - from - (meter.client - clientBefore));
  }
}

/** A stream of which a diagnostic wants the first bytes. Its trailers stay its own. */
function takingDown(
  source: AsyncIterable<Uint8Array>,
  capture: Capture,
  part: "backendRequest" | "backendResponse",
): AsyncIterable<Uint8Array> {
  if (capture.bytesOf(part) === 0) return source;
  const taken = tapped(source, { chunk: (chunk) => capture.chunk(part, chunk), end: () => {} });
  if ("trailers" in source) Object.defineProperty(taken, "trailers", { get: () => source.trailers, enumerable: true });
  return taken;
}

/** The services of a gateway as one request is measured through them: made for each request, so that it makes nothing that few ask for. */
class MeteredRuntime implements Runtime {
  readonly original: Runtime;
  readonly clock: Runtime["clock"];
  readonly transport: Runtime["transport"];
  readonly logger: Runtime["logger"];
  readonly telemetry: Runtime["telemetry"];
  readonly credentials: Runtime["credentials"];
  readonly contentSafety: Runtime["contentSafety"];
  readonly dataSources: Runtime["dataSources"];
  readonly random: Runtime["random"];
  readonly expressionHost: Runtime["expressionHost"];
  readonly expressionLimits: Runtime["expressionLimits"];
  readonly gatewayErrors: Runtime["gatewayErrors"];
  readonly pathEncoding: Runtime["pathEncoding"];
  readonly anyScheme: boolean;
  readonly background: Runtime["background"];
  readonly bodyLimit: number;
  readonly bodyWork: number;
  declare readonly facts?: NonNullable<Runtime["facts"]>;
  private ownStore: Store | null = null;

  constructor(
    private readonly runtime: Runtime,
    private readonly meter: Meter,
  ) {
    this.original = runtime.original ?? runtime;
    this.clock = runtime.clock;
    this.transport = (request) => meter.call(request, runtime.transport);
    this.logger = runtime.logger;
    this.telemetry = runtime.telemetry;
    this.credentials = runtime.credentials;
    this.contentSafety = runtime.contentSafety;
    this.dataSources = meter.databases(runtime.dataSources);
    this.random = runtime.random;
    this.expressionHost = runtime.expressionHost;
    this.expressionLimits = runtime.expressionLimits;
    this.gatewayErrors = runtime.gatewayErrors;
    this.pathEncoding = runtime.pathEncoding;
    this.anyScheme = runtime.anyScheme;
    this.background = runtime.background;
    this.bodyLimit = runtime.bodyLimit;
    this.bodyWork = runtime.bodyWork;
    if (runtime.facts !== undefined) this.facts = runtime.facts;
  }

  get store(): Store {
    this.ownStore ??= this.meter.measured(this.runtime.store);
    return this.ownStore;
  }
}
