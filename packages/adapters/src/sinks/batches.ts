import type { Clock, LoggedEvent } from "@turnpike/core";
import type { Sink, SinkReport } from "./sink.js";

/** Messages, and characters of them, that may wait; what comes then is counted and dropped. */
const MOST_WAITING = 20_000;
const MOST_CHARACTERS = 16 * 1024 * 1024;
/** Milliseconds that delivery has at the end. */
const LAST_WAIT = 5_000;

/** Where batches go. */
export interface BatchTarget {
  /** What it is called when delivery fails. */
  readonly to: string;
  /**
   * Delivers the first of the messages, as many as go together, and rejects if it cannot.
   * @returns how many it has taken, at least one: those that are too large included
   */
  send(waiting: readonly LoggedEvent[]): Promise<number>;
  close(): Promise<void>;
}

/** Delivers messages in the background, in the order in which they came. What waits is bounded. */
export function batchSink(target: BatchTarget, clock: Clock, report: SinkReport): Sink {
  let waiting: LoggedEvent[] = [];
  let characters = 0;
  let pump: Promise<void> | null = null;
  let isOver = false;

  const deliver = async (): Promise<void> => {
    // What comes in one turn of the event loop goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting;
      let taken = batch.length;
      try {
        taken = await target.send(batch);
      } catch (error) {
        report.failed(error, target.to);
        // What could not be delivered is not kept: the next may find a target that is there again.
        for (const { loggerId } of batch.slice(0, taken)) report.dropped(loggerId, 1);
      }
      const gone = waiting.slice(0, taken);
      waiting = waiting.slice(taken);
      for (const { message } of gone) characters -= message.length;
    }
    pump = null;
  };

  return {
    write(event) {
      if (isOver || waiting.length >= MOST_WAITING || characters + event.message.length > MOST_CHARACTERS)
        return report.dropped(event.loggerId, 1);
      waiting.push(event);
      characters += event.message.length;
      pump ??= deliver();
    },
    async end() {
      isOver = true;
      let cancel = (): void => {};
      const late = new Promise<void>((resolve) => (cancel = clock.setTimer(resolve, LAST_WAIT)));
      await Promise.race([pump ?? Promise.resolve(), late]);
      cancel();
      for (const { loggerId } of waiting) report.dropped(loggerId, 1);
      waiting = [];
      await target.close();
    },
  };
}
