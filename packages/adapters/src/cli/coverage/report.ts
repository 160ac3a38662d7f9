import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coverageByFile, type FileCoverage, type RecordedItem, takeKeptCoverage } from "@turnpike/core/testing";
import type { CommandCall } from "../command.js";
import { cobertura } from "./cobertura.js";
import { htmlPages } from "./html.js";
import { lcov } from "./lcov.js";
import type { CoverageFormat, CoverageRequest } from "./options.js";
import { percentOf, textTable } from "./text.js";

/**
 * Prints or writes coverage as a call wants it.
 * @returns is enough covered?
 */
export function reportCoverage(
  recorded: Iterable<RecordedItem>,
  { formats, folder, least }: CoverageRequest,
  call: CommandCall,
): boolean {
  const files = coverageByFile([...recorded, ...(folder === null ? [] : takeKeptCoverage(folder))]);
  for (const format of formats) {
    if (format === "html") writeFiles(folder!, htmlPages(files));
    else if (folder === null || format === "text") call.output.print(formatted(format, files, call));
    if (folder !== null && format !== "html")
      writeFiles(folder, new Map([[FILES[format], `${formatted(format, files, call)}\n`]]));
  }
  const short = [
    ...(least.all !== null && percentOf(totals(files)) < least.all
      ? [`Coverage of all documents is ${percentOf(totals(files))} %, expected at least ${least.all} %.`]
      : []),
    ...files.flatMap((file) =>
      least.file !== null && percentOf(file) < least.file
        ? [`Coverage of ${file.file} is ${percentOf(file)} %, expected at least ${least.file} %.`]
        : [],
    ),
  ];
  for (const shortfall of short) call.output.complain(shortfall);
  return short.length === 0;
}

const FILES: Readonly<Record<Exclude<CoverageFormat, "html">, string>> = {
  text: "coverage.txt",
  json: "coverage.json",
  lcov: "lcov.info",
  cobertura: "cobertura.xml",
};

function formatted(format: Exclude<CoverageFormat, "html">, files: readonly FileCoverage[], call: CommandCall): string {
  switch (format) {
    case "text":
      return textTable(files, call.output.stdout);
    case "json":
      return files.map(jsonLine).join("\n");
    case "lcov":
      return lcov(files);
    case "cobertura":
      return cobertura(files);
  }
}

function jsonLine({ file, items, ...counts }: FileCoverage): string {
  return JSON.stringify({ file, items: items.map(({ tests: _tests, ...item }) => item), ...counts });
}

function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

/** Of all files together. */
export function totals(files: readonly FileCoverage[]): { readonly covered: number; readonly total: number } {
  return files.reduce((sum, file) => ({ covered: sum.covered + file.covered, total: sum.total + file.total }), {
    covered: 0,
    total: 0,
  });
}
