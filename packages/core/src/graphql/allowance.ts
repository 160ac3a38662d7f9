import type { GraphqlLimits } from "../model/model.js";
import { writePlain } from "../policies/graphql/resolved-value.js";

/** Resolvers of one body that run at the same time. */
const MOST_AT_ONCE = 32;

/** What the requests of one body may use up together. */
export class Allowance {
  private nodes = 0;
  private calls = 0;
  private characters = 0;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** The length of objects that scalars of a schema's own may be, by the objects. */
  private readonly lengths = new WeakMap<object, number>();

  /** @param mostCharacters of all texts of the answer */
  constructor(
    private readonly limits: GraphqlLimits,
    private readonly mostCharacters: number,
  ) {}

  /** Takes fields of the answer; false if there are too many. */
  takeNodes(count: number): boolean {
    this.nodes += count;
    return this.nodes <= this.limits.maxNodes;
  }

  /** Takes the run of a resolver; false if there are too many. */
  takeCall(): boolean {
    return ++this.calls <= this.limits.maxCalls;
  }

  /** Takes a value that goes into the answer as it is; false if the answer would be too long. */
  takeLeaf(value: unknown): boolean {
    this.characters += this.lengthOf(value);
    return this.characters <= this.mostCharacters;
  }

  private lengthOf(value: unknown): number {
    if (typeof value === "string") return value.length;
    if (typeof value !== "object" || value === null) return 1;
    let length = this.lengths.get(value);
    if (length === undefined) this.lengths.set(value, (length = writePlain(value).length));
    return length;
  }

  /** Runs work as soon as not too much of it runs. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
