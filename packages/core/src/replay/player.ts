import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import type { Body } from "../http/message.js";
import { type IncomingResponse, type OutgoingRequest, TransportError } from "../http/transport.js";
import { knownDatabases, knownJudge } from "../observe/recorder.js";
import type { RecordedAnswer, RecordedBody, RecordedExchange, Recording } from "../observe/recording.js";
import type { HostHandler } from "../policy/exchange.js";
import type { Facts, Runtime } from "../policy/services.js";
import type { CacheEntry, CounterRequest, CounterResult, Store } from "../stores/store.js";
import { type Clock, ticksOf, wait } from "../time/clock.js";

/** How a recording is played. */
export interface PlayerOptions {
  /** True: the recording never left the process, and has its secrets and the signatures of tokens in it. Default false. */
  readonly isPlain?: boolean;
  /** Waits for recorded answers, as long as they took. Default: the clock of the gateway. */
  readonly answerClock?: Clock | null;
}

/** Gives a request what one that was recorded was given: the same time, random values, answers of servers and of the store. */
export class Player {
  /** Calls that the recording has no answer to, as `METHOD url`. */
  readonly unanswered: string[] = [];
  private readonly calls: RecordedExchange[];
  private readonly counters: Recording["counters"][number][];
  private readonly cache: Recording["cache"][number][];
  private readonly facts: Recording["facts"][number][];
  private readonly bytes: string[];
  private readonly fractions: number[];
  private readonly reads: [offset: number, times: number][];
  private readonly hasStandIns: boolean;
  private readonly isPlain: boolean;
  private readonly answerClock: Clock | null;
  private lastRead = 0;
  private made = 0;

  /**
   * @param recording with the secrets of a configuration in place of their names
   * @param start when the request came, milliseconds since the epoch
   */
  constructor(
    recording: Recording,
    private readonly start: number,
    { isPlain = false, answerClock = null }: PlayerOptions = {},
  ) {
    this.isPlain = isPlain;
    this.answerClock = answerClock;
    this.hasStandIns = !isPlain && /\bmasked[0-9a-z]{2}\b/.test(JSON.stringify(recording));
    this.calls = [...recording.calls];
    this.counters = [...recording.counters];
    this.cache = [...recording.cache];
    this.facts = [...recording.facts];
    this.bytes = [...recording.random.bytes];
    this.fractions = [...recording.random.fractions];
    this.reads = recording.clock.map(([offset, times]) => [offset, times]);
  }

  /** The services of a gateway with what was recorded in place of what they would give. What was not recorded they give themselves. */
  runtime(runtime: Runtime): Runtime {
    const { clock } = runtime;
    const facts = this.ofFacts();
    const now = (): number => this.now(clock.now());
    const bytes = (length: number): Uint8Array => this.randomBytes(length);
    return {
      ...runtime,
      original: runtime.original ?? runtime,
      clock: { now, setTimer: clock.setTimer.bind(clock), ticks: ticksOf(clock) },
      random: { bytes, fraction: () => this.fractions.shift() ?? this.spread() },
      expressionHost: { ...runtime.expressionHost, now, randomBytes: bytes },
      transport: (request) => this.answer(request, clock),
      store: this.store(runtime.store),
      facts,
      contentSafety: knownJudge(facts, this.facts.some(({ kind }) => kind === "content-safety") ? { judge: noJudge } : {}),
      dataSources: knownDatabases(facts, { sql: noDatabase, cosmos: noDatabase }),
      ...(this.facts.some(({ kind }) => kind === "managed-identity") ? { credentials: { managedIdentity: noIdentity } } : {}),
    };
  }

  /** The host's handler as it answered. */
  readonly host: HostHandler = async ({ method, url, body }) => {
    const found = this.found("host", method, url.toString());
    if (!body.isBuffered) for await (const chunk of body.release() as AsyncIterable<Uint8Array>) void chunk;
    if (found?.answer == null) {
      this.unanswered.push(`${method} ${url.toString()}`);
      throw new Error("The recording has no answer of the host's handler.");
    }
    const { status, reason } = found.answer;
    return { status, reason, headers: headersOf(found.answer), body: new MessageBody(bodyOf(found.answer)) };
  };

