import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { GatewayRequest } from "../http/message.js";
import { type IncomingResponse, type OutgoingRequest, TransportError } from "../http/transport.js";
import type { GatewayModel } from "../model/model.js";
import { plainRecording, recordingOf } from "../observe/made-recording.js";
import type { GatewayOutcome } from "../observe/outcome.js";
import type { Recorder } from "../observe/recorder.js";
import type { RecordedState, Recording } from "../observe/recording.js";
import type { OutcomeListener } from "../observe/sending.js";
import { ShownText } from "../observe/shown-text.js";
import type { WholeTelemetry } from "../observe/telemetry.js";
import type { Exchange } from "../policy/exchange.js";
import { logEvents } from "../policy/log-events.js";
import type { Credentials, Runtime } from "../policy/services.js";
import { bodyOf, Player } from "../replay/player.js";
import type { Listening, RequestTaker } from "../run/listening.js";
import type { Assumption, HandledResponse, HandleOptions } from "../run/options.js";
import { callerFor, readToEnd } from "../run/run-again.js";
import { type Clock, ticksOf } from "../time/clock.js";
import { classOf, differingFacets, facetsOf, shownPair } from "./facets.js";
import { Findings } from "./findings.js";
import type { Shadow, ShadowOptions, ShadowPart, ShadowReport, ShadowTimes } from "./options.js";
import { PassingClock } from "./passing-clock.js";

/** Requests that are taken down, wait or are run at a time; more are dropped. Each holds at most the bytes that bodies may have here. */
const MOST_AT_ONCE = 64;
const BOUNDS = { body: 262_144, all: 524_288 };
/** Milliseconds that a request may take until its place is given to another: it may be a stream without an end. */
const LONGEST_TAKEN = 60_000;
/** Real milliseconds that the second configuration may take for one request. */
const LONGEST_RUN = 10_000;
const TIME_TOLERANCE = 1_000;
/** Characters of a text that are looked at for where it parts from another. */
const LONGEST_TEXT = 100_000;

/** What the second configuration runs on. */
export interface ShadowGateway<Input> {
  readonly configuration: GatewayModel;
  readonly diagnostics: readonly Diagnostic[];
  update(configuration: Input): Promise<void>;
  /** Makes it remember what another gateway, with another configuration, remembered. */
  restore(state: RecordedState, from: GatewayModel): void;
  /** Runs a request with what another one was given. */
  again(
    request: GatewayRequest,
    options: HandleOptions,
    replay: NonNullable<Listening["replay"]>,
    taking: RequestTaker,
  ): HandledResponse | Promise<HandledResponse>;
  close(options: { readonly timeout: number }): Promise<void>;
}

/** What a gateway must be made with so that nobody notices it. */
export interface ShadowServices {
  readonly clock: Clock;
  readonly transport: Runtime["transport"];
  readonly telemetry: Omit<WholeTelemetry, "takesMetrics">;
  readonly credentials: Credentials;
}

/** A request and what it came to. */
interface Seen {
  readonly recorder: Recorder;
  readonly exchange: Exchange;
  readonly outcome: GatewayOutcome;
}

interface Compared extends Seen {
  readonly recording: Recording;
}

/** Runs what a gateway has answered on another configuration, one request after the other, once the answer has gone out. */
export class RunningShadow<Input> implements Shadow<Input>, RequestTaker {
  readonly bounds = BOUNDS;
  private gateway: ShadowGateway<Input> | null = null;
  private readonly sample: number;
  private readonly taken = new Map<Recorder, number>();
  private readonly waiting: Seen[] = [];
  private isRunning = false;
  isClosed = false;
  private player: Player | null = null;
  private time: PassingClock | null = null;
  private abort: AbortController | null = null;
  private findings = new Findings();
  private counts = noCounts();
  private since: number;
  /** The configuration in force that the findings are of. */
  private liveModel: GatewayModel | null = null;

