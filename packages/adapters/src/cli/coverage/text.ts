import type { FileCoverage, ReportedItem } from "@turnpike/core/testing";
import { paint } from "../diagnostics.js";

/** The share that is covered, in percent, rounded down to a tenth: 100 is only what is whole. */
export function percentOf({ covered, total }: { readonly covered: number; readonly total: number }): number {
  return total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10;
}

/** Coverage as people read it: a line a file, and below it what was not reached. */
export function textTable(files: readonly FileCoverage[], stream: NodeJS.WriteStream): string {
  const rows = files.map((file) => ({
    file,
    name: file.file,
    share: `${percentOf(file)} %`,
    count: `${file.covered} of ${file.total}`,
  }));
  const width = Math.max(4, ...rows.map(({ name }) => name.length));
  const lines = rows.flatMap(({ file, name, share, count }) => [
    `${name.padEnd(width)}  ${colour(file, share.padStart(7), stream)}  ${count}`,
    ...(file.included ?? []).map(
      (place) =>
        `${`  at ${place.at}`.padEnd(width + 2) + `${percentOf(place)} %`.padStart(7)}  ${place.covered} of ${place.total}`,
    ),
    ...file.items.filter(({ hits }) => hits === 0).map((item) => `    ${item.line}:${item.column}  ${missed(item)}`),
  ]);
  return [paint("bold", "Coverage", stream), ...lines].join("\n");
}

function colour(file: FileCoverage, text: string, stream: NodeJS.WriteStream): string {
  return paint(file.covered === file.total ? "green" : percentOf(file) >= 80 ? "yellow" : "red", text, stream);
}

/** What is missing, in words. */
export function missed({ kind, name }: ReportedItem): string {
  switch (kind) {
    case "policy":
      return `<${name}> does not run`;
    case "base":
      return "<base /> does not run";
    case "when":
    case "otherwise":
      return `<${name}> is never taken`;
    case "not-taken":
      return `<${name}> always takes a branch`;
    case "error":
      return `<${name}> never refuses or fails`;
    case "branch":
      return `${name} is never taken`;
  }
}