  /** Does the recording have answers of the host's handler? */
  get hasHost(): boolean {
    return this.calls.some(({ to }) => to === "host");
  }

  private now(time: number): number {
    const next = this.reads[0];
    if (next === undefined) return Math.max(time, this.start + this.lastRead);
    next[1]--;
    if (next[1] <= 0) this.reads.shift();
    this.lastRead = next[0];
    return this.start + next[0];
  }

  private randomBytes(length: number): Uint8Array {
    const known = this.bytes.findIndex((text) => Buffer.byteLength(text, "base64") === length);
    if (known >= 0) return Buffer.from(this.bytes.splice(known, 1)[0]!, "base64");
    return Uint8Array.from({ length }, () => Math.floor(this.spread() * 256));
  }

  /** A repeatable spread over [0, 1) in place of chance. */
  private spread(): number {
    this.made = (this.made + 0.618_033_988_749_895) % 1;
    return this.made;
  }

  /** Answers a call as it was answered, after as long. */
  async answer(request: OutgoingRequest, clock: Runtime["clock"]): Promise<IncomingResponse> {
    const found = this.found(request.purpose === "forward" ? "backend" : "call", request.method, request.url);
    // Who reads the request's body may be a policy that waits for it to have gone.
    if (request.body !== null && !(request.body instanceof Uint8Array)) for await (const chunk of request.body) void chunk;
    if (found === null) {
      this.unanswered.push(`${request.method} ${request.url}`);
      throw new TransportError("connection", `The recording has no answer to ${request.method} ${request.url}.`);
    }
    if (found.elapsed > 0) await passing(this.answerClock ?? clock, found.elapsed, request.signal);
    if (found.answer === null) {
      const { kind, message } = found.failure ?? { kind: "connection", message: "There was no answer." };
      throw new TransportError(kind, message);
    }
    const { status, reason } = found.answer;
    return { status, reason, headers: headersOf(found.answer), body: bodyOf(found.answer) };
  }

  /** The recorded call that is most like a call: to the same URL, else to the same path by the same method, else the next to the backend. */
  private found(to: RecordedExchange["to"], method: string, url: string): RecordedExchange | null {
    const ofKind = this.calls.filter((call) => call.to === to);
    const same = ofKind.filter(({ request }) => request.method === method);
    const found =
      same.find(({ request }) => request.url === url) ??
      same.find(({ request }) => pathOf(request.url) === pathOf(url)) ??
      (to === "call" ? undefined : ofKind[0]);
    if (found === undefined) return null;
    this.calls.splice(this.calls.indexOf(found), 1);
    return found;
  }

  private store(store: Store): Store {
    const { counters, cache } = store;
    const look = (key: string, otherwise: () => CacheEntry | null | Promise<CacheEntry | null>) => {
      const found = this.taken(this.cache, key);
      return found === null ? otherwise() : entryOf(found);
    };
    return {
      ...store,
      counters: {
        take: (requests) => {
          const known = requests.map(({ key }) => this.taken(this.counters, key));
          const unknown = requests.filter((_, index) => known[index] === null);
          const all = (others: CounterResult[]): CounterResult[] =>
            known.map((count, index) => (count === null ? others.shift()! : resultOf(count, requests[index]!)));
          const taken = unknown.length === 0 ? [] : counters.take(unknown);
          return taken instanceof Promise ? taken.then((others) => all([...others])) : all([...taken]);
        },
      },
      cache: {
        get: (key) => look(key, () => cache.get(key)),
        set: (key, entry, ttl) => cache.set(key, entry, ttl),
        delete: (key) => cache.delete(key),
      },
    };
  }

