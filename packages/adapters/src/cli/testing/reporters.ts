import { readFileSync, writeFileSync } from "node:fs";
import type { AnsweredBy, RanStep, TestFailure, TestResult } from "@turnpike/core/testing";
import { concealSecrets, maskSecrets } from "@turnpike/core/tools";
import { type CommandCall, UsageError } from "../command.js";
import { paint } from "../diagnostics.js";
import { escapeXml } from "../escape-xml.js";
import { Lines } from "./lines.js";

/** Tells what came of tests. */
export interface Reporter {
  add(result: TestResult): void;
  end(): void;
}

/** The reporter that a call asks for. */
export function reporterOf(call: CommandCall): Reporter {
  const name = call.has("json") ? "json" : (call.text("reporter") ?? "pretty");
  switch (name) {
    case "pretty":
      return new PrettyReporter(call);
    case "json": {
      const lines = new Lines(call.output);
      const isVerbose = call.has("verbose");
      return { add: (result) => lines.add(JSON.stringify(asJson(result, isVerbose))), end: () => lines.flush() };
    }
    case "junit":
      return new JunitReporter(call);
    default:
      throw new UsageError(`Invalid reporter '${name}': expected pretty, json or junit.`);
  }
}

function asJson({ details, ...result }: TestResult, isVerbose: boolean): object {
  return { ...result, details: details.map(({ steps, ...rest }) => (isVerbose ? { ...rest, steps } : rest)) };
}

class PrettyReporter implements Reporter {
  private file = "";
  private passed = 0;
  private failed = 0;
  private skipped = 0;
  private ms = 0;
  private readonly lines: Lines;

  constructor(private readonly call: CommandCall) {
    this.lines = new Lines(call.output);
  }

  add({ file, test, ok, ms, skipped, details }: TestResult): void {
    const { output } = this.call;
    if (file !== this.file) this.lines.add(`${this.file === "" ? "" : "\n"}${paint("bold", file, output.stdout)}`);
    this.file = file;
    this.ms += ms;
    if (skipped !== undefined) {
      this.skipped++;
      this.lines.add(`  ${paint("yellow", "-", output.stdout)} ${test} (skipped: ${skipped})`);
      return;
    }
    if (ok) this.passed++;
    else this.failed++;
    this.lines.add(`  ${ok ? paint("green", "✓", output.stdout) : paint("red", "✗", output.stdout)} ${test}`);
    for (const failure of details) for (const line of this.failure(failure)) this.lines.add(`      ${line}`);
  }

  private *failure({ message, file, line, column, answeredBy, diff, steps }: TestFailure): Generator<string> {
    const { stdout } = this.call.output;
    yield message;
    const text = lineOf(file, line);
    if (!message.startsWith(`${file}:`))
      yield paint("dim", `${file}:${line}:${column}${text === null ? "" : ` | ${text}`}`, stdout);
    if (answeredBy !== null) yield `answered by ${answered(answeredBy)}`;
    for (const row of diff?.split("\n") ?? [])
      yield row.startsWith("-") ? paint("red", row, stdout) : row.startsWith("+") ? paint("green", row, stdout) : row;
    if (this.call.has("verbose")) yield* steps.map(stepLine);
  }

  end(): void {
    const skipped = this.skipped === 0 ? "" : `, ${this.skipped} skipped`;
    this.lines.add(`\n${this.passed} passed, ${this.failed} failed${skipped} (${this.ms} ms)`);
    this.lines.flush();
  }
}

function answered({ policy, place }: AnsweredBy): string {
  return place === null ? policy : `${policy} at ${place.file}:${place.line}:${place.column}`;
}

function stepLine({ name, section, scope, place, depth, outcome, error }: RanStep): string {
  const where = `${section} ${scope} ${place.file}:${place.line}:${place.column}`;
  return `${"  ".repeat(depth)}${name} (${where}): ${outcome ?? "running"}${error === null ? "" : `: ${error}`}`;
}

const MOST_SHOWN = 120;

/** A line of a file, without what is secret in it. */
function lineOf(file: string, line: number): string | null {
  try {
    const text = concealSecrets(readFileSync(file, "utf8"), file)
      .split(/\r\n|\n|\r/)
      [line - 1]?.trim();
    return text === undefined ? null : text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  } catch {
    return null;
  }
}

class JunitReporter implements Reporter {
  private readonly suites = new Map<string, TestResult[]>();

  constructor(private readonly call: CommandCall) {}

  add(result: TestResult): void {
    const suite = this.suites.get(result.file) ?? [];
    suite.push(result);
    this.suites.set(result.file, suite);
  }

  end(): void {
    const suites = [...this.suites].map(([file, results]) => {
      const time = results.reduce((sum, { ms }) => sum + ms, 0) / 1000;
      const failed = results.filter(({ ok }) => !ok).length;
      const skipped = results.filter((result) => result.skipped !== undefined).length;
      return `  <testsuite name="${escapeXml(file)}" tests="${results.length}" failures="${failed}" skipped="${skipped}" time="${time}">\n${results.map(testCase).join("\n")}\n  </testsuite>`;
    });
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>`;
    const file = this.call.text("output");
    if (file === undefined) this.call.output.print(xml);
    else writeFileSync(file, `${maskSecrets(xml)}\n`);
  }
}

function testCase({ file, test, line, ms, skipped, details }: TestResult): string {
  const head = `    <testcase classname="${escapeXml(file)}" name="${escapeXml(test)}" file="${escapeXml(file)}" line="${line}" time="${ms / 1000}"`;
  if (skipped !== undefined) return `${head}>\n      <skipped message="${escapeXml(skipped)}" />\n    </testcase>`;
  const [first] = details;
  if (first === undefined) return `${head} />`;
  const text = details.map((detail) =>
    [
      `${detail.file}:${detail.line}:${detail.column} ${detail.message}`,
      ...(detail.answeredBy === null ? [] : [`answered by ${answered(detail.answeredBy)}`]),
      ...(detail.diff === undefined ? [] : [detail.diff]),
    ].join("\n"),
  );
  return `${head}>\n      <failure message="${escapeXml(first.message)}">${escapeXml(text.join("\n"))}</failure>\n    </testcase>`;
}
