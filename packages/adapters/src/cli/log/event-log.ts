import { createWriteStream, type WriteStream } from "node:fs";
import { type Clock, type Gateway, type GatewayTelemetry, type LoggedEvent, type Logger, systemClock } from "@turnpike/core";
import { LineWriter } from "./line-writer.js";

/** Milliseconds between two lines about what was dropped. */
const EVERY = 60_000;
/** Milliseconds that a slow disk has at the end. */
const LAST_WAIT = 2_000;

/** Where messages of log-to-eventhub go. */
export interface EventLog extends GatewayTelemetry {
  /** Warns of loggers that have nowhere to go. */
  check(gateway: Gateway): void;
  end(): Promise<void>;
}

/**
 * Writes messages of log-to-eventhub to a file, one JSON object a line. Without one they are dropped: counted by logger, and told once a minute.
 * @param file null: there is none
 */
export function eventLog(file: string | null, logger: Logger, clock: Clock = systemClock): EventLog {
  const dropped = new Dropped(logger, clock);
  const stream = file === null ? null : createWriteStream(file, { flags: "a", mode: 0o600 });
  stream?.on("error", (error) => logger.error({ err: error }, `Messages of log-to-eventhub cannot be written to ${file}.`));
  const writer = stream === null ? null : lineWriter(stream);
  return {
    metric() {},
    event(event) {
      if (writer === null || stream?.errored != null) dropped.add(event);
      else writer.write(JSON.stringify({ TimeGenerated: new Date(clock.now()).toISOString(), ...event }));
    },
    check({ configuration }) {
      if (file !== null) return;
      for (const id of configuration.loggers.keys())
        logger.warn({ loggerId: id }, `The logger '${id}' has nowhere to go: its messages are dropped. Give --events FILE.`);
    },
    async end() {
      dropped.tell();
      await writer?.flushed(LAST_WAIT);
      stream?.end();
    },
  };
}

function lineWriter(stream: WriteStream): LineWriter {
  return new LineWriter(
    stream,
    (line) => void stream.write(`${line}\n`),
    (count) => JSON.stringify({ dropped: count }),
  );
}

/** Counts messages that went nowhere. Loggers are the configuration's: they are few. */
class Dropped {
  private counts = new Map<string, number>();
  private cancel: (() => void) | null = null;

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {}

  add({ loggerId }: LoggedEvent): void {
    this.counts.set(loggerId, (this.counts.get(loggerId) ?? 0) + 1);
    this.cancel ??= this.clock.setTimer(() => this.tell(), EVERY);
  }

  tell(): void {
    this.cancel?.();
    this.cancel = null;
    for (const [loggerId, count] of this.counts)
      this.logger.warn({ loggerId, dropped: count }, `${count} messages to the logger '${loggerId}' were dropped.`);
    this.counts = new Map();
  }
}
