import type { Finding } from "@turnpike/core/lint";
import { escapeXml } from "../escape-xml.js";

/** Findings as JUnit XML: a suite a file, a failed case a finding; files without any pass. */
export function junitOf(findings: readonly Finding[], files: readonly string[]): string {
  const names = [...new Set([...files, ...findings.map((finding) => finding.file)])];
  const suites = names.map((file) => {
    const own = findings.filter((finding) => finding.file === file);
    const cases = own.length === 0 ? [`    <testcase classname="${escapeXml(file)}" name="lint" />`] : own.map(testCase);
    return `  <testsuite name="${escapeXml(file)}" tests="${cases.length}" failures="${own.length}">\n${cases.join("\n")}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>`;
}

function testCase({ file, line, column, rule, severity, message, hint }: Finding): string {
  const place = `${file}:${line}:${column}`;
  const text = hint === null ? `${place} ${message}` : `${place} ${message}\n${hint}`;
  const name = `${rule} ${line}:${column}`;
  return `    <testcase classname="${escapeXml(file)}" name="${escapeXml(name)}">\n      <failure type="${severity}" message="${escapeXml(message)}">${escapeXml(text)}</failure>\n    </testcase>`;
}
