import { MessageBody } from "../http/body.js";
import type { TraceOptions, TraceStore } from "../observe/kept-traces.js";
import { Meter } from "../observe/meter.js";
import { Recorder, type RecorderBounds } from "../observe/recorder.js";
import type { OutcomeListener } from "../observe/sending.js";
import { ShownText } from "../observe/shown-text.js";
import type { RequestTelemetry, TelemetryRequest, WholeTelemetry } from "../observe/telemetry.js";
import { Trace } from "../observe/trace.js";
import type { GatewayWatcher } from "../observe/watcher.js";
import type { Exchange, HostHandler } from "../policy/exchange.js";
import { allObservers } from "../policy/observer.js";
import type { Runtime } from "../policy/services.js";
import type { Snapshot } from "../snapshot/snapshot.js";
import { askedTrace, debugHeaders } from "./asked-trace.js";
import type { HandleOptions } from "./options.js";
import { stateOf } from "./process-state.js";
import type { RunningExchange } from "./request.js";

/** Who looks on at all requests of a gateway. */
export interface Listening {
  readonly onOutcome: OutcomeListener | null;
  /** Null where callers cannot ask for traces, and none are kept. */
  readonly traces: { readonly options: TraceOptions; readonly store: TraceStore } | null;
  /** Null where nobody watches at the moment. */
  readonly watchers: readonly GatewayWatcher[] | null;
  /** The file of the configuration in force; null if it was made in code. */
  readonly configuration?: () => string | null;
  /** Takes requests down so that another configuration may run them, too. Left out where none does. */
  readonly taking?: RequestTaker;
  /** Only of a gateway that runs a recorded request again: its id, and the services as they were. */
  readonly replay?: { readonly requestId: string; runtime(runtime: Runtime): Runtime };
}

/** Who wants what requests depended on, and what they came to. */
export interface RequestTaker {
  readonly bounds: RecorderBounds;
  /** Is the request that has just come in taken down? Asked once for each. */
  isWanted(random: Runtime["random"]): boolean;
  /** Takes one down: what is given back is told of its outcome. */
  take(recorder: Recorder, exchange: Exchange): OutcomeListener;
}

/** Calls of tools are told of as part of the request that makes them. */
export const NOBODY: Listening = { onOutcome: null, traces: null, watchers: null };

/** Whoever wants to know of the request gets to look on. Where nobody does, nothing is made. */
export function watch(exchange: RunningExchange, options: HandleOptions, listening: Listening, snapshot: Snapshot): void {
  const { trace, observer, onOutcome } = options;
  const { onOutcome: always, traces, watchers, replay } = listening;
  const { request } = exchange;
  const runtime = replay === undefined ? exchange.runtime : (exchange.runtime = replay.runtime(exchange.runtime));
  const asked = traces === null ? null : askedTrace(request.headers, traces.options, snapshot, exchange.startedAt);
  request.headers.deleteAll(debugHeaders);
  const isSampled = traces !== null && isWorthIt(traces.options, runtime);
  const isWatched = watchers !== null && asksForTrace(watchers);
  const isTraced = trace === true || asked?.isAllowed === true || isSampled || isWatched;
  const telemetry = runtime.telemetry as WholeTelemetry;
  const looking = telemetry.request?.(new SeenRequest(exchange)) ?? null;
  const taker = listening.taking?.isWanted(runtime.random) === true ? listening.taking : null;
  if (isTraced || taker !== null || onOutcome !== undefined || always !== null || looking !== null || watchers !== null) {
    const listeners: OutcomeListener[] = [];
    if (always !== null) listeners.push(always);
    if (onOutcome !== undefined) listeners.push(onOutcome);
    if (looking !== null) listeners.push((outcome) => looking.ended(outcome));
    exchange.listeners = listeners;
    const meter = new Meter(runtime.clock);
    exchange.meter = meter;
    const isRecorded = isTraced && (traces?.options.record ?? (trace === true || isWatched));
    const bounds = isRecorded ? undefined : taker?.bounds;
    const recorder = isRecorded || taker !== null ? recorderOf(exchange, options, listening, bounds) : null;
    const seen = recorder === null ? runtime : recorder.runtime(runtime);
    exchange.runtime = meter.runtime(looking === null ? seen : lookedOn(seen, looking));
    if (recorder !== null) request.body = new MessageBody(recorder.fromCaller(request.body.release()));
    const { body } = request;
    if (!body.isBuffered) request.body = new MessageBody(meter.fromCaller(body.release() as AsyncIterable<Uint8Array>));
    else meter.requestBytes = body.bytes?.length ?? 0;
    const { next } = exchange;
    if (next !== null) exchange.next = meteredHost(recorder === null ? next : recorder.host(next, meter.ticks), meter);
    exchange.recorder = recorder;
    if (isTraced) exchange.trace = new Trace(exchange, meter, isRecorded ? recorder : null);
    if (taker !== null) listeners.push(taker.take(recorder!, exchange));
    if (watchers !== null) listeners.push(telling(watchers, exchange.trace));
  }
  if (asked !== null && (asked.isAllowed || asked.refusal !== null)) exchange.asked = asked;
  if (traces !== null && exchange.trace !== null && (asked?.isAllowed === true || isSampled))
    exchange.listeners = [...exchange.listeners, keeping(exchange, exchange.trace, traces, asked?.isAllowed === true)];
  const spans = looking?.observer ?? null;
  if (exchange.trace !== null || observer !== undefined || spans !== null)
    exchange.observer = allObservers([exchange.trace, observer ?? null, spans].filter((watcher) => watcher !== null));
}

