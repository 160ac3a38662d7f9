import type { GatewayModel } from "../model/model.js";
import { type LogEvent, logEvents } from "../policy/log-events.js";
import type { LoggedEvent, Logger, Metric } from "../policy/services.js";
import type { Clock } from "../time/clock.js";

/** Milliseconds between two lines about what was dropped. */
const EVERY = 60_000;
/** Names that are told one by one; what is beyond them is told as a whole. Names of metrics and loggers are the configuration's: they are few. */
const MOST_NAMES = 200;

/** Counts what policies emit and nothing takes, and tells of it once a minute. */
export class Unheard {
  private counts = new Map<string, number>();
  private cancel: (() => void) | null = null;

  /** @param fields those of a name's line */
  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly event: LogEvent,
    private readonly fields: (name: string, count: number) => object,
  ) {}

  add(name: string, count = 1): void {
    const known = this.counts.has(name) || this.counts.size < MOST_NAMES ? name : "others";
    this.counts.set(known, (this.counts.get(known) ?? 0) + count);
    this.cancel ??= this.clock.setTimer(() => this.tell(), EVERY);
  }

  /** Tells what has not been told yet. */
  tell(): void {
    this.cancel?.();
    this.cancel = null;
    const { counts } = this;
    this.counts = new Map();
    for (const [name, count] of counts) this.logger.warn(this.fields(name, count), this.event);
  }
}

/** Messages of log-to-eventhub that were dropped. */
export function droppedEvents(logger: Logger, clock: Clock): Unheard {
  return new Unheard(logger, clock, logEvents.messagesDropped, (loggerId, dropped) => ({ loggerId, dropped }));
}

/** Metrics of policies that were dropped. */
export function droppedMetrics(logger: Logger, clock: Clock): Unheard {
  return new Unheard(logger, clock, logEvents.measurementsDropped, (metric, dropped) => ({ metric, dropped }));
}

/** What takes the place of telemetry that is not there: it names at the start what goes nowhere, and counts what does. */
export class NoTelemetry {
  private readonly events: Unheard;
  private readonly metrics: Unheard;

  constructor(
    private readonly logger: Logger,
    clock: Clock,
  ) {
    this.events = droppedEvents(logger, clock);
    this.metrics = droppedMetrics(logger, clock);
  }

  readonly metric = ({ name }: Metric): void => this.metrics.add(name);
  readonly event = ({ loggerId }: LoggedEvent): void => this.events.add(loggerId);

  /** Names the loggers of a configuration, of which none is delivered for. */
  configured({ loggers }: GatewayModel): void {
    for (const loggerId of loggers.keys())
      this.logger.warn({ loggerId, why: "no telemetry takes messages of log-to-eventhub" }, logEvents.loggerUnusable);
  }

  end(): void {
    this.events.tell();
    this.metrics.tell();
  }
}
