import { statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { compareConfigurations, explainConfiguration, maskSecrets } from "@turnpike/core/tools";
import { isArmAddress } from "../../arm/index.js";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { readConfiguration, readingDetails, readingOptions } from "../configuration.js";
import { percent } from "../coverage/options.js";
import { totals } from "../coverage/report.js";
import { percentOf } from "../coverage/text.js";
import { filesBelow, TEST_SUFFIX } from "../files.js";
import { type GateFailure, type GateReport, gateMarkdown } from "../gate/report.js";
import { lintPaths } from "./lint.js";

/** `turnpike gate`: all that a pipeline wants to know before it publishes, as one report. */
export const gateCommand: Command = {
  usage: "gate CONFIG",
  details: [
    ...readingDetails,
    "Tests are the *.policy-test.yaml files below the configuration's folder, or below --tests. Lint is set by turnpike.lint.yaml.",
    "The report is Markdown, for the comment of a pull request; with --json, one JSON object.",
    "Exit code: 1 if a finding is an error, a test fails, or too little is covered. What differs from --base is told, and fails nothing.",
  ],
  options: {
    base: { type: "string", value: "CONFIG", help: "the configuration to compare with: what is published now" },
    tests: { type: "string", multiple: true, value: "PATH", help: "test files, or folders with some" },
    "coverage-min": { type: "string", value: "PERCENT", help: "fails if the tests reach less of the documents" },
    "require-tests": { type: "boolean", help: "fails if there are no tests" },
    output: { type: "string", short: "o", value: "FILE", help: "writes the report there, too" },
    target: { type: "string", value: "NAME", help: "the gateway: classic, v2, consumption, self-hosted or workspace" },
    rule: { type: "string", multiple: true, value: "ID=SEVERITY", help: "sets a lint rule: off, info, warning or error" },
    config: { type: "string", value: "FILE", help: "lint settings instead of turnpike.lint.yaml" },
    ...readingOptions,
  },
  async run(call) {
    const [configuration, ...others] = call.positionals;
    if (configuration === undefined || others.length > 0)
      throw new UsageError("'gate' needs one configuration.", "Example: turnpike gate gateway.yaml --base main/gateway.yaml");
    const least = percent(call, "coverage-min");
    const { findings } = await lintPaths(call, [configuration]);
    const lint = { ok: !findings.some((finding) => finding.severity === "error"), findings };
    const { tests, coverage } = await runTests(call, configuration, least);
    const base = call.text("base");
    const diff = base === undefined ? null : { base, operations: await differences(base, configuration, call) };
    const ok = lint.ok && tests.ok && (coverage === null ? least === null : coverage.ok);
    const report: GateReport = { configuration, ok, lint, tests, coverage, diff };
    const text = call.has("json") ? JSON.stringify(report) : gateMarkdown(report);
    call.output.print(text.trimEnd());
    const output = call.text("output");
    if (output !== undefined) writeFileSync(output, maskSecrets(text));
    return ok ? 0 : 1;
  },
};

async function runTests(
  call: CommandCall,
  configuration: string,
  least: number | null,
): Promise<Pick<GateReport, "tests" | "coverage">> {
  const { CoverageRecorder, coverageByFile, runTestFile } = await import("@turnpike/core/testing");
  // A running instance has no folder: its tests are those that are named.
  const folder = isArmAddress(configuration)
    ? null
    : statSync(configuration).isDirectory()
      ? configuration
      : dirname(configuration);
  const given = call.texts("tests");
  const files = filesBelow(given.length > 0 || folder === null ? given : [folder], TEST_SUFFIX);
  const recorder = new CoverageRecorder();
  const failures: GateFailure[] = [];
  let passed = 0;
  let skipped = 0;
  for (const path of files)
    for await (const { file, test, ok, failures: why, line, skipped: reason } of runTestFile(path, {
      coverage: recorder,
      policies: call.policies,
    })) {
      if (!ok) failures.push({ file, test, line, failures: why });
      else if (reason === undefined) passed++;
      else skipped++;
    }
  const isMissing = call.has("require-tests") && passed + failures.length === 0;
  const tests = { ok: failures.length === 0 && !isMissing, passed, skipped, failures };
  if (files.length === 0) return { tests, coverage: null };
  const counted = totals(coverageByFile(recorder.recorded()));
  const share = percentOf(counted);
  return { tests, coverage: { ok: least === null || share >= least, percent: share, ...counted, least } };
}

async function differences(base: string, configuration: string, call: CommandCall) {
  const before = explainConfiguration(await readConfiguration(base, call));
  return compareConfigurations(before, explainConfiguration(await readConfiguration(configuration, call)));
}
