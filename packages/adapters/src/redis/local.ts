import type { CounterRequest, CounterResult, CounterStore } from "@turnpike/core";

/** Most counters that are carried over to Redis when it is back. */
const MOST_OWED = 10_000;
/** Counters that are carried over in one call. */
const BATCH = 100;

/**
 * Counters of this process for the time in which Redis is away. Before, they follow what Redis admitted here, so that they start from it;
 * after, what was counted in the meantime is carried over.
 */
export class LocalCounters {
  private readonly mine: CounterStore;
  private owed: CounterStore;
  private readonly debtors = new Map<string, CounterRequest>();

  /** @param replicas among how many gateways a limit is shared out */
  constructor(
    private readonly makeCounters: () => CounterStore,
    private readonly replicas: number,
  ) {
    this.mine = makeCounters();
    this.owed = makeCounters();
  }

  /** Follows a call that Redis has answered. */
  mirror(requests: readonly CounterRequest[], results: readonly CounterResult[]): void {
    if (results.every((result) => result.admitted)) void this.mine.take(counted(requests));
  }

  /** Judges by this gateway's share of the limits: at least 1 of any limit that is more than nothing. */
  take(requests: readonly CounterRequest[]): CounterResult[] {
    const shares = requests.map((request) => ({ ...request, limit: this.share(request.limit) }));
    const results = this.mine.take(shares) as CounterResult[];
    if (results.every((result) => result.admitted)) this.owe(counted(requests));
    return results;
  }

  /** Carries over what was counted in the meantime and is still in its window. */
  async settle(take: (requests: readonly CounterRequest[]) => Promise<unknown>): Promise<void> {
    const all = [...this.debtors.values()];
    for (let from = 0; from < all.length; from += BATCH) {
      const requests = all.slice(from, from + BATCH);
      const looks = this.owed.take(requests.map((request) => ({ ...request, amount: 0 }))) as CounterResult[];
      const debts = requests.map((request, i) => ({ ...request, amount: looks[i]!.count, force: true }));
      const open = debts.filter((debt) => debt.amount > 0);
      if (open.length > 0) await take(open);
      for (const request of requests) this.debtors.delete(nameOf(request));
      // What was counted while the call was on its way is owed still.
      const paid = debts.map((debt) => ({ ...debt, amount: -debt.amount })).filter((debt) => debt.amount < 0);
      void this.owed.take(paid);
      const left = this.owed.take(requests.map((request) => ({ ...request, amount: 0 }))) as CounterResult[];
      for (const [i, request] of requests.entries()) if (left[i]!.count > 0) this.debtors.set(nameOf(request), request);
    }
    if (this.debtors.size === 0) this.owed = this.makeCounters();
  }

  private share(limit: number): number {
    return limit > 0 ? Math.max(1, Math.floor(limit / this.replicas)) : limit;
  }

  private owe(requests: readonly CounterRequest[]): void {
    const kept = requests.filter((request) => this.debtors.size < MOST_OWED || this.debtors.has(nameOf(request)));
    for (const request of kept) this.debtors.set(nameOf(request), request);
    if (kept.length > 0) void this.owed.take(kept);
  }
}

function counted(requests: readonly CounterRequest[]): CounterRequest[] {
  return requests.filter((request) => request.amount !== 0).map((request) => ({ ...request, force: true }));
}

function nameOf({ key, window }: CounterRequest): string {
  return window + key;
}
