import type { Clock, GatewayTelemetry, Logger } from "@turnpike/core";
import { logEvents } from "@turnpike/core/adapter";
import { Deadlines } from "./deadlines.js";
import type { Driver } from "./driver.js";

/** Failures in a row after which Redis counts as away. */
const FAILURES = 3;
/** Milliseconds between two tries to find Redis back. */
const PROBE_EVERY = 500;
/** Milliseconds between two tries while a gateway waits for its start. */
const KNOCK_EVERY = 50;
/** Failed calls are told of at most once in so many milliseconds. */
const TELL_EVERY = 1000;

/** Redis did not answer, or not in time. A call that was sent may still come into effect. */
export class RedisUnavailable extends Error {
  /** @param kind what went wrong: no answer in time, no connection, an error as answer, or not even tried */
  constructor(
    readonly kind: "deadline" | "connection" | "error" | "away",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "RedisUnavailable";
  }
}

/** How the connection to Redis is watched. */
export interface LinkOptions {
  readonly driver: Driver;
  /** Milliseconds. */
  readonly deadline: number;
  readonly clock: Clock;
  readonly logger: Logger | null;
  readonly telemetry: Pick<GatewayTelemetry, "metric"> | null;
  /** What is reached by it: a field of log lines and a dimension of metrics. */
  readonly part: "counters" | "cache";
  /** A key that may be written to find out whether Redis is back. */
  readonly probeKey: string;
}

/**
 * The way to Redis: every call ends by its deadline, whatever the server does, and once calls fail one after the other none is sent any more
 * until a probe in the background has found Redis back.
 */
export class Link {
  private failures = 0;
  private isOpen = true;
  private hasStood = false;
  private stopProbe: (() => void) | null = null;
  private toldAt = Number.NEGATIVE_INFINITY;
  private untold = 0;
  private isClosed = false;
  private readonly unlisten: () => void;
  private readonly waiting = new Set<() => void>();
  private readonly deadlines: Deadlines;
  /** Called when Redis is back, before and after calls are sent again; a rejection before means that it is not. */
  onReturn: () => Promise<void> = async () => {};

  constructor(private readonly options: LinkOptions) {
    this.deadlines = new Deadlines(options.clock, options.deadline);
    this.unlisten = options.driver.onReady(() => {
      this.hasStood = true;
      for (const resume of this.waiting) resume();
      this.waiting.clear();
    });
  }

  /** Are calls sent? */
  get isUp(): boolean {
    return this.isOpen;
  }

  /**
   * Sends a command.
   * @throws RedisUnavailable where it failed, was too late or was not sent
   */
  send(key: string, command: readonly (string | Buffer)[]): Promise<unknown> {
    if (!this.isOpen) return Promise.reject(new RedisUnavailable("away", "Redis is away."));
    return this.attempt(key, command).then(this.answered, this.failed);
  }

  private readonly answered = (answer: unknown): unknown => {
    this.failures = 0;
    return answer;
  };

  private readonly failed = (error: unknown): never => {
    if (isAnswer(error)) throw error;
    const failure =
      error instanceof RedisUnavailable
        ? error
        : new RedisUnavailable("error", `Redis failed: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          });
    this.failures++;
    this.metric("store-failures", 1, { reason: failure.kind });
    if (this.failures >= FAILURES && this.isOpen) this.giveUp(failure);
    else this.tell(failure);
    throw failure;
  };

  /**
   * Waits for Redis to take a write, `most` milliseconds at most; then calls go on without it, as when it is lost, until it is found. Never
   * rejects.
   */
  async ready(most: number): Promise<void> {
    const { clock, probeKey } = this.options;
    const until = clock.now() + most;
    while (this.isOpen) {
      try {
        await this.attempt(probeKey, ["SET", probeKey, "1", "PX", "1000"]);
        return;
      } catch (error) {
        if (this.isClosed) return;
        if (clock.now() >= until) return this.giveUp(error);
        await new Promise<void>((resolve) => void clock.setTimer(resolve, KNOCK_EVERY));
      }
    }
  }

  /** A call that has failed was done without Redis: whoever looks at counts must know. */
  private tell(error: RedisUnavailable): void {
    const now = this.options.clock.now();
    this.untold++;
    if (now - this.toldAt < TELL_EVERY) return;
    this.options.logger?.warn({ err: error, part: this.options.part, calls: this.untold }, logEvents.redisCallFailed);
    this.toldAt = now;
    this.untold = 0;
  }

  /** Sends a command, also while Redis counts as away. */
  attempt(key: string, command: readonly (string | Buffer)[]): Promise<unknown> {
    const { driver } = this.options;
    return new Promise((resolve, reject) => {
      const end = this.deadlines.start(() => {
        this.waiting.delete(send);
        reject(new RedisUnavailable("deadline", `Redis has not answered within ${this.deadlines.time} ms.`));
      });
      const send = (): void =>
        void driver.send(key, command).then(
          (answer) => {
            end();
            resolve(answer);
          },
          (error: unknown) => {
            end();
            reject(error);
          },
        );
      if (driver.isReady()) {
        this.hasStood = true;
        send();
      } else if (this.hasStood) {
        end();
        reject(new RedisUnavailable("connection", "There is no connection to Redis."));
      }
      // The first connection is still being made.
      else this.waiting.add(send);
    });
  }

  close(): void {
    this.stopProbe?.();
    this.stopProbe = null;
    this.isOpen = false;
    this.isClosed = true;
    this.unlisten();
    this.waiting.clear();
  }

  private metric(name: string, value: number, dimensions: Readonly<Record<string, string>> = {}): void {
    const { telemetry, part } = this.options;
    telemetry?.metric?.({ namespace: "turnpike", name, value, dimensions: { part, ...dimensions } });
  }

  private giveUp(error: unknown): void {
    this.isOpen = false;
    this.metric("store-up", 0);
    this.options.logger?.warn({ err: error, part: this.options.part }, logEvents.redisUnavailable);
    this.probeLater();
  }

  private probeLater(): void {
    this.stopProbe = this.options.clock.setTimer(() => void this.probe(), PROBE_EVERY);
  }

  private async probe(): Promise<void> {
    const { probeKey, logger, part } = this.options;
    try {
      // A write: a replica, a full server and one that is loading answer to less.
      await this.attempt(probeKey, ["SET", probeKey, "1", "PX", "1000"]);
      await this.onReturn();
      if (this.stopProbe === null) return;
      this.failures = 0;
      this.isOpen = true;
      this.metric("store-up", 1);
      logger?.info({ part }, logEvents.redisAvailable);
      this.onReturn().catch(() => {});
    } catch {
      if (this.stopProbe !== null) this.probeLater();
    }
  }
}

/** Did Redis answer, only not with what was hoped for? Then it is there. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && /^(?:NOSCRIPT|WRONGTYPE)\b/.test(error.message);
}
