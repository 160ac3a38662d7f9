import { describeValue } from "@turnpike/expressions";
import { builtinScope, NetEnumerable } from "@turnpike/expressions/values";
import type { PolicyError } from "../policy/error.js";
import type { Exchange } from "../policy/exchange.js";
import type { EvaluationObserver, ExpressionInfo, Observer, PolicyInfo, StepOutcome } from "../policy/observer.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import type { Runtime } from "../policy/services.js";
import type { CacheEntry, Store } from "../stores/store.js";
import { recordingOf } from "./made-recording.js";
import type { Meter } from "./meter.js";
import { answererOf, type OutcomeTimes, timesOf } from "./outcome.js";
import type { Recorder } from "./recorder.js";
import { ShownText } from "./shown-text.js";
import { changesBetween, type State, stateOf } from "./state-changes.js";
import type {
  TraceDocument,
  TracedAnswerer,
  TracedBody,
  TracedCall,
  TracedChange,
  TracedEntry,
  TracedExpression,
  TracedMessage,
  TracedStep,
} from "./trace-document.js";
import { fullCounters, whyOf } from "./why.js";

/** Steps, and entries of one kind in a step, beyond which a trace only counts. */
const MOST_STEPS = 5_000;
const MOST_OF_A_STEP = 200;
/** Bytes of a body that are shown. */
const MOST_OF_BODY = 8_192;

/** A step as it is written down while it runs. */
interface Step {
  readonly info: Pick<PolicyInfo, "name" | "section" | "path" | "policyId"> & {
    readonly scope: ScopeName | null;
    readonly place: PolicyInfo["place"] | null;
  };
  at: number;
  elapsed: number;
  outcome: StepOutcome;
  why: string | null;
  readonly expressions: TracedExpression[];
  changes: readonly TracedChange[];
  readonly calls: TracedCall[];
  readonly store: TracedEntry[];
  readonly messages: TracedMessage[];
  readonly steps: Step[];
}

/** What happens to one request, written down as it happens. Secrets are masked as they come; sizes are bounded. */
export class Trace implements Observer {
  readonly isTrace = true;
  private readonly steps: Step[] = [];
  private count = 0;
  private dropped = 0;
  private texts: ShownText | null = null;
  private readonly outside: Step;
  private readonly received: TraceDocument["request"];

  constructor(
    private readonly exchange: Exchange,
    private readonly meter: Meter,
    private readonly recorder: Recorder | null = null,
  ) {
    this.outside = blank({ name: "pipeline", section: "inbound", scope: null, path: "", policyId: null, place: null });
    const { request, originalUrl } = exchange;
    const texts = this.shown;
    this.received = {
      method: request.method,
      url: texts.text(originalUrl.toString(), 8_000),
      headers: texts.headers(request.headers),
      ipAddress: request.ipAddress,
      body: null,
    };
    // The API's own names of keys are not known yet.
    this.texts = null;
  }

  /** How texts may be shown. What is a secret is known better once the API is. */
  get shown(): ShownText {
    this.texts ??= new ShownText(this.exchange);
    return this.texts;
  }

  /** The API is known: so are the names under which it takes keys. */
  matched(): void {
    this.texts = null;
  }

  /** A step of the gateway's own, without an element: `authorization`, `configuration`, `cors`. */
  builtIn(name: string, outcome: "stop" | "error" | "continue", why: string | null): void {
    const { section, exchange } = { section: this.exchange.section, exchange: this.exchange };
    const scope = exchange.lastError?.scope ?? null;
    const step = blank({ name, section, scope, path: "", policyId: null, place: null });
    step.at = this.meter.elapsed;
    step.outcome = outcome;
    step.why = why === null ? null : this.shown.text(why);
    this.add(this.steps, step);
  }

  enter(policy: PolicyInfo): Observer {
    return this.begin(policy, this.steps);
  }

