import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";

const COMMAND = fileURLToPath(new URL("../../packages/adapters/bin/turnpike.js", import.meta.url));
const PATIENCE = { timeout: 100_000, interval: 50 };

type Event = Readonly<Record<string, unknown>>;

/** `turnpike run --json` as a process of its own, of the last build. */
export class RunProcess {
  readonly lines: string[] = [];
  readonly complaints: string[] = [];
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly read: Event[] = [];

  /** @param args what follows `run` */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [COMMAND, "run", ...args, "--json"], { env: { ...process.env, ...env } });
    take(this.child.stdout!, this.lines);
    take(this.child.stderr!, this.complaints);
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  get events(): readonly Event[] {
    // A gateway under load logs thousands of lines, and whoever waits for one looks again and again: each is read once.
    while (this.read.length < this.lines.length) this.read.push(JSON.parse(this.lines[this.read.length]!) as Event);
    return this.read;
  }

  /** Where it listens, once it does. */
  async url(event = "listening"): Promise<string> {
    await expect
      .poll(() => this.events.some(({ Event }) => Event === event) || this.child.exitCode !== null, PATIENCE)
      .toBe(true);
    const found = this.events.find(({ Event }) => Event === event);
    if (found === undefined) throw new Error(`It has ended: ${[...this.lines, ...this.complaints].join("\n")}`);
    return String(found["Url"]);
  }

  /** Waits for a line of the log. */
  async logged(message: string): Promise<Event> {
    const find = (): Event | undefined => this.events.find(({ Message }) => Message === message);
    await expect.poll(() => find() !== undefined, PATIENCE).toBe(true);
    return find()!;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it as an operator would. */
  stop(): Promise<number | null> {
    this.signal("SIGTERM");
    return this.ended;
  }
}

function take(stream: NodeJS.ReadableStream, lines: string[]): void {
  let rest = "";
  stream.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
  });
}
