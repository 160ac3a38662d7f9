import { CoverageRecorder, runTestFile } from "@turnpike/core/testing";
import { type Command, UsageError } from "../command.js";
import { coverageOptions, coverageWanted } from "../coverage/options.js";
import { reportCoverage } from "../coverage/report.js";
import { filesOf } from "../files.js";
import { reporterOf } from "../testing/reporters.js";

const SUFFIX = ".policy-test.yaml";

/** `turnpike test`: runs policy test files. */
export const testCommand: Command = {
  name: "test",
  usage: "test PATH…",
  summary: "runs policy test files (*.policy-test.yaml)",
  details: [
    "PATH is a test file, or a folder: then all *.policy-test.yaml files below it.",
    "Clock, backends and identity providers live inside the tests: nothing leaves the process and nothing sleeps.",
    "With --json, one object a line: file, test, ok, failures, ms.",
  ],
  options: {
    reporter: { type: "string", value: "NAME", help: "pretty (default), json or junit" },
    output: { type: "string", short: "o", value: "FILE", help: "where the junit reporter writes; default: standard output" },
    ...coverageOptions,
    name: { type: "string", short: "t", value: "TEXT", help: "show only tests whose name holds TEXT" },
  },
  async run(call) {
    if (call.positionals.length === 0) throw new UsageError("'test' needs a file or folder.", "Example: turnpike test policies/");
    const reporter = reporterOf(call);
    const wanted = call.text("name");
    const coverageRequest = coverageWanted(call);
    const coverage = coverageRequest === null ? undefined : new CoverageRecorder();
    let failed = 0;
    for (const file of filesOf(call.positionals, SUFFIX))
      for await (const result of runTestFile(file, { ...(coverage === undefined ? {} : { coverage }) })) {
        if (wanted !== undefined && !result.test.includes(wanted)) continue;
        if (!result.ok) failed++;
        reporter.add(result);
      }
    reporter.end();
    const isEnough = coverage === undefined || reportCoverage(coverage.recorded(), coverageRequest!, call);
    return failed === 0 && isEnough ? 0 : 1;
  },
};
