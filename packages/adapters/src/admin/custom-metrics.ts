import type { Metric } from "@turnpike/core";

/** What a series of a policy's metric has come to. */
interface Series {
  readonly dimensions: ReadonlyMap<string, string>;
  count: number;
  sum: number;
}

/** A metric of policies as Prometheus has it: one name, the labels of all its series. */
export interface CustomFamily {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly count: number; readonly sum: number }[];
}

const LONGEST_VALUE = 200;

/** What emit-metric and llm-emit-token-metric give, summed up by their dimensions. Their values come from callers, too: series are bounded. */
export class CustomMetrics {
  private readonly families = new Map<string, { readonly help: string; readonly series: Map<string, Series> }>();
  private count = 0;
  /** Measurements of series that were too many. */
  dropped = 0;

  constructor(private readonly most: number) {}

  add({ namespace, name, value, dimensions }: Metric): void {
    const family = nameOf(`${namespace}_${name}`);
    const entries = Object.entries(dimensions).map(([key, text]) => [labelOf(key), text.slice(0, LONGEST_VALUE)] as const);
    const key = JSON.stringify(entries);
    const known = this.families.get(family);
    const series = known?.series.get(key);
    if (series !== undefined) {
      series.count++;
      series.sum += value;
      return;
    }
    if (this.count >= this.most) {
      this.dropped++;
      return;
    }
    this.count++;
    const added = known ?? { help: `${namespace}: ${name}`, series: new Map<string, Series>() };
    if (known === undefined) this.families.set(family, added);
    added.series.set(key, { dimensions: new Map(entries), count: 1, sum: value });
  }

  all(): CustomFamily[] {
    return [...this.families].map(([name, { help, series }]) => {
      const all = [...series.values()];
      const labelNames = [...new Set(all.flatMap(({ dimensions }) => [...dimensions.keys()]))];
      return {
        name,
        help,
        labelNames,
        series: all.map(({ dimensions, count, sum }) => ({
          labels: Object.fromEntries(labelNames.map((label) => [label, dimensions.get(label) ?? ""])),
          count,
          sum,
        })),
      };
    });
  }
}

function nameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(name) ? name : `metric_${name}`;
}

/** Labels that begin with two underscores, or a digit, are Prometheus's own or none at all. */
function labelOf(text: string): string {
  const name = nameOf(text);
  return name === "le" || name === "quantile" ? `${name}_` : name;
}