  /**
   * @param live the services of the gateway that it runs beside
   * @throws TypeError for options that are not valid
   */
  constructor(
    private readonly options: ShadowOptions<Input>,
    private readonly live: Pick<Runtime, "clock" | "logger"> & { readonly telemetry: WholeTelemetry },
  ) {
    this.sample = options.sample ?? 1;
    if (!(this.sample >= 0 && this.sample <= 1))
      throw new TypeError(`Invalid shadow.sample '${String(options.sample)}': expected a number from 0 to 1.`);
    this.since = live.clock.now();
  }

  /** Starts the gateway of the second configuration. */
  async start(start: (services: ShadowServices) => Promise<ShadowGateway<Input>>): Promise<void> {
    const { clock } = this.live;
    const ticks = ticksOf(clock);
    const own: Clock = {
      now: () => this.time?.now() ?? clock.now(),
      setTimer: (callback, ms) => clock.setTimer(callback, ms),
      ticks: () => this.time?.ticks() ?? ticks(),
    };
    this.gateway = await start({
      clock: own,
      transport: (request) => this.send(request),
      telemetry: NOBODY,
      credentials: STAND_INS,
    });
  }

  isWanted(random: Runtime["random"]): boolean {
    if (this.isClosed || (this.sample < 1 && random.fraction() >= this.sample)) return false;
    if (this.taken.size >= MOST_AT_ONCE) this.giveUpOld();
    if (this.taken.size < MOST_AT_ONCE) return true;
    this.count("dropped");
    return false;
  }

  take(recorder: Recorder, exchange: Exchange): OutcomeListener {
    this.taken.set(recorder, this.live.clock.now());
    return (outcome) => {
      if (!this.taken.has(recorder)) return;
      this.waiting.push({ recorder, exchange, outcome });
      if (!this.isRunning) void this.runAll();
    };
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.gateway?.diagnostics ?? [];
  }

  report(): ShadowReport {
    const { since, sample, counts, findings } = this;
    return { since, sample, requests: { ...counts }, operations: findings.report() };
  }

  async update(configuration: Input): Promise<void> {
    await this.gateway!.update(configuration);
    this.beginAnew();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.waiting.length = 0;
    this.taken.clear();
    this.abort?.abort();
    await this.gateway?.close({ timeout: 0 });
  }

  /** Streams without an end must not take all places. */
  private giveUpOld(): void {
    const now = this.live.clock.now();
    const isWaiting = new Set(this.waiting.map(({ recorder }) => recorder));
    for (const [recorder, since] of this.taken)
      if (now - since > LONGEST_TAKEN && !isWaiting.has(recorder)) {
        recorder.abandon();
        this.taken.delete(recorder);
        this.count("skipped");
      }
  }

  private async runAll(): Promise<void> {
    this.isRunning = true;
    for (;;) {
      // Others come first, after each.
      await new Promise((resolve) => setImmediate(resolve));
      const seen = this.waiting.shift();
      if (seen === undefined) break;
      try {
        await this.run(seen);
      } catch (error) {
        if (this.isClosed) break;
        this.count("failed");
        this.live.logger.error({ err: error, requestId: seen.outcome.requestId }, logEvents.shadowFailed);
      } finally {
        this.taken.delete(seen.recorder);
        this.player = this.time = this.abort = null;
      }
    }
    this.isRunning = false;
  }

  private async run({ recorder, exchange, outcome }: Seen): Promise<void> {
    const recording = plainRecording(recorder, exchange);
    if (recording.incomplete !== null) return this.count("skipped");
    const gateway = this.gateway!;
    if (this.liveModel !== exchange.configuration) {
      if (this.liveModel !== null) this.beginAnew();
      this.liveModel = exchange.configuration;
    }
    const time = (this.time = new PassingClock(outcome.startedAt));
    const player = (this.player = new Player(recording, outcome.startedAt, { isPlain: true, answerClock: time.answers }));
    const { signal } = (this.abort = new AbortController());
    const { requestId } = outcome;
    const { host } = recorder.given;
    gateway.restore(recording.state, exchange.configuration);
    const again = (): Promise<Compared> => ended(gateway, recording, { requestId, host, player, clock: time, signal });
    const shadow = await time.run(again, LONGEST_RUN);
    this.compare({ recorder, exchange, outcome, recording }, shadow, player.unanswered);
  }

