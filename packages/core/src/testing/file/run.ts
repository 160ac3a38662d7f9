import { readFileSync } from "node:fs";
import { maskSecrets } from "../../diagnostics/conceal.js";
import { ConfigurationError, type Diagnostic } from "../../diagnostics/diagnostic.js";
import type { ConfigurationInput } from "../../gateway-options.js";
import type { TraceDocument } from "../../observe/trace-document.js";
import type { PolicyDefinition } from "../../policy/definition.js";
import { secretMask } from "../../policy/secret-mask.js";
import type { CoverageRecorder } from "../coverage/recorder.js";
import { parseUnitDuration } from "../duration.js";
import type { Outcome } from "../outcome.js";
import type { PolicyTest, TestSubject } from "../world.js";
import { casesOf, type TestCase } from "./cases.js";
import { expectationFailures, stepFailures } from "./expect.js";
import type { TestFailure, Unmet } from "./failure.js";
import type { StepModel, TestFile } from "./model.js";
import { testFileProblems } from "./problems.js";
import { readTestFile } from "./read.js";
import { filler, requestOf } from "./requests.js";
import { Snapshots } from "./snapshots.js";
import { faultOf, subjectOf } from "./subject.js";

/** What came of one test of a file. */
export interface TestResult {
  readonly file: string;
  readonly test: string;
  readonly ok: boolean;
  /** What was not as expected, one text each; empty if all was. */
  readonly failures: readonly string[];
  /** Real milliseconds. */
  readonly ms: number;
  /** Where the test stands in the file. */
  readonly line: number;
  readonly column: number;
  /** Why it was not run. */
  readonly skipped?: string;
  /** The failures with their places and what led to them. */
  readonly details: readonly TestFailure[];
}

/** How a test file is run. */
export interface TestFileOptions {
  /** Counts what the tests reach. */
  readonly coverage?: CoverageRecorder;
  /** Only tests whose name holds this text are run; of the others nothing is told. */
  readonly name?: string;
  /** True: snapshots take the answers of now. */
  readonly update?: boolean;
  /** Policies of one's own, beside those that a configuration names. */
  readonly policies?: readonly PolicyDefinition[];
  /** What the file holds, in place of what is on the disk. */
  readonly text?: string;
  /** Given the trace document of every request, with the configuration that it ran on. */
  readonly onTrace?: (trace: TraceDocument, configuration: ConfigurationInput) => void;
}

/**
 * Runs the tests of a policy test file, one after the other, each in a world of its own. The documents are compiled once. A file that cannot
 * be read as one, or whose documents have errors, gives one failed result. Never rejects because of what a file holds.
 */
export async function* runTestFile(file: string, options: TestFileOptions = {}): AsyncGenerator<TestResult> {
  const text = options.text ?? readFileSync(file, "utf8");
  const { data, diagnostics, placeOf } = readTestFile(file, text);
  if (data === null) return yield ofFile(file, diagnostics);
  const { coverage } = options;
  const cases = casesOf(data).filter(({ name }) => options.name === undefined || name.includes(options.name));
  if (cases.length === 0) return;
  let subject: TestSubject;
  try {
    subject = subjectOf(data, file, {
      text,
      policies: options.policies ?? [],
      probes: coverage ?? null,
      traces: options.onTrace !== undefined,
    });
    await (await subject.open()).gateway.close();
  } catch (error) {
    return yield ofFile(file, error instanceof ConfigurationError ? error.diagnostics : [unforeseen(file, error)]);
  }
  const snapshots = new Snapshots(file, options.update ?? false);
  for (const test of cases) {
    const common = { file, test: test.name, ...placeOf(["tests", test.index]) };
    if (test.skip !== null) {
      yield { ...common, ok: true, failures: [], ms: 0, skipped: test.skip, details: [] };
      continue;
    }
    const started = performance.now();
    coverage?.begin(`${file} › ${test.name}`);
    const found = await runTest(data, test, subject, snapshots, options.onTrace);
    coverage?.begin(null);
    const details = found.map(({ path, ...failure }) => ({
      ...failure,
      expectation: path.slice(path.indexOf("expect") + 1),
      file,
      ...placeOf(["tests", test.index, ...path]),
    }));
    const failures = details.map(({ message }) => message);
    yield { ...common, ok: failures.length === 0, failures, ms: Math.round(performance.now() - started), details };
  }
  snapshots.save();
}

/** The one result of a file that cannot be run. */
function ofFile(file: string, diagnostics: readonly Diagnostic[]): TestResult {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const details = errors.map((diagnostic) => ({
    message: describeDiagnostic(diagnostic),
    expectation: [],
    file: diagnostic.file,
    line: diagnostic.line,
    column: diagnostic.column,
    answeredBy: null,
    steps: [],
  }));
  const failures = details.map(({ message }) => message);
  return { file, test: "(the file)", ok: false, failures, ms: 0, line: 1, column: 1, details };
}

