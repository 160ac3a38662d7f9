import { main } from "@turnpike/adapters/cli";

/** Milliseconds that `turnpike run` has until it listens: the first call loads the command, which takes its time on a busy machine. */
const PATIENCE = 60_000;

/** Runs the command inside the test's own process, and gives what it printed. */
export async function turnpike(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(args, {
    stdout: process.stdout,
    stderr: process.stderr,
    print: (line) => void out.push(line),
    complain: (line) => void err.push(line),
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

/** `turnpike run` inside the test's own process, once it listens. */
export interface RunningCommand {
  /** Where the gateway listens. */
  readonly url: string;
  /** What it has printed on standard output, one JSON object a line. */
  readonly lines: readonly string[];
  /** What it has printed on standard error. */
  readonly complaints: readonly string[];
  /** Where something else listens, by the name of its event. */
  readonly urlOf: (event: string) => string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** Ends it as an operator would. */
  readonly stop: () => Promise<number>;
}

/**
 * Starts `turnpike run --json` on a free port.
 * @param args what follows `run`
 */
export async function running(...args: readonly string[]): Promise<RunningCommand> {
  const lines: string[] = [];
  const complaints: string[] = [];
  const events = (): { Event?: string; Url?: string }[] => lines.map((line) => JSON.parse(line) as { Event?: string });
  const urlOf = (event: string): string => {
    const found = events().find(({ Event }) => Event === event)?.Url;
    if (found === undefined) throw new Error(`There is no event '${event}': ${[...lines, ...complaints].join("\n")}`);
    return found;
  };
  let listens = (): void => {};
  const isListening = new Promise<void>((resolve) => (listens = resolve));
  const ended = main(["run", ...args, "--port", "0", "--json"], {
    stdout: process.stdout,
    stderr: process.stderr,
    print: (text) => {
      lines.push(...text.split("\n"));
      // What else listens is told of in the same turn.
      if (text.includes('"listening"')) setImmediate(listens);
    },
    complain: (line) => void complaints.push(line),
  });
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It does not listen: ${complaints.join("\n")}`)), PATIENCE);
  });
  try {
    await Promise.race([isListening, patience, ended]);
  } finally {
    clearTimeout(timer);
  }
  return {
    url: urlOf("listening"),
    lines,
    complaints,
    urlOf,
    ended,
    stop() {
      process.emit("SIGTERM");
      return ended;
    },
  };
}
