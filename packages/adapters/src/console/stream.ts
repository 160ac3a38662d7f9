import type { ServerResponse } from "node:http";
import { rowFilter } from "./filter.js";
import type { RequestEvent } from "./messages.js";
import type { RequestLog } from "./request-log.js";

/** Milliseconds between two events: what comes meanwhile goes out together, so that a page can follow thousands of requests a second. */
const PERIOD = 250;
/** Rows of an event. */
const MOST_ROWS = 250;
/** Periods without news after which a comment keeps the connection alive. */
const QUIET = 60;
const MOST_STREAMS = 32;

/** The live list of requests, as server-sent events. */
export class RequestStreams {
  private readonly open = new Map<ServerResponse, () => void>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly log: RequestLog) {}

  /** Begins a stream on an answer whose head has not been sent. False: there are too many. */
  begin(outgoing: ServerResponse, query: URLSearchParams): boolean {
    if (this.open.size >= MOST_STREAMS) return false;
    const matches = rowFilter(query);
    const given = Number(query.get("after") ?? "");
    let after = Number.isSafeInteger(given) && given > 0 ? given : this.log.seen;
    let quiet = 0;
    outgoing.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
    outgoing.write(": requests\n\n");
    this.open.set(outgoing, () => {
      // Whoever reads slowly gets the latest when it has read the rest.
      if (outgoing.writableNeedDrain) return;
      const { seen } = this.log;
      if (seen === after) {
        if (++quiet % QUIET === 0) outgoing.write(": still here\n\n");
        return;
      }
      quiet = 0;
      const event: RequestEvent = { ...this.log.latest(matches, MOST_ROWS, { after }), seen };
      after = seen;
      outgoing.write(`data: ${JSON.stringify(event)}\n\n`);
    });
    outgoing.once("close", () => this.end(outgoing));
    this.timer ??= setInterval(() => {
      for (const tick of this.open.values()) tick();
    }, PERIOD).unref();
    return true;
  }

  close(): void {
    for (const outgoing of [...this.open.keys()]) {
      this.end(outgoing);
      outgoing.end();
    }
  }

  private end(outgoing: ServerResponse): void {
    this.open.delete(outgoing);
    if (this.open.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}