  /** Begins a step in a list of steps. */
  begin(policy: PolicyInfo, into: Step[]): Observer {
    const step = blank(policy);
    step.at = this.meter.elapsed;
    this.add(into, step);
    return new StepRecorder(this, step, this.exchange, this.meter);
  }

  private add(into: Step[], step: Step): void {
    if (this.count >= MOST_STEPS) this.dropped++;
    else {
      this.count++;
      into.push(step);
    }
  }

  /** Adds to a list of a step, as long as that is not full. */
  note<T>(list: T[], item: T): void {
    if (list.length >= MOST_OF_A_STEP) this.dropped++;
    else list.push(item);
  }

  leave(): void {}

  skip(): void {}

  evaluate(): null {
    return null;
  }

  message(source: string, _section: SectionName, data: unknown, severity: TracedMessage["severity"] = "information"): void {
    this.note(this.outside.messages, { source: this.shown.text(source, 200), severity, data: this.shown.data(data) });
  }

  why(): void {}

  services(runtime: Runtime): Runtime {
    return runtime;
  }

  /** What has been written down so far. */
  document(): TraceDocument {
    const { exchange, meter } = this;
    const { api, operation, product, subscription, user, lastError, response } = exchange;
    const place = exchange.failures?.at(-1)?.place;
    const texts = this.shown;
    return {
      version: 1,
      id: exchange.requestId,
      timestamp: new Date(exchange.startedAt).toISOString(),
      request: { ...this.received, body: this.body(exchange.request.body) },
      match: {
        api: api?.id ?? null,
        version: api?.version ?? null,
        revision: api?.revision ?? null,
        operation: operation?.id ?? null,
        product: product?.id ?? null,
        subscription: subscription?.id ?? null,
        user: user?.id ?? null,
        workspace: api?.workspace?.id ?? null,
      },
      answer: {
        status: response.status,
        reason: response.reason,
        headers: texts.headers(response.headers),
        body: this.body(response.body),
        by: this.answerer(),
      },
      timing: roundedTimes(timesOf(meter)),
      steps: this.steps.map(shownStep),
      error:
        lastError === null
          ? null
          : {
              source: lastError.source,
              reason: lastError.reason,
              message: texts.text(lastError.message),
              scope: lastError.scope,
              section: lastError.section,
              path: lastError.path,
              policyId: lastError.policyId,
              file: place?.file ?? null,
              line: place?.line ?? null,
              column: place?.column ?? null,
            },
      dropped: this.dropped,
      recording: this.recorder === null ? null : recordingOf(this.recorder, exchange),
    };
  }

  private answerer(): TracedAnswerer {
    const { layer, policy, section, scope, place } = answererOf(this.exchange);
    return { layer, policy, section, scope, file: place?.file ?? null, line: place?.line ?? null, column: place?.column ?? null };
  }

  private body(body: Exchange["request"]["body"]): TracedBody | null {
    if (!body.isBuffered || body.bytes === null) return null;
    return this.bytes(body.bytes);
  }

  private bytes(bytes: Uint8Array): TracedBody {
    const truncated = bytes.length > MOST_OF_BODY;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, MOST_OF_BODY + 65_536)).toString("utf8");
    const common = { bytes: bytes.length, truncated };
    if (!text.slice(0, MOST_OF_BODY).includes("\uFFFD")) return { text: this.shown.text(text, MOST_OF_BODY), ...common };
    return { base64: Buffer.from(bytes.subarray(0, MOST_OF_BODY)).toString("base64"), ...common };
  }

  /** A .NET value as text, and its type. */
  value(value: unknown): { readonly type: string | null; readonly value: string | null } {
    // Looking into a sequence would run what it is made of.
    if (value instanceof NetEnumerable) return { type: "System.Collections.IEnumerable", value: "(a sequence)" };
    try {
      const { type, text, value: described } = describeValue(value, builtinScope);
      if (type === null) return { type: null, value: null };
      const shown = text ?? (typeof described === "string" ? described : JSON.stringify(described));
      return { type, value: this.shown.text(shown) };
    } catch {
      return { type: null, value: "(it has no text)" };
    }
  }

  /** A body that changed, as one line. */
  bodyText(body: unknown): string | null {
    if (body === null) return null;
    if (!(body instanceof Uint8Array)) return "(a stream)";
    const { text, bytes } = this.bytes(body);
    return text === undefined ? `(${bytes} bytes)` : this.shown.text(text, 2_000);
  }
}

