import { maskSecrets } from "../../diagnostics/conceal.js";
import { ConfigurationError, type Diagnostic } from "../../diagnostics/diagnostic.js";
import { secretMask } from "../../policy/secret-mask.js";
import type { CoverageRecorder } from "../coverage/recorder.js";
import { parseUnitDuration } from "../duration.js";
import type { TokenOptions } from "../identity-provider.js";
import type { Outcome } from "../outcome.js";
import type { PolicyTest, TestRequest, TestSubject } from "../world.js";
import { expectationFailures, stepFailures } from "./expect.js";
import type { RequestModel, StepModel, TestFile, TestModel, TestTokenModel } from "./model.js";
import { readTestFile } from "./read.js";
import { subjectOf } from "./subject.js";

/** What came of one test of a file. */
export interface TestResult {
  readonly file: string;
  readonly test: string;
  readonly ok: boolean;
  /** What was not as expected, one text each; empty if all was. */
  readonly failures: readonly string[];
  /** Real milliseconds. */
  readonly ms: number;
}

/** How a test file is run. */
export interface TestFileOptions {
  /** Counts what the tests reach. */
  readonly coverage?: CoverageRecorder;
}

/**
 * Runs the tests of a policy test file, one after the other, each in a world of its own. The documents are compiled once. A file that cannot
 * be read as one, or whose documents have errors, gives one failed result. Never rejects because of what a file holds.
 */
export async function* runTestFile(file: string, options: TestFileOptions = {}): AsyncGenerator<TestResult> {
  const { data, diagnostics } = readTestFile(file);
  const whole = (failures: string[]): TestResult => ({ file, test: "(the file)", ok: false, failures, ms: 0 });
  if (data === null) return yield whole(diagnostics.map(describeDiagnostic));
  const { coverage } = options;
  let subject: TestSubject;
  try {
    subject = subjectOf(data, file, { probes: coverage ?? null });
    await (await subject.open()).gateway.close();
  } catch (error) {
    return yield whole(failuresOf(error));
  }
  for (const test of data.tests) {
    const started = performance.now();
    coverage?.begin(`${file} › ${test.name}`);
    const failures = await runTest(data, test, subject);
    coverage?.begin(null);
    yield { file, test: String(test.name), ok: failures.length === 0, failures, ms: Math.round(performance.now() - started) };
  }
}

function failuresOf(error: unknown): string[] {
  if (!(error instanceof ConfigurationError)) return [maskSecrets(error instanceof Error ? error.message : String(error))];
  return error.diagnostics.filter((one) => one.severity === "error").map(describeDiagnostic);
}

/** A finding on one line. */
export function describeDiagnostic({ file, line, column, code, message, hint }: Diagnostic): string {
  return `${file}:${line}:${column} ${code} ${message}${hint === undefined ? "" : ` ${hint}`}`;
}

/** Runs one test in a world of its own, and gives what was not as expected. Never rejects because of what a test holds. */
export async function runTest(data: TestFile, test: TestModel, subject: TestSubject): Promise<string[]> {
  try {
    return await runSteps(data, test, subject);
  } catch (error) {
    return failuresOf(error);
  }
}

async function runSteps(data: TestFile, test: TestModel, subject: TestSubject): Promise<string[]> {
  const world = await subject.open();
  const fill = tokenFiller(data, world);
  const steps = test.steps ?? [test];
  const failures: string[] = [];
  for (const [index, step] of steps.entries()) {
    const where = steps.length === 1 ? "" : `step ${index + 1}: `;
    if (step.after !== undefined) await world.clock.advance(parseUnitDuration(step.after)!);
    for (const failure of await runStep(step, world, fill)) failures.push(where + failure);
    // What follows a failed step says little: its state is not what the test is about.
    if (failures.length > 0) break;
  }
  const mask = secretMask(world.gateway.configuration);
  return failures.map((failure) => mask.text(failure));
}

async function runStep(step: StepModel, world: PolicyTest, fill: <T>(value: T) => T): Promise<string[]> {
  if (step.request === undefined) return [];
  const request = requestOf(fill(step.request));
  const outcomes: Outcome[] = [];
  if (step.parallel !== undefined) outcomes.push(...(await world.sendAll(Array.from({ length: step.parallel }, () => request))));
  else for (let i = 0; i < (step.repeat ?? 1); i++) outcomes.push(await world.send(request));
  const expected = fill(step.expect ?? {});
  const failures = outcomes.flatMap((outcome, i) =>
    expectationFailures(expected, outcome).map((failure) => (outcomes.length === 1 ? failure : `call ${i + 1}: ${failure}`)),
  );
  return [...failures, ...stepFailures(expected, outcomes)];
}

/** Puts the test's tokens in place of `{{token:name}}`, in every text of a request or expectation. Tokens are made when the test begins. */
function tokenFiller(data: TestFile, world: PolicyTest): <T>(value: T) => T {
  const made = new Map(Object.entries(data.tokens ?? {}).map(([name, token]) => [name, world.token(tokenOf(token))]));
  const fill = (value: unknown): unknown => {
    if (typeof value === "string")
      return value.replace(/\{\{token:([^}]+)\}\}/g, (_, name: string) => {
        const token = made.get(name.trim());
        if (token === undefined) throw new Error(`There is no token "${name.trim()}" in this file.`);
        return token;
      });
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one)]));
  };
  return <T>(value: T): T => fill(value) as T;
}

function tokenOf({ expiresIn, notBefore, alg, kid, ...rest }: TestTokenModel): TokenOptions & { issuer?: string } {
  return {
    ...rest,
    ...(kid === undefined ? {} : { kid }),
    ...(alg === undefined ? {} : { alg: alg as NonNullable<TokenOptions["alg"]> }),
    ...(expiresIn == null ? {} : { expiresIn: parseUnitDuration(expiresIn)! }),
    ...(notBefore == null ? {} : { notBefore: parseUnitDuration(notBefore)! }),
  };
}

function requestOf({ method = "GET", url, headers = {}, body, bodyBase64, ipAddress, certificate }: RequestModel): TestRequest {
  const isText = typeof body === "string";
  const content =
    bodyBase64 !== undefined
      ? Buffer.from(bodyBase64, "base64")
      : body === undefined || body === null
        ? undefined
        : isText
          ? body
          : JSON.stringify(body);
  return {
    method,
    url,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
    ),
    ...(content === undefined ? {} : { body: content }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(certificate === undefined ? {} : { certificate }),
  };
}
