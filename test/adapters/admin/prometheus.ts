/** A sample of Prometheus's text format. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (NaN|[+-]Inf|[-+]?[\d.]+(?:e[-+]?\d+)?)$/i;

/**
 * Reads Prometheus's text format, strictly.
 * @throws Error for a line that is none, a sample without its type, and a series that stands there twice
 */
export function samplesOf(page: string): Sample[] {
  const types = new Map<string, string>();
  const seen = new Set<string>();
  const samples: Sample[] = [];
  for (const line of page.split("\n")) {
    if (line === "" || line.startsWith("# HELP ")) continue;
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type !== null) {
      if (types.has(type[1]!)) throw new Error(`Type given twice: ${line}`);
      types.set(type[1]!, type[2]!);
      continue;
    }
    const match = LINE.exec(line);
    if (match === null) throw new Error(`No line of the text format: ${line}`);
    const [, name, inner = "", value] = match;
    const labels: Record<string, string> = {};
    const rest = inner.replace(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)",?/g, (_, label: string, text: string) => {
      labels[label] = text;
      return "";
    });
    if (rest !== "") throw new Error(`No labels: ${line}`);
    if (!types.has(name!) && !types.has(name!.replace(/_(?:bucket|sum|count)$/, ""))) throw new Error(`No type: ${line}`);
    const series = `${name}${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    if (seen.has(series)) throw new Error(`Series given twice: ${line}`);
    seen.add(series);
    samples.push({ name: name!, labels, value: Number(value) });
  }
  return samples;
}

/** The value of the one sample of a name that has these labels, among others; undefined if there is none. */
export function sampleOf(samples: readonly Sample[], name: string, labels: Sample["labels"] = {}): number | undefined {
  return samples.find(
    (sample) => sample.name === name && Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
  )?.value;
}