function unforeseen(file: string, error: unknown): Diagnostic {
  const message = maskSecrets(error instanceof Error ? error.message : String(error));
  return { ...testFileProblems.unforeseen(message), file, line: 1, column: 1 };
}

/** A failure with the keys that lead to its expectation from the test on. */
export type CaseFailure = Unmet & Pick<TestFailure, "answeredBy" | "steps">;

/** A finding on one line. */
export function describeDiagnostic({ file, line, column, code, message, hint }: Diagnostic): string {
  return `${file}:${line}:${column} ${code} ${message}${hint === undefined ? "" : ` ${hint}`}`;
}

/** Runs one test in a world of its own, and gives what was not as expected. Never rejects because of what a test holds. */
export async function runTest(
  data: TestFile,
  test: TestCase,
  subject: TestSubject,
  snapshots: Snapshots | null = null,
  onTrace?: TestFileOptions["onTrace"],
): Promise<CaseFailure[]> {
  try {
    return await runSteps(data, test, subject, snapshots, onTrace);
  } catch (error) {
    const message = maskSecrets(error instanceof Error ? error.message : String(error));
    return [{ path: [], message, answeredBy: null, steps: [] }];
  }
}

async function runSteps(
  data: TestFile,
  { name, model }: TestCase,
  subject: TestSubject,
  snapshots: Snapshots | null,
  onTrace: TestFileOptions["onTrace"],
): Promise<CaseFailure[]> {
  const world = await subject.open();
  const mask = secretMask(world.gateway.configuration);
  const masked = (text: string): string => mask.text(text);
  const fill = filler({
    tokens: data.tokens,
    mint: (token) => world.token(token),
    configuration: world.gateway.configuration,
  });
  const steps = model.steps ?? [model];
  for (const [index, step] of steps.entries()) {
    const where = steps.length === 1 ? "" : `step ${index + 1}: `;
    const path = model.steps === undefined ? ["expect"] : ["steps", index, "expect"];
    for (const { next = 1, of, fault } of (step.faults ?? []).map(faultOf)) world.faults.next(next, of, fault);
    if (step.after !== undefined) await world.clock.advance(duration(step.after));
    const compare = (outcome: Outcome): Unmet[] => {
      if (outcome.traceDocument !== null) onTrace?.(outcome.traceDocument, subject.configuration);
      return compareSnapshot(outcome);
    };
    const compareSnapshot = (outcome: Outcome): Unmet[] =>
      step.expect?.snapshot === true && snapshots !== null
        ? snapshots.compare(steps.length === 1 ? name : `${name} › step ${index + 1}`, outcome, masked)
        : [];
    const failures = await runStep(step, world, fill, compare);
    // What follows a failed step says little: its state is not what the test is about.
    if (failures.length > 0)
      return failures.map((failure) => ({
        ...failure,
        path: [...path, ...failure.path],
        message: masked(where + failure.message),
        ...(failure.diff === undefined ? {} : { diff: masked(failure.diff) }),
        steps: failure.steps.map((ran) => ({ ...ran, error: ran.error === null ? null : masked(ran.error) })),
      }));
  }
  // A fault that has not come about has shown nothing.
  const faulty = steps.findLastIndex(({ faults = [] }) => faults.length > 0);
  const path = model.steps === undefined ? ["faults"] : ["steps", faulty, "faults"];
  return world.faults.unmet().map((message) => ({ path, message, answeredBy: null, steps: [] }));
}

function duration(text: string | number): number {
  const ms = parseUnitDuration(text);
  if (ms === null) throw new TypeError(`"${text}" is no duration. Write 50ms, 10s, 5m, 1h or 2d.`);
  return ms;
}

async function runStep(
  step: StepModel,
  world: PolicyTest,
  fill: <T>(value: T) => T,
  compare: (outcome: Outcome) => Unmet[],
): Promise<CaseFailure[]> {
  if (step.request === undefined) return [];
  const request = requestOf(fill(step.request));
  const outcomes: Outcome[] = [];
  if (step.parallel !== undefined)
    outcomes.push(...(await world.sendAll(Array.from({ length: Number(step.parallel) }, () => request))));
  else for (let i = 0; i < Number(step.repeat ?? 1); i++) outcomes.push(await world.send(request));
  const expected = fill(step.expect ?? {});
  const failures = outcomes.flatMap((outcome, i) =>
    [...expectationFailures(expected, outcome), ...compare(outcome)].map((failure) => ({
      ...failure,
      message: outcomes.length === 1 ? failure.message : `call ${i + 1}: ${failure.message}`,
      answeredBy: outcome.answeredBy,
      steps: outcome.steps,
    })),
  );
  return [...failures, ...stepFailures(expected, outcomes).map((failure) => ({ ...failure, answeredBy: null, steps: [] }))];
}
