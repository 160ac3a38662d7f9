import type { Probe, ProbeSite, Probes } from "../../compile/probes.js";

/** Notes what of documents is reached that was not before. */
export class Reach implements Probes {
  private readonly seen = new Set<string>();
  private isNew = false;

  at({ kind, name, place, end, included }: ProbeSite): Probe {
    const from = included === null ? "" : `${included.file}:${included.line}:${included.column}`;
    const key = `${place.file}:${place.line}:${place.column}-${end.line}:${end.column} ${kind} ${name} ${from}`;
    return (times) => {
      if (times === 0 || this.seen.has(key)) return;
      this.seen.add(key);
      this.isNew = true;
    };
  }

  /** Was something reached for the first time since this was asked last? */
  takeNews(): boolean {
    const { isNew } = this;
    this.isNew = false;
    return isNew;
  }

  /** How much was reached. */
  get size(): number {
    return this.seen.size;
  }
}
