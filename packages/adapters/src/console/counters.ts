import type { TraceDocument, TracedStep } from "@turnpike/core";
import type { SeenCounter } from "./messages.js";

const MOST_KEYS = 2_000;
const MOST_SHOWN = 50;

/** Counters of limits as traced requests saw them: the gateway's store cannot list its keys, and may be another process's. */
export class SeenCounters {
  private readonly byKey = new Map<string, SeenCounter>();

  /** Notes what a trace tells of counters. */
  note({ id, timestamp, steps, timing }: TraceDocument): void {
    const at = Date.parse(timestamp) + timing.total;
    const look = (step: TracedStep): void => {
      for (const { kind, key, after, limit, renewsIn } of step.store)
        if (kind === "counter" && limit !== undefined && after !== null)
          this.set({
            policy: step.policy,
            key,
            count: after,
            limit,
            renewsAt: renewsIn === undefined ? null : at + renewsIn,
            request: id,
          });
      for (const inner of step.steps) look(inner);
    };
    for (const step of steps) look(step);
  }

  /** Those that are nearest to their limits and have not renewed since. */
  nearest(now: number): SeenCounter[] {
    return [...this.byKey.values()]
      .filter(({ renewsAt, limit }) => limit > 0 && (renewsAt === null || renewsAt > now))
      .sort((a, b) => b.count / b.limit - a.count / a.limit)
      .slice(0, MOST_SHOWN);
  }

  private set(counter: SeenCounter): void {
    const name = `${counter.policy}\n${counter.key}`;
    // The one seen last stands last, so that the one not seen the longest goes first.
    this.byKey.delete(name);
    this.byKey.set(name, counter);
    if (this.byKey.size <= MOST_KEYS) return;
    for (const oldest of this.byKey.keys()) {
      this.byKey.delete(oldest);
      return;
    }
  }
}
