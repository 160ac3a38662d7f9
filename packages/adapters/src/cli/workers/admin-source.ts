import type { KeptTraces, TraceDocument } from "@turnpike/core";
import { type AdminSource, countedIn, type MetricParts, mergedMetrics, type Readiness } from "../../admin/index.js";
import type { Question } from "./messages.js";
import type { WorkerPool } from "./pool.js";

type Listed = ReturnType<KeptTraces["list"]>;
type Found = { readonly trace: TraceDocument; readonly serviceName: string };

/** What workers say of themselves, as one gateway. */
export class WorkersSource implements AdminSource {
  /** What each worker had counted when the page was last looked at, by its process. */
  private last = new Map<number, readonly MetricParts[]>();
  /** What workers had counted that are no more. */
  private gone: readonly MetricParts[] = [];

  /**
   * @param contentType of the page of metrics; null for none
   * @param isDraining true from when the process is told to stop
   */
  constructor(
    private readonly pool: WorkerPool,
    private readonly contentType: string | null,
    private readonly isDraining: () => boolean,
  ) {}

  hasStarted(): boolean {
    return this.pool.serving.length > 0;
  }

  async metrics(): Promise<{ readonly text: string; readonly type: string } | null> {
    if (this.contentType === null) return null;
    const parts = await this.ask<readonly MetricParts[]>({ what: "metrics" });
    const now = new Map(parts.map(({ pid, value }) => [pid, value]));
    // What a worker has counted stays counted when it is gone, as far as it was seen: a sum that falls would be taken for a restart.
    for (const [pid, value] of this.last)
      if (!now.has(pid) && !this.isServing(pid)) this.gone = await countedIn([this.gone, value]);
    this.last = now;
    return { text: await mergedMetrics([this.gone, ...now.values()]), type: this.contentType };
  }

  private isServing(pid: number): boolean {
    return this.pool.serving.some((worker) => worker.pid === pid);
  }

  /** Ready as long as one worker is; the first that is not says why. */
  async readiness(): Promise<Readiness> {
    const all = (await this.ask<Readiness>({ what: "readiness" })).map(({ value }) => value);
    const shown = all.find(({ isReady }) => !isReady) ?? all[0];
    const workers = `${all.filter(({ isReady }) => isReady).length} of ${this.pool.size}`;
    const draining = this.isDraining();
    const checks = { configuration: "not in force yet", store: "unknown", ...shown?.checks, draining, workers };
    return { isReady: !draining && all.some(({ isReady }) => isReady), checks };
  }

  /** The first worker's, and what each says of itself. */
  async health(): Promise<object | null> {
    const all = await this.ask<object>({ what: "health" });
    if (all.length === 0) return null;
    return { ...all[0]!.value, workers: all.map(({ number, pid, value }) => ({ worker: number, pid, ...value })) };
  }

  /** What each worker has seen. */
  async shadow(): Promise<object | null> {
    const all = await this.ask<object>({ what: "shadow" });
    return all.length === 0 ? null : { workers: all.map(({ number, pid, value }) => ({ worker: number, pid, ...value })) };
  }

  async traces(): Promise<Listed | null> {
    const all = await this.ask<Listed>({ what: "traces" });
    if (all.length === 0) return null;
    return all.flatMap(({ value }) => value).sort((a, b) => (a.timestamp < b.timestamp ? 1 : a.timestamp > b.timestamp ? -1 : 0));
  }

  async trace(id: string): Promise<Found | null> {
    return (await this.ask<Found>({ what: "trace", id }))[0]?.value ?? null;
  }

  /** What each worker answers; those that answer nothing are left out. */
  private async ask<T>(question: Question): Promise<{ readonly number: number; readonly pid: number; readonly value: T }[]> {
    const answers = await Promise.all(
      this.pool.serving.map(async ({ number, pid, ask }) => ({ number, pid, value: (await ask(question)) as T | null })),
    );
    return answers.flatMap(({ number, pid, value }) => (value === null ? [] : [{ number, pid, value }]));
  }
}
