import { maskSecrets } from "@turnpike/core/tools";
import type { Output } from "../command.js";

/** Milliseconds that a line waits at most to be written with others: each write costs a call of the system. */
const PAUSE = 50;

/** Lines for standard output, several written at once. */
export class Lines {
  private waiting: string[] = [];
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly output: Output) {}

  add(line: string): void {
    // Each for itself: what is a secret is told by what stands beside it.
    this.waiting.push(maskSecrets(line));
    this.timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  /** Writes what waits. */
  flush(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.waiting.length === 0) return;
    const text = this.waiting.join("\n");
    this.waiting = [];
    (this.output.printAsIs ?? this.output.print)(text);
  }
}
