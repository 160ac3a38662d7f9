import { writeFileSync } from "node:fs";
import type { TestResult } from "@turnpike/core/testing";
import { maskSecrets } from "@turnpike/core/tools";
import { type CommandCall, UsageError } from "../command.js";
import { paint } from "../diagnostics.js";
import { escapeXml } from "../escape-xml.js";

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
    case "json":
      return { add: (result) => call.output.print(JSON.stringify(result)), end: () => {} };
    case "junit":
      return new JunitReporter(call);
    default:
      throw new UsageError(`There is no reporter '${name}'.`, "Known: pretty, json, junit.");
  }
}

class PrettyReporter implements Reporter {
  private file = "";
  private passed = 0;
  private failed = 0;
  private ms = 0;

  constructor(private readonly call: CommandCall) {}

  add({ file, test, ok, failures, ms }: TestResult): void {
    const { output } = this.call;
    if (file !== this.file) output.print(`${this.file === "" ? "" : "\n"}${paint("bold", file, output.stdout)}`);
    this.file = file;
    this.ms += ms;
    if (ok) this.passed++;
    else this.failed++;
    const mark = ok ? paint("green", "✓", output.stdout) : paint("red", "✗", output.stdout);
    output.print(`  ${mark} ${test}`);
    for (const failure of failures) output.print(`      ${failure}`);
  }

  end(): void {
    this.call.output.print(`\n${this.passed} passed, ${this.failed} failed (${this.ms} ms)`);
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
      const cases = results.map(({ test, ok, failures, ms }) => {
        const head = `    <testcase classname="${escapeXml(file)}" name="${escapeXml(test)}" time="${ms / 1000}"`;
        if (ok) return `${head} />`;
        return `${head}>\n      <failure message="${escapeXml(failures[0] ?? "")}">${escapeXml(failures.join("\n"))}</failure>\n    </testcase>`;
      });
      const time = results.reduce((sum, { ms }) => sum + ms, 0) / 1000;
      const failed = results.filter(({ ok }) => !ok).length;
      return `  <testsuite name="${escapeXml(file)}" tests="${results.length}" failures="${failed}" time="${time}">\n${cases.join("\n")}\n  </testsuite>`;
    });
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("\n")}\n</testsuites>`;
    const file = this.call.text("output");
    if (file === undefined) this.call.output.print(xml);
    else writeFileSync(file, `${maskSecrets(xml)}\n`);
  }
}
