import type { TestFile, TestModel } from "./model.js";

/** One test as it is run: a row of a table is one. */
export interface TestCase {
  readonly name: string;
  readonly model: TestModel;
  /** Its place among the file's tests. */
  readonly index: number;
  /** Why it is not run; null if it is. */
  readonly skip: string | null;
}

/** The tests of a file, tables taken apart. Where some say `only`, the others are skipped. */
export function casesOf({ tests }: TestFile): TestCase[] {
  const hasOnly = tests.some(({ only }) => only === true);
  return tests.flatMap((test, index) => {
    const { each, only, skip, ...model } = test;
    const reason = skip ?? (hasOnly && only !== true ? "another test says only" : null);
    const rows = each === undefined ? [null] : each;
    return rows.map((row, number): TestCase => {
      const filled = row === null ? model : (fillRow(model, row) as TestModel);
      const isNamed = String(filled.name) !== String(model.name) || row === null;
      const name = isNamed ? String(filled.name) : `${model.name} (${number + 1})`;
      return { name, model: filled, index, skip: reason };
    });
  });
}

const COLUMN = /\{\{each:([^}]+)\}\}/g;

/** Puts a row's values in place of `{{each:column}}`: as they are where nothing else stands there, otherwise as text. */
function fillRow(value: unknown, row: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === "string") {
    const only = /^\{\{each:([^}]+)\}\}$/.exec(value)?.[1];
    if (only !== undefined) return cellOf(row, only);
    return value.replace(COLUMN, (_, name: string) => {
      const cell = cellOf(row, name);
      return typeof cell === "string" ? cell : JSON.stringify(cell);
    });
  }
  if (Array.isArray(value)) return value.map((item) => fillRow(item, row));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [fillRow(key, row), fillRow(member, row)]));
}

function cellOf(row: Readonly<Record<string, unknown>>, written: string): unknown {
  return row[written.trim()];
}

/** The columns that a test asks for. */
export function columnsOf(value: unknown): Set<string> {
  return new Set([...JSON.stringify(value).matchAll(COLUMN)].map(([, name]) => name!.trim()));
}
