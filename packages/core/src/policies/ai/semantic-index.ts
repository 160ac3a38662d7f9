import { PerGateway } from "../../policy/per-gateway.js";

/** Most prompts that one gateway remembers; the ones stored the longest ago go first. */
const MOST_ENTRIES = 10_000;

interface Entry {
  readonly partition: string;
  /** Scaled to length one. */
  readonly vector: Float64Array;
  /** Under which the response is in the cache store. */
  readonly key: string;
  readonly expiresAt: number;
}

/**
 * Prompts that were answered, by what they mean. Vectors are kept in the process; the responses themselves lie in the gateway's cache
 * store, so a response that the store has dropped is a miss.
 */
export class SemanticIndex {
  private readonly partitions = new Map<string, Set<Entry>>();
  private readonly order = new Set<Entry>();

  /** The key of the nearest prompt in a partition whose cosine distance is at most `threshold`, or null. */
  nearest(partition: string, vector: Float64Array, threshold: number, now: number): string | null {
    let best: Entry | null = null;
    let least = threshold;
    for (const entry of this.partitions.get(partition) ?? []) {
      if (entry.expiresAt <= now) {
        this.remove(entry);
        continue;
      }
      const distance = entry.vector.length === vector.length ? 1 - dot(entry.vector, vector) : Number.POSITIVE_INFINITY;
      if (distance <= least) {
        least = distance;
        best = entry;
      }
    }
    return best?.key ?? null;
  }

  add(entry: Entry): void {
    let partition = this.partitions.get(entry.partition);
    if (partition === undefined) this.partitions.set(entry.partition, (partition = new Set()));
    partition.add(entry);
    this.order.add(entry);
    if (this.order.size > MOST_ENTRIES) this.remove(this.order.values().next().value!);
  }

  private remove(entry: Entry): void {
    this.order.delete(entry);
    const partition = this.partitions.get(entry.partition);
    partition?.delete(entry);
    if (partition?.size === 0) this.partitions.delete(entry.partition);
  }
}

/** The index of a gateway. */
export const semanticIndexes = new PerGateway(() => new SemanticIndex());

/** A vector scaled to length one; null for one that has no direction or is none. */
export function unitVector(values: unknown): Float64Array | null {
  if (
    !Array.isArray(values) ||
    values.length === 0 ||
    !values.every((component) => typeof component === "number" && Number.isFinite(component))
  )
    return null;
  const vector = Float64Array.from(values as number[]);
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? null : vector.map((component) => component / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