  private compare(live: Compared, shadow: Compared, unanswered: readonly string[]): void {
    const { requestId, startedAt, method, url, api, operation } = live.outcome;
    const times = [timesOf(live.outcome), timesOf(shadow.outcome)] as const;
    this.count("compared");
    this.findings.compared(api, operation, ...times);
    const plain = this.parts(live, shadow, unanswered, null);
    if (plain.length === 0) return this.measure("shadow-requests", { result: "same" });
    this.count("differing");
    const request = { requestId, at: startedAt, method, url, api, operation };
    const { onDifference } = this.options;
    const isShown = onDifference !== undefined || this.findings.wantsExamples(api, operation, plain);
    const shown = isShown ? this.shownParts(live, shadow, unanswered, plain) : null;
    for (const { part, count } of this.findings.differing(request, plain, shown)) {
      this.measure("shadow-differences", { api: api ?? "", operation: operation ?? "", what: classOf(part.what) });
      if (Number.isInteger(Math.log10(count))) this.tell(request, part, count);
    }
    try {
      onDifference?.({ ...request, parts: shown! });
    } catch (error) {
      this.live.logger.error({ err: error }, logEvents.shadowListenerFailed);
    }
  }

  /** @param only these; null: whatever differs */
  private parts(live: Compared, shadow: Compared, unanswered: readonly string[], only: readonly string[] | null): ShadowPart[] {
    const was = facetsOf(live.recording, live.outcome, live.exchange.endsAtHost);
    const is = facetsOf(shadow.recording, shadow.outcome, shadow.exchange.endsAtHost);
    if (live.exchange.endsAtHost || shadow.exchange.endsAtHost) {
      // Nobody sees what the host makes of it.
    } else if (unanswered.length > 0) {
      // What it made of the missing answer says nothing.
      for (const facets of [was, is])
        for (const what of [...facets.keys()]) if (what !== "route" && !/^call/.test(what)) facets.delete(what);
      was.set("unanswered", null);
      is.set("unanswered", unanswered.join("\n"));
    } else {
      const [before, after] = [timesOf(live.outcome).total, timesOf(shadow.outcome).total];
      if (Math.abs(after - before) > (this.options.timeTolerance ?? TIME_TOLERANCE)) {
        was.set("time", `${Math.round(before)} ms`);
        is.set("time", `${Math.round(after)} ms`);
      }
    }
    return (only ?? differingFacets(was, is)).map((what) => ({
      what,
      live: was.get(what) ?? null,
      shadow: is.get(what) ?? null,
    }));
  }

  /** The same parts without secrets. */
  private shownParts(
    live: Compared,
    shadow: Compared,
    unanswered: readonly string[],
    plain: readonly ShadowPart[],
  ): ShadowPart[] {
    const masks = [new ShownText(live.exchange), new ShownText(shadow.exchange)];
    const masked = (text: string | null): string | null =>
      text === null ? null : masks.reduce((shown, mask) => mask.text(shown, LONGEST_TEXT), text);
    const names = plain.map(({ what }) => what);
    const concealed = (seen: Compared): Compared => ({ ...seen, recording: recordingOf(seen.recorder, seen.exchange) });
    return this.parts(concealed(live), concealed(shadow), unanswered, names).map(({ what, ...texts }) => {
      const [was, is] = shownPair(masked(texts.live), masked(texts.shadow));
      return { what, live: was, shadow: is };
    });
  }