/** One step, while it runs. */
class StepRecorder implements Observer {
  readonly isTrace = true;
  private readonly before: State;
  private runtime: Runtime | null = null;

  constructor(
    private readonly trace: Trace,
    private readonly step: Step,
    private readonly exchange: Exchange,
    private readonly meter: Meter,
  ) {
    this.before = stateOf(exchange);
  }

  enter(policy: PolicyInfo): Observer {
    return this.trace.begin(policy, this.step.steps);
  }

  leave(_policy: PolicyInfo, outcome: StepOutcome, error: PolicyError | null): void {
    const { step, trace } = this;
    step.elapsed = this.meter.elapsed - step.at;
    step.outcome = outcome;
    const texts = trace.shown;
    const isOwn = step.steps.every((inner) => inner.outcome !== outcome);
    if (step.why === null && (isOwn || outcome === "continue" || isBranch(step))) {
      if (error !== null && isOwn)
        step.why = texts.text([error.options.why ?? error.message, ...fullCounters(step.store)].join(" "));
      else step.why = whyOf(step, outcome, this.exchange);
    }
    // What stands inside has told of its own changes.
    if (step.steps.length > 0) return;
    step.changes = changesBetween(this.before, stateOf(this.exchange), {
      header: (name, value) => texts.header(name, value),
      text: (text) => texts.text(text),
      value: (value) => trace.value(value).value,
      body: (body) => trace.bodyText(body),
    }).slice(0, MOST_OF_A_STEP);
  }

  skip(branch: PolicyInfo): void {
    const step = blank(branch);
    step.at = this.meter.elapsed;
    step.outcome = "skipped";
    step.why = "It was not looked at: a branch before it was taken.";
    this.trace.note(this.step.steps, step);
  }

  evaluate({ source, place, expression }: ExpressionInfo): EvaluationObserver {
    const { trace, step } = this;
    const { operands } = expression.withOperands();
    const seen = new Map<number, string | null>();
    const base = { line: place.line, column: place.column, text: trace.shown.text(source) };
    const shownOperands = () => {
      if (seen.size === 0) return {};
      return {
        operands: [...seen].map(([index, value]) => {
          const { text, comparison } = operands[index]!;
          return {
            text: trace.shown.text(text),
            value,
            ...(comparison === null ? {} : { comparison: trace.shown.text(comparison) }),
          };
        }),
      };
    };
    return {
      saw: (operand, value) => void seen.set(operand, trace.value(value).value),
      ended: (value) => trace.note(step.expressions, { ...base, ...trace.value(value), ...shownOperands() }),
      failed: (error) =>
        trace.note(step.expressions, {
          ...base,
          type: null,
          value: null,
          error: trace.shown.text(error instanceof Error ? error.message : String(error)),
          ...shownOperands(),
        }),
    };
  }

  message(source: string, _section: SectionName, data: unknown, severity: TracedMessage["severity"] = "information"): void {
    const { shown } = this.trace;
    this.trace.note(this.step.messages, { source: shown.text(source, 200), severity, data: shown.data(data) });
  }

  why(sentence: string): void {
    this.step.why = this.trace.shown.text(sentence);
  }

