import { relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Finding, LintRule, LintSeverity } from "@turnpike/core/lint";
import type { ArtifactLocation, Log, Region, ReportingDescriptor, Result } from "sarif";

const LEVELS: Readonly<Record<LintSeverity, Result.level>> = { error: "error", warning: "warning", info: "note" };
const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/**
 * Findings as SARIF 2.1.0, which code scanning services read.
 * @param folder file names are told relative to it
 */
export function sarifOf(findings: readonly Finding[], rules: readonly LintRule[], version: string, folder: string): Log {
  const used = [...new Set(findings.map((finding) => finding.rule))].sort();
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "turnpike",
            version,
            informationUri: "https://www.npmjs.com/package/@turnpike/adapters",
            rules: used.map((id) => descriptor(id, known.get(id))),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(folder).href.replace(/\/$/, "")}/` } },
        results: findings.map((finding) => result(finding, used.indexOf(finding.rule), folder)),
      },
    ],
  };
}

function descriptor(id: string, rule: LintRule | undefined): ReportingDescriptor {
  if (rule === undefined) return { id };
  return {
    id,
    shortDescription: { text: rule.summary },
    ...(rule.why === "" ? {} : { fullDescription: { text: rule.why } }),
    ...(rule.remedy === "" ? {} : { help: { text: rule.remedy } }),
    defaultConfiguration: { level: LEVELS[rule.severity] },
  };
}

function result(finding: Finding, ruleIndex: number, folder: string): Result {
  const { rule, severity, message, hint, related, fix } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: hint === null ? message : `${message} ${hint}` },
    locations: [{ physicalLocation: { artifactLocation: artifact(finding.file, folder), region: regionOf(finding) } }],
    ...(related.length === 0
      ? {}
      : {
          relatedLocations: related.map(({ file, line, column }) => ({
            physicalLocation: { artifactLocation: artifact(file, folder), region: { startLine: line, startColumn: column } },
          })),
        }),
    ...(fix === null
      ? {}
      : {
          fixes: [
            {
              description: { text: fix.description },
              artifactChanges: [
                {
                  artifactLocation: artifact(finding.file, folder),
                  replacements: fix.edits.map(({ start, end, text }) => ({
                    deletedRegion: { charOffset: start, charLength: end - start },
                    insertedContent: { text },
                  })),
                },
              ],
            },
          ],
        }),
  };
}

function regionOf({ line, column, endLine, endColumn }: Finding): Region {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function artifact(file: string, folder: string): ArtifactLocation {
  const path = relative(folder, file);
  if (path.startsWith("..")) return { uri: pathToFileURL(file).href };
  return { uri: path.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "ROOT" };
}
