import type { LoggedEvent } from "@turnpike/core";

/** Where messages of log-to-eventhub go. */
export interface Sink {
  /** Takes a message; never waits and never throws. */
  write(event: LoggedEvent): void;
  /** Resolves when what was taken is delivered, or could not be, within a bounded time. Nothing is taken afterwards. */
  end(): Promise<void>;
}

/** A message as lines and bodies hold it. The logger's settings are no part of it. */
export function eventRecord({ loggerId, message, partitionId, partitionKey }: LoggedEvent, now: number): object {
  return { TimeGenerated: new Date(now).toISOString(), loggerId, message, partitionId, partitionKey };
}

/** What a sink tells of. */
export interface SinkReport {
  /** Messages that were lost. */
  dropped(loggerId: string, count: number): void;
  /** Why some were; told once as long as it goes on. */
  failed(error: unknown, to: string): void;
}
