import { inspect } from "node:util";
import type { GatewayOutcome, Logger } from "@turnpike/core";
import { AccessLogLines, accessLogText, isLogged } from "@turnpike/core/adapter";
import { maskSecrets } from "@turnpike/core/tools";
import { LineWriter } from "../../sinks/line-writer.js";
import { type CommandCall, UsageError } from "../command.js";
import { paint } from "../diagnostics.js";

/** How `turnpike run` writes what happens. */
export type LogFormat = "json" | "pretty" | "none";

/** What `turnpike run` says while it runs: requests, events, and what goes wrong. */
export interface RunLog {
  readonly logger: Logger;
  /** Null: requests are not written down. */
  readonly onOutcome: ((outcome: GatewayOutcome) => void) | null;
  event(event: string, fields: Readonly<Record<string, unknown>>, text: string): void;
  /** Nothing is lost of what was written before. */
  end(): Promise<void>;
}

/** Milliseconds that a slow reader has at the end. */
const LAST_WAIT = 2_000;

/** The format that is asked for, or else what standard output can show. */
export function logFormatOf(call: CommandCall): LogFormat {
  const text = call.text("log");
  if (text === undefined) return call.has("json") ? "json" : call.output.stdout.isTTY ? "pretty" : "none";
  if (text === "json" || text === "pretty" || text === "none") return text;
  throw new UsageError(`Invalid value '${text}' of '--log': expected json, pretty or none.`);
}

/** The share of successful requests that is written down, from 0 to 1. */
export function logSampleOf(call: CommandCall): number {
  const text = call.text("log-sample") ?? "100";
  const percent = /^\d{1,3}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(percent <= 100)) throw new UsageError(`Invalid value '${text}' of '--log-sample': expected a percentage from 0 to 100.`);
  return percent / 100;
}

/** Makes the log of a call. `json`: every line on standard output is a JSON object, and nothing else is there. */
export function runLog(call: CommandCall): RunLog {
  const { stdout, stderr, print, printAsIs = print } = call.output;
  const format = logFormatOf(call);
  const sample = logSampleOf(call);
  const isJson = format === "json";
  const dropped = (count: number): string =>
    isJson
      ? JSON.stringify({ Event: "dropped", Lines: count })
      : `${count} lines were dropped: the reader of the log is too slow.`;
  const out = new LineWriter(stdout, (lines) => printAsIs(lines.join("\n")), dropped, true);
  const err = new LineWriter(stderr, (lines) => call.output.complain(lines.join("\n")), dropped);
  const lines = new AccessLogLines();
  const now = (): string => new Date().toISOString();
  const line = (level: string, bindings: object) => (fields: object, message: string) => {
    const plain = plainFields({ ...bindings, ...fields });
    if (isJson)
      out.write(maskSecrets(JSON.stringify({ Event: "log", TimeGenerated: now(), Level: level, Message: message, ...plain })));
    else err.write(maskSecrets(JSON.stringify({ time: now(), level, message, ...plain })));
  };
  const loggerWith = (bindings: object): Logger => ({
    debug: () => {},
    info: () => {},
    warn: line("warn", bindings),
    error: line("error", bindings),
    child: (more) => loggerWith({ ...bindings, ...more }),
  });
  return {
    logger: loggerWith({}),
    onOutcome:
      format === "none"
        ? null
        : (outcome) => {
            // An outcome holds no secrets: what it has is masked already.
            if (isLogged(outcome, sample, Math.random))
              out.write(isJson ? lines.line(outcome) : `${now()} ${coloured(outcome, call)}`);
          },
    event(event, fields, text) {
      out.write(maskSecrets(isJson ? JSON.stringify({ Event: event, TimeGenerated: now(), ...fields }) : text));
    },
    async end() {
      await Promise.all([out.flushed(LAST_WAIT), err.flushed(LAST_WAIT)]);
      out.end();
      err.end();
    },
  };
}

function coloured(outcome: GatewayOutcome, { output }: CommandCall): string {
  const text = accessLogText(outcome);
  const colour = outcome.status >= 500 || outcome.status === 0 ? "red" : outcome.status >= 400 ? "yellow" : null;
  return colour === null ? text : paint(colour, text, output.stdout);
}

/** Errors with all that is below them, so that they can be written as JSON. */
function plainFields(fields: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? errorText(value) : (value as unknown)]),
  );
}

function errorText(error: Error): string {
  return inspect(error, { depth: 4, breakLength: Number.POSITIVE_INFINITY, compact: 3 }).slice(0, 16_384);
}
