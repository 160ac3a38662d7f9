import { createWriteStream } from "node:fs";
import type { Writable } from "node:stream";
import type { Clock } from "@turnpike/core";
import { LineWriter } from "./line-writer.js";
import { eventRecord, type Sink, type SinkReport } from "./sink.js";

/** Milliseconds that a slow reader or disk has at the end. */
const LAST_WAIT = 2_000;

/** Appends messages to a file that only its owner reads, one JSON object a line. */
export function fileSink(file: string, clock: Clock, report: SinkReport): Sink {
  const stream = createWriteStream(file, { flags: "a", mode: 0o600 });
  stream.on("error", (error) => report.failed(error, file));
  return lineSink(stream, clock, report, () => stream.end());
}

/** Writes messages to a stream that goes on without them, such as standard output, one JSON object a line. */
export function streamSink(stream: Writable, clock: Clock, report: SinkReport): Sink {
  return lineSink(stream, clock, report, () => {});
}

function lineSink(stream: Writable, clock: Clock, report: SinkReport, close: () => void): Sink {
  const writer = new LineWriter(
    stream,
    (lines) => void stream.write(`${lines.join("\n")}\n`),
    (count) => JSON.stringify({ Event: "dropped", Messages: count }),
  );
  return {
    write(event) {
      const line = JSON.stringify({ Event: "message", ...eventRecord(event, clock.now()) });
      if (!writer.write(line)) report.dropped(event.loggerId, 1);
    },
    async end() {
      await writer.flushed(LAST_WAIT);
      writer.end();
      // A file that fails while it is closed must not end the process.
      stream.on("error", () => {});
      close();
    },
  };
}
