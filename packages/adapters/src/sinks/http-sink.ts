import type { Clock } from "@turnpike/core";
import { type BatchTarget, batchSink } from "./batches.js";
import { eventRecord, type Sink, type SinkReport } from "./sink.js";

/** Messages and characters that go in one request. */
const MOST_TOGETHER = 500;
const MOST_CHARACTERS = 1024 * 1024;
const TIMEOUT = 10_000;
const TRIES = 3;

/** Posts messages to a URL, one JSON object a line (`application/x-ndjson`), many in one request. */
export function httpSink(
  url: string,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  report: SinkReport,
  fetch: typeof globalThis.fetch,
): Sink {
  const shown = URL.canParse(url) ? new URL(url).origin : "the URL of the logger";
  const target: BatchTarget = {
    to: shown,
    async send(waiting) {
      const lines: string[] = [];
      let characters = 0;
      for (const event of waiting) {
        if (lines.length >= MOST_TOGETHER || (characters > 0 && characters + event.message.length > MOST_CHARACTERS)) break;
        lines.push(JSON.stringify(eventRecord(event, clock.now())));
        characters += event.message.length;
      }
      await posted(url, headers, `${lines.join("\n")}\n`, fetch);
      return lines.length;
    },
    close: () => Promise.resolve(),
  };
  return batchSink(target, clock, report);
}

/** @throws Error if no try is answered with success */
async function posted(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  for (let left = TRIES; ; left--) {
    let failure: unknown;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/x-ndjson", ...headers },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      await answer.body?.cancel();
      if (answer.ok) return;
      failure = new Error(`It answers ${answer.status}.`);
      // What is refused now is refused again.
      if (answer.status < 500 && answer.status !== 429) throw failure;
    } catch (error) {
      if (error === failure) throw error;
      failure = error;
    }
    if (left <= 1) throw failure;
  }
}
