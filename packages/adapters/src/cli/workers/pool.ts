import cluster, { type Worker } from "node:cluster";
import { fileURLToPath } from "node:url";
import { createMemoryStore, type Logger, type Store } from "@turnpike/core";
import { logEvents } from "@turnpike/core/adapter";
import { forwardLines } from "./lines.js";
import { type FromWorker, MARK, type Question, type ToWorker } from "./messages.js";
import { WORKER } from "./worker.js";
import { answerCalls } from "./worker-store.js";

/** Milliseconds before a worker that has ended by itself is replaced: twice as many each time, up to the most. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 30_000;
/** Milliseconds after which a worker counts as one that has run well. */
const RAN_WELL = 60_000;
/** Milliseconds that a worker has to answer what operators ask. */
const PATIENCE = 5_000;
/** Milliseconds beyond its own limit until a worker that does not end is killed. */
const BEYOND = 5_000;

/** How workers are run. */
export interface PoolOptions {
  readonly workers: number;
  /** What follows `turnpike` in their command lines. */
  readonly args: readonly string[];
  /** Variables of their environment, besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Milliseconds that each takes at most to finish. */
  readonly timeout: number;
  readonly logger: Logger;
  /** Lines of their standard output and standard error. */
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** One place of the pool, and the process that stands in it. */
interface Slot {
  readonly number: number;
  worker: PoolWorker | null;
  failures: number;
  timer: NodeJS.Timeout | null;
}

/** A process of the pool. */
class PoolWorker {
  readonly startedAt = Date.now();
  isListening = false;
  isStopping = false;
  /** Resolves with its URL once it listens; null if it ends before. */
  readonly listening: Promise<string | null>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  private readonly asked = new Map<number, (value: unknown) => void>();
  private last = 0;

  constructor(
    private readonly worker: Worker,
    store: Store,
    { out, err }: PoolOptions,
  ) {
    forwardLines(worker.process.stdout!, out);
    forwardLines(worker.process.stderr!, err);
    let listens = (_url: string | null): void => {};
    this.listening = new Promise((resolve) => (listens = resolve));
    worker.on("message", (received: { readonly [MARK]?: FromWorker } | null) => {
      const message = received?.[MARK];
      if (message === undefined) return;
      if (message.kind === "store") void answerCalls(store, message, (answers) => this.send(answers));
      else if (message.kind === "answer") this.answered(message.number, message.value);
      else {
        this.isListening = true;
        listens(message.url);
      }
    });
    worker.on("error", () => {});
    this.ended = new Promise((resolve) => {
      worker.once("exit", (code, signal) => {
        for (const number of [...this.asked.keys()]) this.answered(number, null);
        listens(null);
        resolve(code ?? (signal === null ? 1 : 128));
      });
    });
  }

  get pid(): number {
    return this.worker.process.pid ?? 0;
  }

  /** What it says of itself; null if it says nothing in time. */
  ask(question: Question): Promise<unknown> {
    return new Promise((resolve) => {
      const number = ++this.last;
      const timer = setTimeout(() => this.answered(number, null), PATIENCE);
      this.asked.set(number, (value) => {
        clearTimeout(timer);
        resolve(value);
      });
      this.send({ kind: "ask", number, question });
    });
  }

  /** Has it finish; killed if it does not in time. */
  async stop(timeout: number): Promise<void> {
    this.isStopping = true;
    this.send({ kind: "stop" });
    const timer = setTimeout(() => this.worker.process.kill("SIGKILL"), timeout + BEYOND);
    await this.ended;
    clearTimeout(timer);
  }

  private answered(number: number, value: unknown): void {
    this.asked.get(number)?.(value);
    this.asked.delete(number);
  }

  private send(message: ToWorker): void {
    if (this.worker.isConnected()) this.worker.send({ [MARK]: message }, () => {});
  }
}

/**
 * Worker processes that share one listener. One that ends by itself is replaced, after a pause that doubles each time; {@link WorkerPool.roll}
 * replaces all of them in turn, each once its successor listens. Without Redis this process keeps the counters and cached values of all.
 */
export class WorkerPool {
  private readonly store = createMemoryStore();
  private readonly slots: readonly Slot[];
  private isEnding = false;
  private rolling: Promise<void> | null = null;

  constructor(private readonly options: PoolOptions) {
    cluster.setupPrimary({ exec: COMMAND, args: [...options.args], silent: true, serialization: "advanced" });
    this.slots = Array.from({ length: options.workers }, (_, number) => ({ number, worker: null, failures: 0, timer: null }));
  }

  /**
   * Starts the first worker, and the others once it listens.
   * @returns where they listen; or the first one's exit code, if it ended before it did
   */
  async start(): Promise<{ readonly url: string } | { readonly code: number }> {
    const [first, ...others] = this.slots;
    const worker = this.fork(first!);
    const url = await worker.listening;
    if (url === null) return { code: await worker.ended };
    this.watch(first!, worker);
    await Promise.all(
      others.map(async (slot) => {
        const another = this.fork(slot);
        this.watch(slot, another);
        await another.listening;
      }),
    );
    return { url };
  }

  /** The processes that serve. */
  get serving(): readonly {
    readonly number: number;
    readonly pid: number;
    readonly ask: (question: Question) => Promise<unknown>;
  }[] {
    return this.slots.flatMap(({ number, worker }) =>
      worker?.isListening === true && !worker.isStopping
        ? [{ number, pid: worker.pid, ask: (question: Question) => worker.ask(question) }]
        : [],
    );
  }

  get size(): number {
    return this.slots.length;
  }

  /** Replaces all workers in turn. One whose successor does not come to listen stays, and so do those after it. */
  roll(): Promise<void> {
    this.rolling ??= this.replaceAll().finally(() => {
      this.rolling = null;
    });
    return this.rolling;
  }

  /** Has all workers finish what is under way. */
  async close(): Promise<void> {
    this.isEnding = true;
    for (const { timer } of this.slots) if (timer !== null) clearTimeout(timer);
    await Promise.all(this.slots.map(async ({ worker }) => worker?.stop(this.options.timeout)));
  }

  private async replaceAll(): Promise<void> {
    const { logger, timeout } = this.options;
    for (const slot of this.slots) {
      const before = slot.worker;
      if (this.isEnding || before === null) continue;
      const worker = this.fork(slot);
      if ((await worker.listening) === null) {
        if (!before.isStopping) slot.worker = before;
        return logger.error({ worker: slot.number, pid: worker.pid }, logEvents.workerNotReplaced);
      }
      this.watch(slot, worker);
      await before.stop(timeout);
    }
    logger.warn({ workers: this.size }, logEvents.workersReplaced);
  }

  private fork(slot: Slot): PoolWorker {
    const worker = new PoolWorker(cluster.fork({ ...this.options.env, [WORKER]: String(slot.number) }), this.store, this.options);
    slot.worker = worker;
    return worker;
  }

  /** Replaces a worker when it ends by itself. */
  private watch(slot: Slot, worker: PoolWorker): void {
    void worker.ended.then((code) => {
      if (this.isEnding || worker.isStopping || slot.worker !== worker) return;
      if (Date.now() - worker.startedAt >= RAN_WELL) slot.failures = 0;
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** slot.failures++);
      this.options.logger.error({ worker: slot.number, pid: worker.pid, code, pause }, logEvents.workerEnded);
      slot.timer = setTimeout(() => this.watch(slot, this.fork(slot)), pause);
    });
  }
}

/** The program that workers run. */
const COMMAND = fileURLToPath(new URL("../../../bin/turnpike.js", import.meta.url));
