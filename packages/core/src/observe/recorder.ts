import type { Headers } from "../http/headers.js";
import type { Body } from "../http/message.js";
import { tapped } from "../http/tapped.js";
import { type IncomingResponse, type OutgoingRequest, TransportError } from "../http/transport.js";
import type { HostHandler, RequestMessage } from "../policy/exchange.js";
import type { ContentSafety, Facts, Runtime } from "../policy/services.js";
import type { CacheEntry, CounterRequest, CounterResult, Store } from "../stores/store.js";
import { ticksOf } from "../time/clock.js";
import type { RecordedExchange, RecordedFact, RecordedState } from "./recording.js";

/** How much a recording holds. */
export interface RecorderBounds {
  /** Bytes of one body. */
  readonly body: number;
  /** Bytes of all bodies together. */
  readonly all: number;
}

/** Bounds of recordings that are kept. */
const BOUNDS: RecorderBounds = { body: 1_048_576, all: 4_194_304 };
/** Calls, counts, lookups, facts and random values of one request, each. */
const MOST_ENTRIES = 2_000;
/** Changes of what the clock says. */
const MOST_READS = 10_000;

/** A body while it passes. */
export interface PassingBody {
  /** Null for no body at all. */
  readonly chunks: Uint8Array[] | null;
  isCut: boolean;
}

/** A message as it was seen. */
export interface SeenMessage {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: PassingBody;
}

/** A call as it was seen. */
export interface SeenCall {
  readonly to: RecordedExchange["to"];
  readonly request: SeenMessage & { readonly method: string; readonly url: string };
  answer: (SeenMessage & { readonly status: number; readonly reason: string }) | null;
  failure: RecordedExchange["failure"];
  elapsed: number;
}

const NO_BODY: PassingBody = { chunks: null, isCut: false };

/** What one request depends on besides itself and the configuration, taken down as it comes. Sizes are bounded: what is more makes it incomplete. */
export class Recorder {
  readonly clock: [offset: number, times: number][] = [];
  readonly bytes: Uint8Array[] = [];
  readonly fractions: number[] = [];
  readonly calls: SeenCall[] = [];
  readonly counts: (CounterRequest & CounterResult & { readonly before: number })[] = [];
  readonly lookups: { readonly key: string; readonly entry: CacheEntry | null }[] = [];
  readonly facts: RecordedFact[] = [];
  received: PassingBody = NO_BODY;
  sent: PassingBody = NO_BODY;
  /** Why what is written down is not all. */
  incomplete: string | null = null;
  private size = 0;

  readonly method: string;
  readonly receivedHeaders: readonly (readonly [string, string])[];

  /**
   * @param start when the request came, milliseconds since the epoch
   * @param request as it came
   * @param given what the host gave with the request
   */
  constructor(
    private readonly start: number,
    request: Pick<RequestMessage, "method" | "headers">,
    readonly given: {
      readonly configuration: string | null;
      readonly caller: unknown;
      readonly variables: Readonly<Record<string, unknown>>;
      readonly state: RecordedState;
      readonly certificate: Uint8Array | null;
      /** What becomes of requests that no API is there for, where the host's own handler is the backend; null where it is not. */
      readonly host: "refuse" | "pass" | null;
    },
    private bounds: RecorderBounds = BOUNDS,
  ) {
    this.method = request.method;
    this.receivedHeaders = [...request.headers];
  }

  /** The services of a gateway as the request sees them. */
  runtime(runtime: Runtime): Runtime {
    const { clock, random, expressionHost, transport, store } = runtime;
    const ticks = ticksOf(clock);
    const facts = this.ofFacts(runtime.facts);
    const now = (): number => this.read(clock.now());
    const bytes = (length: number): Uint8Array => this.kept(this.bytes, random.bytes(length));
    return {
      ...runtime,
      original: runtime.original ?? runtime,
      clock: { now, setTimer: clock.setTimer.bind(clock), ...(clock.ticks === undefined ? {} : { ticks: () => clock.ticks!() }) },
      random: { bytes, fraction: () => this.kept(this.fractions, random.fraction()) },
      expressionHost: { now, randomBytes: bytes, elapsed: () => expressionHost.elapsed() },
      transport: (request) => this.call(request, transport, ticks),
      store: this.store(store),
      facts,
      contentSafety: knownJudge(facts, runtime.contentSafety),
      dataSources: knownDatabases(facts, runtime.dataSources),
    };
  }

