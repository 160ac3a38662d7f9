import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { loadConfiguration } from "@turnpike/core";
import { type Finding, type LintExample, type LintOptions, lintConfiguration, lintDocuments } from "@turnpike/core/lint";

/** Looks at a document, or at files of which `gateway.yaml` is the configuration; without one, all are documents. Files are named as given. */
export async function lint(example: LintExample, options: LintOptions = {}): Promise<readonly Finding[]> {
  if (typeof example === "string") return lintDocuments([{ file: "policy.xml", text: example }], options);
  if (!Object.hasOwn(example, "gateway.yaml"))
    return lintDocuments(
      Object.entries(example).map(([file, text]) => ({ file, text })),
      options,
    );
  const folder = mkdtempSync(join(tmpdir(), "turnpike-lint-"));
  try {
    for (const [name, text] of Object.entries(example)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const findings = await lintConfiguration(loadConfiguration(join(folder, "gateway.yaml")), options);
    return findings.map((finding) => ({ ...finding, file: relative(folder, resolve(finding.file)) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The places at which a rule finds something: `policy.xml:4`. */
export async function placesOf(rule: string, example: LintExample, options: LintOptions = {}): Promise<string[]> {
  const findings = await lint(example, options);
  return findings.filter((finding) => finding.rule === rule).map((finding) => `${finding.file}:${finding.line}`);
}
