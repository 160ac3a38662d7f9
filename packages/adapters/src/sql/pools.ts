import type { DataSources } from "@turnpike/core";

/** What `dataSources.sql` of a gateway takes, with its end. */
export type SqlSource = NonNullable<DataSources["sql"]> & {
  /** Closes the connections. The gateway does not: a source may serve several. */
  close(): Promise<void>;
};

/** Pools of connections that are kept; connection strings may come from expressions. */
const MOST_POOLS = 20;

interface Kept<P> {
  readonly pool: Promise<P>;
  readonly token: string | null;
}

/** Pools of connections, one a connection string; with another token of the managed identity a pool is made anew. */
export class Pools<P> {
  private readonly kept = new Map<string, Kept<P>>();

  constructor(
    private readonly make: (connectionString: string, token: string | null) => Promise<P>,
    private readonly end: (pool: P) => Promise<void>,
  ) {}

  of(connectionString: string, token: string | null): Promise<P> {
    const known = this.kept.get(connectionString);
    if (known !== undefined && known.token === token) {
      // Used last: dropped last.
      this.kept.delete(connectionString);
      this.kept.set(connectionString, known);
      return known.pool;
    }
    if (known !== undefined) this.drop(connectionString, known);
    if (this.kept.size >= MOST_POOLS) this.drop(...([...this.kept][0] as [string, Kept<P>]));
    const made = { pool: this.make(connectionString, token), token };
    this.kept.set(connectionString, made);
    // One that could not be made is made again when it is asked for next.
    made.pool.catch(() => {
      if (this.kept.get(connectionString) === made) this.kept.delete(connectionString);
    });
    return made.pool;
  }

  async close(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(all.map((kept) => this.ended(kept)));
  }

  private drop(connectionString: string, kept: Kept<P>): void {
    this.kept.delete(connectionString);
    void this.ended(kept);
  }

  private async ended({ pool }: Kept<P>): Promise<void> {
    try {
      await this.end(await pool);
    } catch {
      // It was never there, or is gone already.
    }
  }
}