/** Each is asked, whatever the others say: they count what they ask for. */
function asksForTrace(watchers: readonly GatewayWatcher[]): boolean {
  return watchers.reduce((asks, watcher) => watcher.isTraced() || asks, false);
}

function telling(watchers: readonly GatewayWatcher[], trace: Trace | null): OutcomeListener {
  const document = trace === null ? null : () => trace.document();
  return (outcome) => {
    for (const watcher of watchers) watcher.ended(outcome, document);
  };
}

/** Begins to write down what a request depends on. */
function recorderOf(
  exchange: RunningExchange,
  options: HandleOptions,
  { configuration }: Listening,
  bounds?: RecorderBounds,
): Recorder {
  const { runtime, startedAt, request } = exchange;
  const { assume, variables = {} } = options;
  // Made before random values are written down, as one that is replayed is given it.
  void exchange.requestId;
  const given = {
    configuration: configuration?.() ?? null,
    caller: assume ?? null,
    variables,
    state: stateOf(runtime, exchange.configuration, startedAt),
    certificate: request.certificate,
    host: options.next === undefined ? null : (options.unmatched ?? "refuse"),
  };
  return new Recorder(startedAt, request, given, bounds);
}

function isWorthIt({ sample = 0, onError = false }: TraceOptions, { random }: Runtime): boolean {
  return onError || (sample > 0 && random.fraction() < sample);
}

/** Keeps the trace once the answer has gone out: one that was asked for, sampled, or of a request that failed. */
function keeping(
  { asked }: RunningExchange,
  trace: Trace,
  { options, store }: NonNullable<Listening["traces"]>,
  isAsked: boolean,
): OutcomeListener {
  return ({ api, error, status }) => {
    const isOfItsApi = asked === null || asked.api === "*" || asked.api === api;
    const hasFailed = options.onError === true && (error !== null || status >= 500 || status === 0);
    const isSample = options.onError !== true && !isAsked;
    if ((isAsked && isOfItsApi) || hasFailed || isSample) store.add(trace.document());
  };
}

/** Characters of one text. */
const LONGEST_SHOWN = 8_000;

/** A request as telemetry sees it. */
class SeenRequest implements TelemetryRequest {
  readonly method: string;
  readonly startedAt: number;
  /** Made when something is shown: by then the caller's own secrets are known, too. */
  private texts: ShownText | null = null;

  constructor(private readonly exchange: RunningExchange) {
    this.method = exchange.request.method;
    this.startedAt = exchange.startedAt;
  }

  header(name: string): string | null {
    return this.exchange.request.headers.get(name);
  }

  mask(text: string): string {
    return (this.texts ??= new ShownText(this.exchange)).text(text, LONGEST_SHOWN);
  }
}

/** The services of a gateway for one request at which telemetry looks on. */
function lookedOn(runtime: Runtime, looking: RequestTelemetry): Runtime {
  if (looking.transport === undefined && looking.entry === undefined && looking.metric === undefined) return runtime;
  const { transport } = runtime;
  const telemetry = runtime.telemetry as WholeTelemetry;
  return {
    ...runtime,
    original: runtime.original ?? runtime,
    transport: looking.transport?.(transport) ?? transport,
    telemetry:
      looking.entry === undefined && looking.metric === undefined
        ? telemetry
        : {
            metric: (metric) => {
              const isTaken = looking.metric?.(metric) === true;
              if (!isTaken || telemetry.takesMetrics) telemetry.metric(metric);
            },
            ...(telemetry.event === undefined ? {} : { event: (event) => telemetry.event!(event) }),
            entry: (entry) => {
              telemetry.entry?.(entry);
              looking.entry?.(entry);
            },
          },
  };
}

function meteredHost(next: HostHandler, meter: Meter): HostHandler {
  return (request, exchange) => {
    const pending = next(request, exchange);
    if (pending === null) return null;
    return meter.waiting(
      request.method,
      request.url.toString(),
      () => pending,
      (answer) => answer?.status ?? 0,
    );
  };
}