  /** Holds no more bodies from now on: nobody is going to look at it. */
  abandon(): void {
    this.bounds = { body: -1, all: -1 };
    this.incomplete ??= "It was given up before the request had ended.";
  }

  /** The host's handler as the backend. */
  host(next: HostHandler, ticks: () => number): HostHandler {
    return async (request, exchange) => {
      const { body } = request;
      const seen: PassingBody = body.isNone ? NO_BODY : { chunks: [], isCut: false };
      if (body.isBuffered) this.take(seen, body.bytes);
      else body.look((stream) => this.passing(stream, seen));
      const call = this.begin("host", request.method, request.url.toString(), request.headers, seen);
      const from = ticks();
      // What the host sends itself cannot be seen.
      exchange.endsAtHost = false;
      const answer = await next(request, exchange);
      call.elapsed = ticks() - from;
      if (answer === null) return null;
      const answered: PassingBody = answer.body.isNone ? NO_BODY : { chunks: [], isCut: false };
      if (answer.body.isBuffered) this.take(answered, answer.body.bytes);
      else answer.body.look((stream) => this.passing(stream, answered));
      call.answer = { status: answer.status, reason: answer.reason, headers: [...answer.headers], body: answered };
      return answer;
    };
  }

  /** The request's body as it comes. */
  fromCaller(body: Body): Body {
    this.received = body === null ? NO_BODY : { chunks: [], isCut: false };
    return this.seen(body, this.received);
  }

  /** The answer's body as it goes out. */
  toCaller(body: Body): Body {
    this.sent = body === null ? NO_BODY : { chunks: [], isCut: false };
    return this.seen(body, this.sent);
  }

  private seen(body: Body, into: PassingBody): Body {
    if (body === null || body instanceof Uint8Array) {
      this.take(into, body);
      return body;
    }
    return this.passing(body, into);
  }

  private take(into: PassingBody, bytes: Uint8Array | null): void {
    if (bytes === null || into.chunks === null) return;
    const before = into.chunks.reduce((length, chunk) => length + chunk.length, 0);
    this.size += bytes.length;
    const { body, all } = this.bounds;
    if (before + bytes.length > body) this.incomplete ??= `A body has more than ${body} bytes.`;
    else if (this.size > all) this.incomplete ??= `The bodies have more than ${all} bytes together.`;
    else into.chunks.push(bytes);
  }

  private passing(source: AsyncIterable<Uint8Array>, into: PassingBody): AsyncIterable<Uint8Array> {
    const stream = tapped(source, {
      chunk: (bytes) => this.take(into, bytes),
      end: (isWhole) => {
        into.isCut = !isWhole;
      },
    });
    if ("trailers" in source) Object.defineProperty(stream, "trailers", { get: () => source.trailers, enumerable: true });
    return stream;
  }

  private read(time: number): number {
    const offset = time - this.start;
    const last = this.clock.at(-1);
    if (last?.[0] === offset) last[1]++;
    else if (this.clock.length < MOST_READS) this.clock.push([offset, 1]);
    else this.incomplete ??= `The clock was read more than ${MOST_READS} times.`;
    return time;
  }

  private kept<T>(list: T[], value: T): T {
    if (list.length < MOST_ENTRIES) list.push(value);
    else this.incomplete ??= `There were more than ${MOST_ENTRIES} calls, counts, lookups or random values.`;
    return value;
  }

