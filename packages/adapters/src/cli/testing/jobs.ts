import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { PolicyDefinition } from "@turnpike/core";
import type { RecordedItem, TestResult } from "@turnpike/core/testing";
import { type CommandCall, type CommandOption, UsageError } from "../command.js";
import { type FileRun, type FileRunOptions, fileResults, runWhole } from "./one-file.js";
import type { Asked } from "./worker.js";

/** Real milliseconds of tests after which more threads are worth their start. */
const WORTH_IT = 500;
const MOST_JOBS = 256;

/** The option of commands that run test files on several threads. */
export const jobsOption: CommandOption = {
  type: "string",
  short: "j",
  value: "NUMBER",
  help: "threads that run test files; default: as many as there are processors once that is worth it",
};

/** How many threads run test files. */
export interface Jobs {
  readonly most: number;
  /** True: more than one are started even for few tests. */
  readonly isAsked: boolean;
}

/** What `--jobs` says. */
export function jobsOf(call: CommandCall): Jobs {
  const text = call.text("jobs");
  if (text === undefined) return { most: availableParallelism(), isAsked: false };
  const most = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (most >= 1 && most <= MOST_JOBS) return { most, isAsked: true };
  throw new UsageError(`Invalid value '${text}' of '--jobs': expected a number from 1 to ${MOST_JOBS}.`);
}

/**
 * Runs test files, on several threads where that is worth it, and gives their results in the order of the files. Whoever stops taking results
 * ends the threads.
 * @param policies those of the modules of the options
 * @param recorded is given what the tests of each file reached, in the same order
 */
export async function* runFiles(
  files: readonly string[],
  options: FileRunOptions,
  policies: readonly PolicyDefinition[],
  { most, isAsked }: Jobs,
  recorded: RecordedItem[],
): AsyncGenerator<TestResult> {
  const pool = new Pool(files, options, policies);
  const started = performance.now();
  try {
    for (let at = 0; at < files.length; ) {
      if (!pool.isStarted && (isAsked || performance.now() - started > WORTH_IT)) pool.start(most - 1);
      const run = pool.runOf(at);
      if (run === null) {
        pool.take();
        yield* fileResults(files[at]!, options, policies, recorded);
        at++;
      } else if (run.isDone || !pool.hasMore) {
        const { results, recorded: reached } = await run.result;
        yield* results;
        recorded.push(...reached);
        at++;
      } else await pool.runNext();
    }
  } finally {
    await pool.end();
  }
}

/** The tests of a file that somebody runs, or has run. */
class Run {
  isDone = false;
  readonly result: Promise<FileRun>;
  resolve: (run: FileRun) => void = () => undefined;
  reject: (error: Error) => void = () => undefined;

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.resolve = (run) => {
        this.isDone = true;
        resolve(run);
      };
      this.reject = reject;
    });
    // Whoever waits for it may not do so yet, or never.
    this.result.catch(() => undefined);
  }
}

/** Files and who runs which. They are taken in order, by this thread and the others. */
class Pool {
  isStarted = false;
  private readonly runs: (Run | null)[];
  private readonly workers: Worker[] = [];
  private next = 0;

  constructor(
    private readonly files: readonly string[],
    private readonly options: FileRunOptions,
    private readonly policies: readonly PolicyDefinition[],
  ) {
    this.runs = files.map(() => null);
  }

  /** Are there files that nobody has taken? */
  get hasMore(): boolean {
    return this.next < this.files.length;
  }

  /** Null for a file that nobody has taken. */
  runOf(index: number): Run | null {
    return this.runs[index]!;
  }

  /** Takes the next file. */
  take(): number {
    this.runs[this.next] = new Run();
    return this.next++;
  }

  /** Takes the next file, and runs it on this thread. */
  async runNext(): Promise<void> {
    const index = this.take();
    this.runs[index]!.resolve(await runWhole(this.files[index]!, this.options, this.policies));
  }

  /** Starts further threads, no more than there is work for beside this one. */
  start(most: number): void {
    this.isStarted = true;
    const count = Math.min(most, this.files.length - this.next - 1);
    for (let started = 0; started < count; started++) this.startOne();
  }

  async end(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private startOne(): void {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: this.options });
    this.workers.push(worker);
    let current: Run | null = null;
    worker.on("message", (message: { readonly run: FileRun } | null) => {
      if (message !== null) current?.resolve(message.run);
      current = null;
      if (!this.hasMore) return;
      const index = this.take();
      current = this.runs[index]!;
      worker.postMessage({ file: this.files[index]! } satisfies Asked);
    });
    worker.on("error", (error) => current?.reject(error));
    worker.on("exit", () => current?.reject(new Error("A thread that ran tests has ended.")));
  }
}