  /** Takes what is recorded of a key. Keys say how long their parts are, and a stand-in is not as long as its secret. */
  private taken<T extends { readonly key: string }>(list: T[], key: string): T | null {
    const ways: readonly ((other: string) => boolean)[] = [
      (other) => other === key,
      (other) => withoutLengths(other) === withoutLengths(key),
      // Made of a secret that is too short to be told in other texts, or hashed: then the next of its kind.
      (other) => hasStandIns && kindOf(other) === kindOf(key),
    ];
    const hasStandIns = this.hasStandIns;
    const index = ways.reduce((found, isIt) => (found >= 0 ? found : list.findIndex((entry) => isIt(entry.key))), -1);
    return index < 0 ? null : list.splice(index, 1)[0]!;
  }

  private ofFacts(): Facts {
    return {
      know: <T>(kind: string, key: string, find: () => T | Promise<T>): T | Promise<T> => {
        const index = this.facts.findIndex((fact) => fact.kind === kind && fact.key === key);
        if (index < 0) return find();
        // Nothing has to be asked for whether a signature holds by a key of the policy's own, and the key may be another.
        if (this.isPlain && kind === "token" && isByPolicy(this.facts[index]!.value)) return find();
        const { value, failure } = this.facts[index]!;
        // The last stays: a policy may ask again.
        if (this.facts.some((fact, later) => later > index && fact.kind === kind && fact.key === key))
          this.facts.splice(index, 1);
        if (failure !== undefined) throw new Error(failure);
        return value as T;
      },
    };
  }
}

/** A body as it was recorded, as a server hands it on: a stream that can be read once. */
export function bodyOf({ body }: { readonly body: RecordedBody | null }): Body {
  if (body === null) return null;
  const bytes = bytesOf(body);
  return body.breaks === true ? broken(bytes) : bytes.length === 0 ? bytes : once(bytes);
}

/** The bytes of a recorded body. */
export function bytesOf({ text, base64 }: RecordedBody): Uint8Array {
  return text === undefined ? Buffer.from(base64 ?? "", "base64") : Buffer.from(text);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* broken(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
  throw new TransportError("connection", "The connection broke off here when this was recorded.");
}

async function passing(clock: Runtime["clock"], ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(clock, ms, signal);
  } catch (cause) {
    throw new TransportError("aborted", "The request was given up.", { cause });
  }
}

const headersOf = ({ headers }: RecordedAnswer): Headers =>
  new Headers(headers.map(([name, value]): [string, string] => [name, value]));

const pathOf = (url: string): string => /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? url;

const noDatabase = (): Promise<never> => Promise.reject(new Error("The recording has no such answer of a database."));

const noJudge = (): Promise<never> => Promise.reject(new Error("The recording has no such verdict on a text."));

const noIdentity = (): Promise<never> => Promise.reject(new Error("The recording has no such token of the managed identity."));

/** Was a token judged without a discovery document? */
const isByPolicy = (verdict: unknown): boolean =>
  Array.isArray((verdict as { readonly providers?: unknown } | undefined)?.providers) &&
  (verdict as { readonly providers: readonly unknown[] }).providers.length === 0;

const kindOf = (key: string): string => key.split("|", 1)[0]!;

const withoutLengths = (key: string): string => key.replace(/\|\d+:/g, "|");

const infinite = (value: number | null): number => value ?? Number.POSITIVE_INFINITY;

/** What the store said; of a counter with another limit, or counted by another amount, what it would have said of what the window held. */
function resultOf(recorded: Recording["counters"][number], { limit, amount, force }: CounterRequest): CounterResult {
  const { admitted, count, before } = recorded;
  const [retryAfter, resetAfter] = [infinite(recorded.retryAfter), infinite(recorded.resetAfter)];
  if (limit === infinite(recorded.limit) && amount === recorded.amount) return { admitted, count, retryAfter, resetAfter };
  const isAdmitted = before + amount <= limit;
  return {
    admitted: isAdmitted,
    count: isAdmitted || force ? before + amount : before,
    retryAfter: isAdmitted ? 0 : admitted ? resetAfter : retryAfter,
    resetAfter,
  };
}

function entryOf({ entry }: Recording["cache"][number]): CacheEntry | null {
  return entry === null ? null : { value: bytesOf(entry.value), meta: entry.meta, storedAt: entry.storedAt };
}
