import { type Tap, tapped } from "../http/tapped.js";
import type { IncomingResponse, OutgoingRequest } from "../http/transport.js";
import type { Runtime } from "../policy/services.js";
import type { CacheStore, CounterStore, Store } from "../stores/store.js";
import { type Clock, ticksOf } from "../time/clock.js";

/** The call to the backend that counts: the last one. */
export interface MeteredBackendCall {
  readonly method: string;
  readonly url: string;
  /** 0 as long as no answer has come. */
  status: number;
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
  async waiting<T>(method: string, url: string, work: () => Promise<T>, statusOf: (answer: T) => number): Promise<T> {
    const from = this.ticks();
    const clientBefore = this.client;
    const call: MeteredBackendCall = { method, url, status: 0 };
    this.backendCalls++;
    this.backendCall = call;
    try {
      const answer = await work();
      call.status = statusOf(answer);
      return answer;
    } finally {
      this.backend += Math.max(0, this.ticks() - from - (this.client - clientBefore));
    }
  }

  /** A call that leaves the process, its time counted if it is the backend's. */
  async call(request: OutgoingRequest, transport: Runtime["transport"]): Promise<IncomingResponse> {
    if (request.purpose !== "forward") return transport(request);
    const { method, url } = request;
    const answer = await this.waiting(
      method,
      url,
      () => transport(request),
      ({ status }) => status,
    );
    const { body } = answer;
    if (body === null || body instanceof Uint8Array) return answer;
    return { ...answer, body: this.patient(body, (time) => (this.backend += time)) };
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

  /** The request's body as the caller sends it. */
  fromCaller(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const counted = tapped(
      this.patient(body, (time) => (this.client += time)),
      {
        chunk: ({ length }) => (this.requestBytes += length),
        end: () => {},
      },
    );
    return counted;
  }

  /** The response's body as it goes to the caller. */
  toCaller(body: AsyncIterable<Uint8Array>, end: Tap["end"]): AsyncIterable<Uint8Array> {
    const counted = tapped(body, { chunk: ({ length }) => (this.responseBytes += length), end });
    if ("trailers" in body) Object.defineProperty(counted, "trailers", { get: () => body.trailers, enumerable: true });
    return counted;
  }

  /** A store whose time is counted. */
  measured(store: Store): Store {
    const { counters, cache } = store;
    const take: CounterStore["take"] = (requests) => this.timed("store", () => counters.take(requests));
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

/** The services of a gateway as one request is measured through them: made for each request, so that it makes nothing that few ask for. */
class MeteredRuntime implements Runtime {
  readonly original: Runtime;
  readonly clock: Runtime["clock"];
  readonly transport: Runtime["transport"];
  readonly logger: Runtime["logger"];
  readonly telemetry: Runtime["telemetry"];
  readonly credentials: Runtime["credentials"];
  readonly contentSafety: Runtime["contentSafety"];
  readonly random: Runtime["random"];
  readonly expressionHost: Runtime["expressionHost"];
  readonly expressionLimits: Runtime["expressionLimits"];
  readonly gatewayErrors: Runtime["gatewayErrors"];
  readonly pathEncoding: Runtime["pathEncoding"];
  readonly anyScheme: boolean;
  readonly background: Runtime["background"];
  readonly bodyLimit: number;
  readonly bodyWork: number;
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
    this.random = runtime.random;
    this.expressionHost = runtime.expressionHost;
    this.expressionLimits = runtime.expressionLimits;
    this.gatewayErrors = runtime.gatewayErrors;
    this.pathEncoding = runtime.pathEncoding;
    this.anyScheme = runtime.anyScheme;
    this.background = runtime.background;
    this.bodyLimit = runtime.bodyLimit;
    this.bodyWork = runtime.bodyWork;
  }

  get store(): Store {
    this.ownStore ??= this.meter.measured(this.runtime.store);
    return this.ownStore;
  }
}
