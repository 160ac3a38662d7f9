import { readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { ConfigurationError, createGateway, type TraceDocument } from "@turnpike/core";
import { type Replay, type ReplayDifference, replayTrace, testFromTrace } from "@turnpike/core/testing";
import { type Command, type CommandCall, UsageError } from "../command.js";
import { complainOf, readConfiguration, readingDetails, readingOptions } from "../configuration.js";
import { TEST_SUFFIX } from "../files.js";
import { hostSecrets } from "../live.js";

/** `turnpike replay`: runs a recorded request again. */
export const replayCommand: Command = {
  usage: "replay TRACE.json [--config CONFIG] [--to FILE.policy-test.yaml]",
  details: [
    "TRACE.json is a trace document, as turnpike trace --json, GET /traces/{id} and the console give it; - reads standard input.",
    "Clock, random values, ids, answers of backends, counters and cached values are those of the recording: nothing leaves the process.",
    "CONFIG may also follow TRACE.json. Without one the request runs on the configuration that the trace names.",
    ...readingDetails,
    "Exits with 1 if something differs. With --to, if the test that was written does not pass.",
  ],
  options: {
    ...readingOptions,
    config: { type: "string", short: "c", value: "CONFIG", help: "runs it on this configuration: what would be different?" },
    to: {
      type: "string",
      value: "FILE",
      help: `writes the request as a policy test (*${TEST_SUFFIX}) that passes with turnpike test`,
    },
  },
  async run(call) {
    const [file, positional, ...others] = call.positionals;
    const named = call.text("config");
    if (file === undefined || others.length > 0 || (positional !== undefined && named !== undefined))
      throw new UsageError(
        "'replay' needs one trace, and takes one configuration.",
        "Example: turnpike replay trace.json --config gateway.yaml",
      );
    const trace = traceAt(file);
    const path = positional ?? named ?? trace.recording!.configuration;
    if (path === null) throw new UsageError(`${file} names no configuration: it was made in code.`, "Add --config CONFIG.");
    const to = call.text("to");
    try {
      return to === undefined ? await replay(trace, path, call) : await writeTest(trace, path, to, call);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      complainOf(error.diagnostics, call.output);
      return 1;
    }
  },
};

async function replay(trace: TraceDocument, path: string, call: CommandCall): Promise<number> {
  const { output } = call;
  const found = await replayTrace(trace, await readConfiguration(path, call), {
    secrets: hostSecrets(),
    policies: call.policies,
  });
  const { differences, warnings } = found;
  if (call.has("json"))
    output.print(JSON.stringify({ same: differences.length === 0, differences, warnings, trace: found.trace }));
  else printReplay(trace, path, found, call);
  return differences.length === 0 ? 0 : 1;
}

function printReplay(
  { request }: TraceDocument,
  path: string,
  { trace, differences, warnings }: Replay,
  { output }: CommandCall,
): void {
  for (const warning of warnings) output.complain(warning);
  output.print(`${request.method} ${request.url} on ${path}: ${trace.answer.status} ${trace.answer.reason}`);
  if (differences.length === 0) output.print("All is as it was.");
  for (const found of differences) output.print(differenceText(found));
}

function differenceText({ what, before, after, diff }: ReplayDifference): string {
  if (diff !== undefined) return `${what}:\n${diff.replace(/^/gm, "  ")}`;
  return `${what}: ${before === null ? "(none)" : JSON.stringify(before)} → ${after === null ? "(none)" : JSON.stringify(after)}`;
}

/** Writes a trace as a policy test, and runs that. */
async function writeTest(trace: TraceDocument, path: string, to: string, call: CommandCall): Promise<number> {
  const { output } = call;
  if (!to.endsWith(TEST_SUFFIX))
    throw new UsageError(`Invalid value '${to}' of '--to': expected a name that ends with ${TEST_SUFFIX}.`);
  if (!/\.(?:ya?ml|json)$/i.test(path))
    throw new UsageError(`A test file names a configuration file, and ${path} is none.`, "Give a gateway.yaml or gateway.json.");
  // Whether it can be used at all is told before anything is written.
  const gateway = await createGateway(await readConfiguration(path, call), {
    secrets: hostSecrets(),
    policies: call.policies,
  });
  await gateway.close();
  const relativePath = relative(dirname(resolve(to)), resolve(path)).replaceAll("\\", "/");
  const test = await testFromTrace(
    trace,
    to,
    { gateway: relativePath.startsWith(".") ? relativePath : `./${relativePath}` },
    gateway.configuration,
  );
  writeFileSync(to, test.text);
  for (const note of test.notes) output.complain(note);
  for (const failure of test.failures) output.complain(failure);
  if (call.has("json"))
    output.print(JSON.stringify({ file: to, passes: test.passes, notes: test.notes, failures: test.failures }));
  else output.print(test.passes ? `Wrote ${to}; it passes.` : `Wrote ${to}; it does not pass yet.`);
  return test.passes ? 0 : 1;
}

/** The trace document in a file. */
function traceAt(path: string): TraceDocument {
  let data: unknown;
  try {
    data = JSON.parse(readFileSync(path === "-" ? 0 : path, "utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`Invalid trace '${path}': expected JSON (${error.message}).`);
  }
  const trace = data as Partial<TraceDocument> | null;
  if (typeof trace !== "object" || trace === null || typeof trace.version !== "number" || typeof trace.answer !== "object")
    throw new UsageError(`Invalid trace '${path}': expected a trace document.`);
  if (trace.version !== 1) throw new UsageError(`Invalid trace '${path}': expected version 1, not ${trace.version}.`);
  if (trace.recording === null || trace.recording === undefined)
    throw new UsageError(`Invalid trace '${path}': expected one with a recording.`, "turnpike trace --json makes such.");
  return trace as TraceDocument;
}
