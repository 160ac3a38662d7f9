import type { FileCoverage } from "@turnpike/core/testing";
import { byLine, isLine } from "./lines.js";

/** Coverage in LCOV's format: `DA` for policies and bases, `BRDA` for all that may be taken or not. */
export function lcov(files: readonly FileCoverage[]): string {
  return files.map(ofFile).join("\n");
}

function ofFile({ file, items }: FileCoverage): string {
  const lines = byLine(items.filter(isLine));
  const branches = items.filter((item) => !isLine(item));
  // Branches of one line are told apart by their block: those that part at one place have the same.
  const blocks = new Map<string, number>();
  const rows = branches.map(({ line, column, kind, name, hits }) => {
    const at = `${line}:${column}:${kind === "branch" ? name.split(" ")[0] : kind}`;
    const block = blocks.get(at) ?? blocks.size;
    blocks.set(at, block);
    return `BRDA:${line},${block},${kind === "branch" ? name : `${kind} ${name}`},${hits}`;
  });
  return [
    "TN:",
    `SF:${file}`,
    ...[...lines].map(([line, hits]) => `DA:${line},${hits}`),
    `LF:${lines.size}`,
    `LH:${[...lines.values()].filter((hits) => hits > 0).length}`,
    ...rows,
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ hits }) => hits > 0).length}`,
    "end_of_record",
  ].join("\n");
}
