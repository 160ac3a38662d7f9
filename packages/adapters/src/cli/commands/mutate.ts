import { type MutantResult, mutateTestFiles } from "@turnpike/core/testing";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { percent } from "../coverage/options.js";
import { paint } from "../diagnostics.js";
import { filesOf } from "../files.js";

/** `turnpike mutate`: whether tests notice when the documents that they test are changed. */
export const mutateCommand: Command = {
  usage: "mutate PATH… [--min PERCENT]",
  takesPatterns: true,
  details: [
    "PATH is a test file, or a folder: then all *.policy-test.yaml files below it.",
    "Each change is made in memory, and run against the tests that reach its place.",
    "With --json, one mutant a line: file, line, column, operator, before, after, status (killed, survived, uncovered, equivalent), by;",
    "then the summary: score (killed of killed, survived and uncovered, in percent) and how many there are of each.",
  ],
  options: {
    min: { type: "string", value: "PERCENT", help: "fails if a smaller share is noticed" },
  },
  async run(call) {
    if (call.positionals.length === 0)
      throw new UsageError("'mutate' needs a file or folder.", "Example: turnpike mutate policies/");
    const least = percent(call, "min");
    const results: MutantResult[] = [];
    let problems = 0;
    for await (const result of mutateTestFiles(filesOf(call.positionals, ".policy-test.yaml"), call.policies)) {
      if ("problem" in result) {
        problems++;
        call.output.complain(result.problem);
        continue;
      }
      results.push(result);
      if (call.has("json")) call.output.print(JSON.stringify(result));
    }
    const summary = summaryOf(results);
    if (call.has("json")) call.output.print(JSON.stringify({ summary: true, ...summary }));
    else printPretty(results, summary, call);
    if (least !== null && summary.score < least)
      call.output.complain(`The tests notice ${summary.score} % of the changes, expected at least ${least} %.`);
    return problems === 0 && (least === null || summary.score >= least) ? 0 : 1;
  },
};

interface Summary {
  /** In percent, rounded down to a tenth. */
  readonly score: number;
  readonly killed: number;
  readonly survived: number;
  readonly uncovered: number;
  readonly equivalent: number;
}

function summaryOf(results: readonly MutantResult[]): Summary {
  const count = { killed: 0, survived: 0, uncovered: 0, equivalent: 0 };
  for (const { status } of results) count[status]++;
  const all = count.killed + count.survived + count.uncovered;
  return { score: all === 0 ? 100 : Math.floor((count.killed / all) * 1000) / 10, ...count };
}

function printPretty(results: readonly MutantResult[], summary: Summary, { output }: CommandCall): void {
  let file = "";
  for (const result of results) {
    if (result.status !== "survived" && result.status !== "uncovered") continue;
    if (result.file !== file) output.print(`${file === "" ? "" : "\n"}${paint("bold", result.file, output.stdout)}`);
    ({ file } = result);
    const what = result.status === "survived" ? "no test notices" : "no test reaches it";
    output.print(`  ${result.line}:${result.column} ${result.operator}: ${what}`);
    output.print(`    ${paint("red", `- ${result.before}`, output.stdout)}`);
    output.print(`    ${paint("green", `+ ${result.after}`, output.stdout)}`);
  }
  const { score, killed, survived, uncovered, equivalent } = summary;
  output.print(
    `${file === "" ? "" : "\n"}${score} %: ${killed} noticed, ${survived} not noticed, ${uncovered} not reached (${equivalent} change nothing)`,
  );
}
