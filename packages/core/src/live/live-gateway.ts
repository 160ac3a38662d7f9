import { ConfigurationError } from "../diagnostics/diagnostic.js";
import { type Gateway, type RunningGateway, startGateway } from "../gateway.js";
import type { ConfigurationInput } from "../gateway-options.js";
import { logEvents } from "../policy/log-events.js";
import { keptConfiguration } from "../snapshot/kept.js";
import { deadline, systemClock } from "../time/clock.js";
import { LastGoodKeeper } from "./keeper.js";
import { LastGoodFile } from "./last-good.js";
import type { LiveEvent, LiveGateway, LiveOptions, LiveStatus } from "./live-options.js";
import { loggingObserver } from "./log-events.js";
import type { ConfigurationSource } from "./source.js";

const INTERVAL = 10_000;
const LONGEST_INTERVAL = 300_000;
/** Milliseconds that a look at a source may take. */
const LONGEST_READ = 120_000;
/** Looking may take this part of the time. */
const SHARE = 1 / 20;

/**
 * Makes a gateway that follows a source: a changed configuration is compiled beside the one in force and takes its place in one step; one
 * with errors changes nothing. With `lastGood` a restart serves the last configuration that was in force if the source cannot be had or
 * gives one with errors, and says so.
 *
 *     const live = await createLiveGateway(fileSource("gateway.yaml"), { lastGood: { file: "/var/lib/turnpike/last-good" } });
 *     http.createServer(turnpike(live.gateway)).listen(8080);
 *
 * @throws what the source rejects with, or ConfigurationError, if there is no last good configuration either
 */
export async function createLiveGateway(source: ConfigurationSource, options: LiveOptions = {}): Promise<LiveGateway> {
  const live = new Follower(source, options);
  try {
    await live.start();
  } catch (error) {
    await live.close();
    throw error;
  }
  return live;
}

/** What a refusal is about that another look may find mended though the configuration is the same: a vault or file was out of reach. */
const OUTSIDE = "TP3011";

class Follower implements LiveGateway {
  private running: RunningGateway | null = null;
  private readonly keeper: LastGoodKeeper | null;
  private readonly file: LastGoodFile | null;
  private state: Pick<LiveStatus, "origin" | "since" | "keptAt"> = { origin: "source", since: 0, keptAt: null };
  private refusal: ConfigurationError | null = null;
  private outage: Error | null = null;
  /** What was refused for reasons that lie outside of it: it is tried again. */
  private waiting: ConfigurationInput | null = null;
  private failures = 0;
  private looking: Promise<void> | null = null;
  private cancelTimer: () => void = () => undefined;
  private reading = new AbortController();
  private readonly observe: (event: LiveEvent) => void;
  private isClosed = false;

  constructor(
    private readonly source: ConfigurationSource,
    private readonly options: LiveOptions,
  ) {
    this.file = options.lastGood === undefined ? null : new LastGoodFile(options.lastGood);
    this.keeper = this.file === null ? null : new LastGoodKeeper(this.file, (error) => this.lastGoodFailed(error));
    this.observe = options.observe?.bind(options) ?? loggingObserver(options.logger, source.name);
  }

  get gateway(): Gateway {
    return this.started;
  }

  /** Puts the first configuration in force: the source's, or else the one that was kept. */
  async start(): Promise<void> {
    await this.file?.tidy();
    let configuration: ConfigurationInput | null = null;
    try {
      configuration = await this.read();
      if (configuration === null) throw new Error(`${this.source.name} gave no configuration.`);
      this.running = await startGateway(configuration, this.options);
      this.isInForce("source", null);
      this.keep();
    } catch (error) {
      await this.startFromLastGood(error);
      this.failed(error, configuration);
    }
    this.started.onChanged = () => this.keep();
    this.plan(0);
  }

