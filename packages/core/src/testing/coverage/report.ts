import type { CoverageItem, RecordedItem } from "./recorder.js";

/** What tests reach of one file of policy XML. */
export interface FileCoverage {
  readonly file: string;
  /** In the order of the file. */
  readonly items: readonly ReportedItem[];
  readonly covered: number;
  readonly total: number;
  /** Of a fragment: the same for each place at which it is included. */
  readonly included?: readonly { readonly at: string; readonly covered: number; readonly total: number }[];
}

/** An item of a file, with the tests that reached it. */
export interface ReportedItem extends CoverageItem {
  readonly tests: readonly string[];
}

/** Sums what several runs, or several places of inclusion, have recorded, by file. */
export function coverageByFile(recorded: Iterable<RecordedItem>): FileCoverage[] {
  const files = new Map<string, RecordedItem[]>();
  for (const item of recorded) {
    const items = files.get(item.file);
    if (items === undefined) files.set(item.file, [item]);
    else items.push(item);
  }
  return [...files].sort(([file], [other]) => compare(file, other)).map(([file, items]) => ofFile(file, items));
}

function ofFile(file: string, recorded: readonly RecordedItem[]): FileCoverage {
  const items = summed(recorded);
  const places = [...new Set(recorded.flatMap(({ included }) => (included === null ? [] : [included])))].sort(compare);
  const count = (some: readonly CoverageItem[]) => ({ covered: some.filter(({ hits }) => hits > 0).length, total: some.length });
  return {
    file,
    items,
    ...count(items),
    ...(places.length === 0
      ? {}
      : { included: places.map((at) => ({ at, ...count(summed(recorded.filter(({ included }) => included === at))) })) }),
  };
}

/** The same place counted several times is one item. */
function summed(recorded: readonly RecordedItem[]): ReportedItem[] {
  const items = new Map<string, ReportedItem>();
  for (const { file: _file, included: _included, ...item } of recorded) {
    const key = JSON.stringify([item.line, item.column, item.endLine, item.endColumn, item.kind, item.name]);
    const known = items.get(key);
    items.set(
      key,
      known === undefined
        ? item
        : { ...item, hits: known.hits + item.hits, tests: [...new Set([...known.tests, ...item.tests])] },
    );
  }
  return [...items.values()].sort(
    (a, b) => a.line - b.line || a.column - b.column || rank(a) - rank(b) || compare(a.name, b.name),
  );
}

/** An element stands before what is said of it. */
const rank = ({ kind }: CoverageItem): number =>
  ["policy", "base", "when", "otherwise", "not-taken", "error", "branch"].indexOf(kind);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
