import { readdirSync, readFileSync } from "node:fs";
import { readYaml } from "@turnpike/core/adapter";
import { type LintExample, type LintTarget, lintRules } from "@turnpike/core/lint";
import { describe, expect, it } from "vitest";
import { lint } from "./support.js";

/** A row of a rule's table: a document by its sections (those left out inherit), one as it is, or files. */
interface Row {
  readonly what: string;
  readonly inbound?: string;
  readonly backend?: string;
  readonly outbound?: string;
  readonly "on-error"?: string;
  readonly document?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly target?: LintTarget;
  /** Of one that is found: a part of each line that is, in their order. */
  readonly at?: string | readonly string[];
}

interface Table {
  readonly finds: readonly Row[];
  readonly silent: readonly Row[];
}

const folder = new URL("tables/", import.meta.url);
const sections = ["inbound", "backend", "outbound", "on-error"] as const;

function exampleOf(row: Row): LintExample {
  if (row.files !== undefined) return row.files;
  if (row.document !== undefined) return row.document;
  const written = sections.map((name) => `<${name}>\n${(row[name] ?? "<base />").trimEnd()}\n</${name}>`);
  return `<policies>\n${written.join("\n")}\n</policies>\n`;
}

/** The lines that a rule finds, each once, in the order of the files. */
async function linesFound(rule: string, row: Row): Promise<string[]> {
  const example = exampleOf(row);
  const findings = await lint(example, row.target === undefined ? {} : { target: row.target });
  const found = findings.filter((finding) => finding.rule === rule);
  const texts: Readonly<Record<string, string>> = typeof example === "string" ? { "policy.xml": example } : example;
  return [...new Set(found.map(({ file, line }) => texts[file]!.split("\n")[line - 1]!.trim()))];
}

it("every rule has a table, and every table a rule", () => {
  expect(readdirSync(folder).sort()).toEqual(lintRules.map(({ id }) => `${id}.yaml`).sort());
});

describe.each(lintRules.map(({ id }) => id))("%s", (rule) => {
  const { data, diagnostics } = readYaml(readFileSync(new URL(`${rule}.yaml`, folder), "utf8"), `${rule}.yaml`);
  if (diagnostics.length > 0) throw new Error(`${rule}.yaml: ${diagnostics[0]!.message}`);
  const { finds, silent } = data as Table;

  it("says what it finds and what it does not", () => {
    // A document that is too large fills a page: the rule's own example shows it.
    if (rule !== "fragment-too-large") expect(finds.length).toBeGreaterThan(0);
    expect(silent.length).toBeGreaterThan(0);
  });

  it.each(finds.map((row) => [row.what, row] as const))("finds %s", async (_, row) => {
    const found = await linesFound(rule, row);
    const wanted = [row.at ?? []].flat();
    expect(wanted.length).toBeGreaterThan(0);
    expect(found).toEqual(wanted.map((part) => expect.stringContaining(part)));
  });

  it.each(silent.map((row) => [row.what, row] as const))("does not find %s", async (_, row) => {
    expect(await linesFound(rule, row)).toEqual([]);
  });
});
