import type { Finding } from "@turnpike/core/lint";
import type { OperationDifference } from "@turnpike/core/tools";

/** A test that was not as expected. */
export interface GateFailure {
  readonly file: string;
  readonly test: string;
  readonly line: number;
  readonly failures: readonly string[];
}

/** All that a gate has looked at. */
export interface GateReport {
  readonly configuration: string;
  /** May it be published? */
  readonly ok: boolean;
  /** What check and lint found. */
  readonly lint: { readonly ok: boolean; readonly findings: readonly Finding[] };
  readonly tests: {
    readonly ok: boolean;
    readonly passed: number;
    readonly skipped: number;
    readonly failures: readonly GateFailure[];
  };
  /** Null without tests. */
  readonly coverage: {
    readonly ok: boolean;
    readonly percent: number;
    readonly covered: number;
    readonly total: number;
    readonly least: number | null;
  } | null;
  /** Null without a configuration to compare with. It lets nothing fail: it is there to be read. */
  readonly diff: { readonly base: string; readonly operations: readonly OperationDifference[] } | null;
}

const MOST = 50;

/** A report as people read it, in the comment of a pull request. */
export function gateMarkdown(report: GateReport): string {
  const { configuration, ok, lint, tests, coverage, diff } = report;
  const count = (severity: Finding["severity"]): number =>
    lint.findings.filter((finding) => finding.severity === severity).length;
  const rows = [
    ["check and lint", lint.ok, `${count("error")} errors, ${count("warning")} warnings, ${count("info")} infos`],
    ["tests", tests.ok, testsText(tests)],
    ...(coverage === null
      ? []
      : [
          [
            "coverage",
            coverage.ok,
            `${coverage.percent} % (${coverage.covered} of ${coverage.total})${coverage.least === null ? "" : `, wanted ${coverage.least} %`}`,
          ],
        ]),
    ...(diff === null ? [] : [["differences", true, differencesText(diff.operations)]]),
  ] as const;
  const parts = [
    `## ${ok ? "✅" : "❌"} ${cell(configuration)}`,
    [
      "| | | |",
      "| --- | --- | --- |",
      ...rows.map(([name, good, text]) => `| ${name} | ${good === true ? "✅" : "❌"} | ${String(text)} |`),
    ].join("\n"),
    ...section("Findings", lint.findings.filter((finding) => finding.severity !== "info").map(findingLine)),
    ...section(
      "Tests that fail",
      tests.failures.map(({ file, line, test, failures }) => `- \`${file}:${line}\` ${cell(test)}: ${cell(failures[0] ?? "")}`),
    ),
    ...(diff === null ? [] : section(`Operations that differ from ${diff.base}`, diff.operations.map(differenceLine))),
  ];
  return `${parts.join("\n\n")}\n`;
}

function testsText({ passed, failures, skipped }: GateReport["tests"]): string {
  if (passed + failures.length + skipped === 0) return "there are none";
  return `${passed} passed, ${failures.length} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

function differencesText(operations: readonly OperationDifference[]): string {
  const count = (change: OperationDifference["change"]): number =>
    operations.filter((operation) => operation.change === change).length;
  if (operations.length === 0) return "no operation differs";
  return `${count("changed")} operations changed, ${count("added")} added, ${count("removed")} removed`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - MOST;
  return [`### ${title}`, [...lines.slice(0, MOST), ...(rest > 0 ? [`- … and ${rest} more`] : [])].join("\n")];
}

function findingLine({ file, line, column, severity, rule, message }: Finding): string {
  return `- **${severity}** \`${file}:${line}:${column}\` ${rule}: ${cell(message)}`;
}

function differenceLine({ change, method, url, api, route, backend, pipelines }: OperationDifference): string {
  const what = [
    ...(route.length > 0 ? ["route"] : []),
    ...(backend.length > 0 ? ["backend"] : []),
    ...pipelines.flatMap(({ changes }) =>
      changes.map(
        (policyChange) => `${policyChange.change === "added" ? "+" : "-"}${policyChange.section} ${policyChange.policy.name}`,
      ),
    ),
  ];
  const told = [...new Set(what)].slice(0, 8).map((text) => `\`${text}\``);
  return `- ${change} \`${method} ${url}\` (${cell(api)})${told.length === 0 ? "" : `: ${told.join(", ")}`}`;
}

/** Text that Markdown takes as it is. */
function cell(text: string): string {
  return text
    .replace(/[<>]/g, (bracket) => (bracket === "<" ? "&lt;" : "&gt;"))
    .replace(/\|/g, "\\|")
    .replace(/\s+/g, " ");
}