  services(): Runtime {
    // Not what the policy around this one sees: what is called here is not its own call.
    const { runtime } = this.exchange;
    this.runtime ??= {
      ...runtime,
      original: runtime.original ?? runtime,
      transport: async (request) => {
        const from = this.meter.ticks();
        const call = {
          to: request.purpose === "forward" ? "backend" : this.step.info.name,
          method: request.method,
          url: this.trace.shown.text(request.url, 4_000),
        };
        try {
          const answer = await runtime.transport(request);
          this.trace.note(this.step.calls, { ...call, status: answer.status, elapsed: rounded(this.meter.ticks() - from) });
          return answer;
        } catch (error) {
          this.trace.note(this.step.calls, {
            ...call,
            status: null,
            elapsed: rounded(this.meter.ticks() - from),
            error: this.trace.shown.text(error instanceof Error ? error.message : String(error)),
          });
          throw error;
        }
      },
      store: this.observed(runtime.store),
    };
    return this.runtime;
  }

  private observed(store: Store): Store {
    const { counters, cache } = store;
    const note = (entry: TracedEntry): void =>
      this.trace.note(this.step.store, { ...entry, key: this.trace.shown.text(entry.key, 300) });
    const looked = (key: string) => (entry: CacheEntry | null) => {
      const bytes = entry?.value.length ?? null;
      note({ kind: "cache", key, before: bytes, after: bytes });
      return entry;
    };
    const then = <T, R>(result: T | Promise<T>, take: (value: T) => R): R | Promise<R> =>
      result instanceof Promise ? result.then(take) : take(result);
    return {
      ...(store.scope === undefined ? {} : { scope: store.scope }),
      ...(store.state === undefined ? {} : { state: store.state }),
      counters: {
        take: (requests) =>
          then(counters.take(requests), (results) => {
            results.forEach(({ admitted, count, resetAfter }, index) => {
              const { key, amount, force, limit } = requests[index]!;
              const isAdded = admitted || force;
              const renewsIn = Number.isFinite(resetAfter) ? { renewsIn: Math.round(resetAfter) } : {};
              note({ kind: "counter", key, before: isAdded ? count - amount : count, after: count, limit, ...renewsIn });
            });
            return results;
          }),
      },
      cache: {
        get: (key) => then(cache.get(key), looked(key)),
        set: (key, entry, ttl) => {
          note({ kind: "cache", key, before: null, after: entry.value.length, renewsIn: Math.round(ttl) });
          return cache.set(key, entry, ttl);
        },
        delete: (key) => {
          note({ kind: "cache", key, before: null, after: null });
          return cache.delete(key);
        },
        ...(cache.getOrClaim === undefined ? {} : { getOrClaim: (key: string) => then(cache.getOrClaim!(key), looked(key)) }),
        ...(cache.release === undefined ? {} : { release: (key: string) => cache.release!(key) }),
      },
    };
  }
}

/** A branch was taken for a reason of its own, whatever came of it. */
function isBranch({ info }: Step): boolean {
  return info.name === "when" || info.name === "otherwise";
}

function blank(info: Step["info"]): Step {
  return {
    info,
    at: 0,
    elapsed: 0,
    outcome: "continue",
    why: null,
    expressions: [],
    changes: [],
    calls: [],
    store: [],
    messages: [],
    steps: [],
  };
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

function roundedTimes({ total, gateway, backend, client, cache, store }: OutcomeTimes): OutcomeTimes {
  return {
    total: rounded(total),
    gateway: rounded(gateway),
    backend: rounded(backend),
    client: rounded(client),
    cache: rounded(cache),
    store: rounded(store),
  };
}

function shownStep({ info, at, elapsed, outcome, why, expressions, changes, calls, store, messages, steps }: Step): TracedStep {
  return {
    policy: info.name,
    section: info.section,
    scope: info.scope,
    path: info.path,
    id: info.policyId,
    file: info.place?.file ?? null,
    line: info.place?.line ?? null,
    column: info.place?.column ?? null,
    at: rounded(at),
    elapsed: rounded(elapsed),
    outcome,
    why,
    expressions,
    changes,
    calls,
    store,
    messages,
    steps: steps.map(shownStep),
  };
}