  /** A line of the log for the first of a kind, the tenth, the hundredth and so on. */
  private tell(
    { requestId, method, url, api, operation }: Pick<GatewayOutcome, "requestId" | "method" | "url" | "api" | "operation">,
    { what, live, shadow }: ShadowPart,
    count: number,
  ): void {
    const values = live === null && shadow === null ? {} : { live, shadow };
    this.live.logger.warn(
      { event: "shadow", api, operation, what, ...values, count, requestId, method, url },
      logEvents.shadowDiffers,
    );
  }

  /** A call beyond those that a request makes: metadata of a provider and the like. */
  private async send(request: OutgoingRequest): Promise<IncomingResponse> {
    const { player, time } = this;
    if (player === null || time === null)
      throw new TransportError("connection", `A shadow makes no calls: ${request.method} ${request.url}.`);
    return player.answer(request, time);
  }

  private count(result: keyof ShadowReport["requests"]): void {
    this.counts[result]++;
    if (result !== "compared") this.measure("shadow-requests", { result });
  }

  private measure(name: string, dimensions: Readonly<Record<string, string>>): void {
    const { telemetry } = this.live;
    if (telemetry.takesMetrics) telemetry.metric({ namespace: "turnpike", name, value: 1, dimensions });
  }

  /** What was found of another pair of configurations says nothing of this one. */
  private beginAnew(): void {
    this.findings = new Findings();
    this.counts = noCounts();
    this.since = this.live.clock.now();
  }
}

const noCounts = (): { -readonly [K in keyof ShadowReport["requests"]]: number } => ({
  compared: 0,
  differing: 0,
  dropped: 0,
  skipped: 0,
  failed: 0,
});

function timesOf({ times }: GatewayOutcome): ShadowTimes {
  return { gateway: times.gateway, total: times.total - times.client };
}

/** What a request runs again with. */
interface Surroundings {
  readonly requestId: string;
  readonly host: Recorder["given"]["host"];
  readonly player: Player;
  readonly clock: PassingClock;
  readonly signal: AbortSignal;
}

/** Runs a request on the second configuration until its answer has been read. */
function ended<Input>(
  gateway: ShadowGateway<Input>,
  { request, caller, variables }: Recording,
  { requestId, host, player, clock, signal }: Surroundings,
): Promise<Compared> {
  return new Promise((resolve, reject) => {
    const taking: RequestTaker = {
      bounds: { body: 2 * BOUNDS.body, all: 2 * BOUNDS.all },
      isWanted: () => true,
      take: (recorder, exchange) => (outcome) =>
        resolve({ recorder, exchange, outcome, recording: plainRecording(recorder, exchange) }),
    };
    const replay = {
      requestId,
      runtime: (runtime: Runtime): Runtime => ({
        ...player.runtime({ ...runtime, original: runtime.original ?? runtime, clock }),
        credentials: STAND_INS,
      }),
    };
    const options: HandleOptions = {
      variables,
      ...(caller === null ? {} : { assume: callerFor(caller as Assumption, gateway.configuration) }),
      ...(host === null ? {} : { next: player.host, unmatched: host }),
    };
    const again: GatewayRequest = {
      method: request.method,
      url: request.url,
      headers: request.headers.map(([name, value]): [string, string] => [name, value]),
      body: bodyOf(request),
      ipAddress: request.ipAddress,
      signal,
      ...(request.certificate === null ? {} : { certificate: Buffer.from(request.certificate, "base64") }),
    };
    Promise.resolve(gateway.again(again, options, replay, taking))
      .then(({ body }) => readToEnd(body))
      .catch(reject);
  });
}

function nothing(): void {}

/** Nothing of what a shadow emits goes anywhere. */
const NOBODY: ShadowServices["telemetry"] = { metric: nothing, event: nothing, configured: nothing };

/** What a shadow gets in place of tokens that the request did not get: nobody is asked for one. */
const STAND_INS: Credentials = {
  managedIdentity: () => Promise.resolve({ token: "token-that-a-shadow-does-not-ask-for", expiresAt: Number.MAX_SAFE_INTEGER }),
  authorization: () => Promise.resolve({ accessToken: "token-that-a-shadow-does-not-ask-for", claims: {} }),
};