  status(): LiveStatus {
    const { refusal, outage } = this;
    const diagnostics = outage === null ? (refusal?.diagnostics ?? []) : [];
    const message = (outage ?? refusal)?.message;
    return { source: this.source.name, ...this.state, problem: message === undefined ? null : { message, diagnostics } };
  }

  look(): Promise<void> {
    this.looking ??= this.lookNow().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  async close(options: Parameters<Gateway["close"]>[0] = {}): Promise<void> {
    this.isClosed = true;
    this.reading.abort(new Error("The gateway was closed."));
    this.cancelTimer();
    await this.looking;
    await this.keeper?.settled();
    await this.running?.close(options);
    await this.source.close?.();
  }

  private get started(): RunningGateway {
    if (this.running === null) throw new Error("The gateway has not started.");
    return this.running;
  }

  private get clock() {
    return this.options.clock ?? systemClock;
  }

  private read(): Promise<ConfigurationInput | null> {
    this.reading = new AbortController();
    return deadline(this.clock, LONGEST_READ, (signal) => this.source.read(signal), this.reading);
  }

  private async startFromLastGood(problem: unknown): Promise<void> {
    try {
      const text = await this.file?.read();
      if (text == null) throw problem;
      const { loaded, keptAt } = keptConfiguration(text);
      this.running = await startGateway(loaded, this.options);
      this.isInForce("last-good", keptAt);
    } catch (error) {
      if (error !== problem) this.lastGoodFailed(error);
      throw problem;
    }
  }

  private async lookNow(): Promise<void> {
    if (this.isClosed) return;
    this.cancelTimer();
    const since = this.clock.now();
    let configuration: ConfigurationInput | null = null;
    try {
      const read = await this.read();
      this.outage = null;
      configuration = read ?? this.waiting;
      if (configuration !== null && !this.isClosed) {
        await this.started.update(configuration);
        this.refusal = this.waiting = null;
        this.isInForce("source", null);
      }
      this.failures = 0;
    } catch (error) {
      if (!this.isClosed) this.failed(error, configuration);
    }
    this.plan(this.clock.now() - since);
  }

  private failed(error: unknown, configuration: ConfigurationInput | null): void {
    if (!(error instanceof ConfigurationError)) {
      this.failures++;
      this.outage = error instanceof Error ? error : new Error(String(error));
      return this.tell({ kind: "unreachable", error: this.outage });
    }
    this.refusal = error;
    this.waiting = error.diagnostics.some(({ code }) => code === OUTSIDE) ? configuration : null;
    this.failures = this.waiting === null ? 0 : this.failures + 1;
    this.tell({ kind: "refused", error });
  }

  private isInForce(origin: LiveStatus["origin"], keptAt: number | null): void {
    this.state = { origin, since: this.clock.now(), keptAt };
    this.tell({ kind: "in-force", origin, keptAt });
  }

  private keep(): void {
    this.keeper?.save(() => this.started.kept());
  }

  private lastGoodFailed(thrown: unknown): void {
    this.tell({ kind: "last-good-failed", error: thrown instanceof Error ? thrown : new Error(String(thrown)) });
  }

  private tell(event: LiveEvent): void {
    try {
      this.observe(event);
    } catch (error) {
      this.options.logger?.error({ err: error }, logEvents.configurationObserverFailed);
    }
  }

  /** @param taken milliseconds that the last look took */
  private plan(taken: number): void {
    if (this.isClosed) return;
    const { interval = INTERVAL, longestInterval = LONGEST_INTERVAL, random } = this.options;
    if (!Number.isFinite(interval)) return;
    const backOff = Math.min(interval * 2 ** Math.min(this.failures, 30), Math.max(interval, longestInterval));
    // Gateways that lost the source together should not all come back to it at once.
    const spread = this.failures === 0 ? 1 : 0.75 + 0.25 * (random?.fraction ?? Math.random)();
    this.cancelTimer = this.clock.setTimer(() => void this.look(), Math.max(backOff * spread, taken / SHARE));
  }
}
