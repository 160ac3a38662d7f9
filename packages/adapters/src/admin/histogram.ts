import type * as PromClient from "prom-client";

/** Observations of a series, in counts by bucket: the last one is of those above all bounds. */
export class Series {
  readonly counts: number[];
  sum = 0;

  constructor(
    readonly labels: Readonly<Record<string, string>>,
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    counts[bucket]!++;
    this.sum += value;
  }
}

/** A histogram that a registry of prom-client shows. Its own one puts the labels together for each observation. */
export class Histogram {
  readonly type = "histogram";
  private readonly all: Series[] = [];

  constructor(
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
    registry: PromClient.Registry,
  ) {
    registry.registerMetric(this as unknown as PromClient.Metric);
  }

  /** A further series. */
  series(labels: Readonly<Record<string, string>>): Series {
    const series = new Series(labels, this.bounds);
    this.all.push(series);
    return series;
  }

  /** What the registry asks for. */
  get(): Promise<unknown> {
    const { name, help, type } = this;
    const values = this.all.flatMap((series) => [...this.valuesOf(series)]);
    return Promise.resolve({ name, help, type, values, aggregator: "sum" });
  }

  private *valuesOf({ labels, counts, sum }: Series) {
    let total = 0;
    for (const [index, count] of counts.entries()) {
      total += count;
      yield { labels: { le: this.bounds[index] ?? "+Inf", ...labels }, value: total, metricName: `${this.name}_bucket` };
    }
    yield { labels, value: sum, metricName: `${this.name}_sum` };
    yield { labels, value: total, metricName: `${this.name}_count` };
  }
}