  private begin(to: SeenCall["to"], method: string, url: string, headers: Headers, body: PassingBody): SeenCall {
    const request = { method, url, headers: [...headers], body };
    return this.kept(this.calls, { to, request, answer: null, failure: null, elapsed: 0 });
  }

  private async call(request: OutgoingRequest, transport: Runtime["transport"], ticks: () => number): Promise<IncomingResponse> {
    const { method, url, headers } = request;
    const sent: PassingBody = request.body === null ? NO_BODY : { chunks: [], isCut: false };
    const call = this.begin(request.purpose === "forward" ? "backend" : "call", method, url, headers, sent);
    const from = ticks();
    try {
      const answer = await transport({ ...request, body: this.seen(request.body, sent) });
      call.elapsed = ticks() - from;
      const body: PassingBody = answer.body === null ? NO_BODY : { chunks: [], isCut: false };
      call.answer = { status: answer.status, reason: answer.reason, headers: [...answer.headers], body };
      if (answer.socket !== undefined) this.incomplete ??= "A WebSocket connection is not recorded.";
      return { ...answer, body: this.seen(answer.body, body) };
    } catch (error) {
      call.elapsed = ticks() - from;
      const kind = error instanceof TransportError ? error.kind : "connection";
      call.failure = { kind, message: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }

  private store(store: Store): Store {
    const { counters, cache } = store;
    const look = (key: string) => (entry: CacheEntry | null) => {
      this.kept(this.lookups, { key, entry });
      return entry;
    };
    return {
      ...store,
      counters: {
        take: (requests) =>
          then(counters.take(requests), (results) => {
            const isAdded = results.every(({ admitted }) => admitted);
            requests.forEach((request, index) => {
              const result = results[index]!;
              const before = isAdded || request.force ? result.count - request.amount : result.count;
              this.kept(this.counts, { ...request, ...result, before });
            });
            return results;
          }),
      },
      cache: {
        get: (key) => then(cache.get(key), look(key)),
        set: (key, entry, ttl) => cache.set(key, entry, ttl),
        delete: (key) => cache.delete(key),
        ...(cache.getOrClaim === undefined ? {} : { getOrClaim: (key: string) => then(cache.getOrClaim!(key), look(key)) }),
        ...(cache.release === undefined ? {} : { release: (key: string) => cache.release!(key) }),
      },
    };
  }

  private ofFacts(outer: Facts | undefined): Facts {
    return {
      know: async (kind, key, find) => {
        try {
          const value = await (outer === undefined ? find() : outer.know(kind, key, find));
          this.kept(this.facts, { kind, key, value });
          return value;
        } catch (error) {
          this.kept(this.facts, { kind, key, failure: error instanceof Error ? error.message : String(error) });
          throw error;
        }
      },
    };
  }
}

/** A judge of texts, if the host has one, whose verdicts are written down, or told again. */
export function knownJudge(facts: Facts, safety: ContentSafety): ContentSafety {
  if (safety.judge === undefined) return safety;
  return {
    ...safety,
    judge: async (text) =>
      facts.know("content-safety", JSON.stringify({ ...text, signal: undefined }), () => safety.judge!(text)),
  };
}

/** Databases whose answers are written down, or told again. What they are asked is told by everything but how to get there. */
export function knownDatabases(facts: Facts, databases: Runtime["dataSources"]): Runtime["dataSources"] {
  const key = (request: object): string =>
    JSON.stringify(request, (name, value: unknown) =>
      name === "signal" || name === "accessToken" || name.startsWith("connection") ? undefined : value,
    );
  return {
    ...(databases.sql === undefined
      ? {}
      : { sql: async (request) => facts.know("sql", key(request), () => databases.sql!(request)) }),
    ...(databases.cosmos === undefined
      ? {}
      : { cosmos: async (request) => facts.know("cosmos", key(request), () => databases.cosmos!(request)) }),
  };
}

function then<T, R>(result: T | Promise<T>, take: (value: T) => R): R | Promise<R> {
  return result instanceof Promise ? result.then(take) : take(result);
}
