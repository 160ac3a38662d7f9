import type { RecordedItem } from "@turnpike/core/testing";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { coverageOptions, coverageWanted } from "../coverage/options.js";
import { reportCoverage } from "../coverage/report.js";
import { filesOf, TEST_SUFFIX } from "../files.js";
import { type Jobs, jobsOf, jobsOption, runFiles } from "../testing/jobs.js";
import { reporterOf } from "../testing/reporters.js";
import { WatchedFiles } from "../testing/watching.js";

/** `turnpike test`: runs policy test files. */
export const testCommand: Command = {
  usage: "test PATH…",
  takesPatterns: true,
  details: [
    "PATH is a test file, or a folder: then all *.policy-test.yaml files below it.",
    "Clock, backends and identity providers live inside the tests: nothing leaves the process and nothing sleeps.",
    "With --json, one object a line: file, test, ok, failures, ms, line, column, details, and skipped with a reason.",
  ],
  options: {
    reporter: { type: "string", value: "NAME", help: "pretty (default), json or junit" },
    output: { type: "string", short: "o", value: "FILE", help: "where the junit reporter writes; default: standard output" },
    name: { type: "string", short: "t", value: "TEXT", help: "runs only tests whose name holds TEXT" },
    bail: { type: "boolean", help: "stops at the first test that fails" },
    jobs: jobsOption,
    update: { type: "boolean", short: "u", help: "snapshots take the answers of now" },
    verbose: { type: "boolean", help: "shows of a failed test what its request came to, policy by policy" },
    watch: {
      type: "boolean",
      short: "w",
      help: "runs again whenever a file below PATH changes, until SIGINT or SIGTERM; exits as the last run would have",
    },
    ...coverageOptions,
  },
  async run(call) {
    if (call.positionals.length === 0) throw new UsageError("'test' needs a file or folder.", "Example: turnpike test policies/");
    return call.has("watch") ? runUntilInterrupted(call) : runOnce(call);
  },
};

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs again whenever a file changes. @returns the last verdict, once a signal asks for the end; a second one ends a run that is under way */
async function runUntilInterrupted(call: CommandCall): Promise<number> {
  const written = [call.text("output"), call.text("coverage-out")].filter((path) => path !== undefined);
  const files = new WatchedFiles(call.positionals, written);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  try {
    for (const signal of SIGNALS) process.once(signal, interrupt);
    files.look();
    let code = await runOnce(call);
    for (;;) {
      await files.changed(interrupted.signal);
      if (interrupted.signal.aborted) return code;
      files.look();
      code = await runAgain(call);
    }
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
  }
}

/** Files may be gone while they are edited: that is a verdict as well, until they are back. */
async function runAgain(call: CommandCall): Promise<number> {
  try {
    return await runOnce(call);
  } catch (error) {
    if (!(error instanceof UsageError) && (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    call.output.complain((error as Error).message);
    return 1;
  }
}

const ONE_JOB: Jobs = { most: 1, isAsked: true };

async function runOnce(call: CommandCall): Promise<number> {
  const reporter = reporterOf(call);
  const name = call.text("name");
  const request = coverageWanted(call);
  const bails = call.has("bail");
  const options = {
    update: call.has("update"),
    covers: request !== null,
    modules: call.texts("policies"),
    ...(name === undefined ? {} : { name }),
  };
  const files = filesOf(call.positionals, TEST_SUFFIX);
  // Snapshots of files behind one that ends the run stay as they are.
  const jobs = bails && options.update ? ONE_JOB : jobsOf(call);
  const recorded: RecordedItem[] = [];
  let ran = 0;
  let failed = 0;
  for await (const result of runFiles(files, options, call.policies, jobs, recorded)) {
    ran++;
    if (!result.ok) failed++;
    reporter.add(result);
    if (failed > 0 && bails) break;
  }
  reporter.end();
  if (ran === 0) call.output.complain(`No test's name holds '${name}'.`);
  const isEnough = request === null || reportCoverage(recorded, request, call);
  return ran > 0 && failed === 0 && isEnough ? 0 : 1;
}
