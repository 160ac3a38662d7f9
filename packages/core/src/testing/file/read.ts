import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Problem } from "../../diagnostics/problem.js";
import { readShaped, type ShapedDocument } from "../../yaml/read-shaped.js";
import { parseUnitDuration } from "../duration.js";
import { targetProblem } from "../faults.js";
import { statusRanges } from "../statuses.js";
import { columnsOf } from "./cases.js";
import { type ReplyModel, type TestFile, type TestModel, testFileShape } from "./model.js";
import { testFileProblems } from "./problems.js";

/** A policy test file as read: its data, or what is wrong with it. */
export interface ReadTestFile {
  readonly file: string;
  readonly data: TestFile | null;
  /** Where a part stands, by the keys that lead to it. */
  readonly placeOf: ShapedDocument["placeOf"];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a policy test file. Unknown keys, durations that are none and contradictions are errors with their place.
 * @throws the file system's error if it cannot be read
 */
export function readTestFile(file: string, text: string = readFileSync(file, "utf8")): ReadTestFile {
  const document = readShaped(text, file, testFileShape);
  const diagnostics = [...document.diagnostics];
  if (diagnostics.length === 0) diagnostics.push(...contradictions(document.data as TestFile, file, document));
  return {
    file,
    data: diagnostics.length === 0 ? (document.data as TestFile) : null,
    placeOf: (path) => document.placeOf(path),
    diagnostics,
  };
}

function contradictions(data: TestFile, file: string, document: ShapedDocument): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report: Report = (path, problem) => void found.push({ ...problem, file, ...document.placeOf(path) });
  if ((data.policy === undefined) === (data.gateway === undefined)) report([], testFileProblems.policyOrGateway());
  if (data.gateway !== undefined)
    for (const key of ["inherits", "operationPolicy", "fragments", "namedValues"] as const)
      if (data[key] !== undefined) report([key], testFileProblems.onlyWithPolicy(key));
  const duration = (path: readonly (string | number)[], value: string | number | null | undefined): void => {
    if (value !== undefined && value !== null && parseUnitDuration(value) === null)
      report(path, testFileProblems.durationInvalid(value));
  };
  for (const [name, token] of Object.entries(data.tokens ?? {})) {
    duration(["tokens", name], token.expiresIn);
    duration(["tokens", name], token.notBefore);
    if (token.issuer !== undefined && data.identity?.every(({ issuer }) => issuer !== token.issuer) !== false)
      report(["tokens", name], testFileProblems.issuerUnknown(token.issuer));
  }
  for (const key of ["backend", "external"] as const)
    for (const [index, rule] of (data[key] ?? []).entries()) {
      for (const reply of [rule.reply ?? []].flat() as readonly ReplyModel[]) checkReply(reply, [key, index], duration);
      if (rule.reply !== undefined && rule.fail !== undefined) report([key, index], testFileProblems.repliesAndFails());
    }
  for (const [index, ahead] of (data.replicas ?? []).entries()) duration(["replicas", index], ahead);
  if (data.replicas?.length === 0) report(["replicas"], testFileProblems.noReplicas());
  if (data.operation !== undefined && data.gateway === undefined) report(["operation"], testFileProblems.onlyWithGateway());
  if (data.tests.length === 0) report(["tests"], testFileProblems.noTests());
  if (data.operation === undefined)
    for (const [index, test] of data.tests.entries())
      for (const [number, { request }] of (test.steps ?? [test]).entries())
        if (request !== undefined && request.url === undefined)
          report(
            ["tests", index, ...(test.steps === undefined ? [] : ["steps", number]), "request"],
            testFileProblems.urlMissing(),
          );
  for (const [index, test] of data.tests.entries()) checkTest(test, index, report, duration);
  return found;
}

function checkReply(
  { delay, chunks = [], events = [] }: ReplyModel,
  at: readonly (string | number)[],
  duration: (path: readonly (string | number)[], value: string | number | undefined) => void,
): void {
  duration(at, delay);
  for (const part of [...chunks, ...events]) if (typeof part !== "string") duration(at, part.after);
}

type Report = (path: readonly (string | number)[], problem: Problem) => void;

function checkTest(
  test: TestModel,
  index: number,
  report: Report,
  duration: (path: readonly (string | number)[], value: string | number | null | undefined) => void,
): void {
  const at = ["tests", index];
  if ((test.request === undefined) === (test.steps === undefined)) report(at, testFileProblems.requestOrSteps(test.name));
  const columns = columnsOf(test);
  if (test.each === undefined && columns.size > 0) report(at, testFileProblems.columnWithoutTable([...columns][0]!));
  if (test.each?.length === 0) report([...at, "each"], testFileProblems.tableEmpty());
  for (const [row, values] of (test.each ?? []).entries())
    for (const column of columns)
      if (!Object.hasOwn(values, column)) report([...at, "each", row], testFileProblems.columnMissing(column));
  const steps = test.steps ?? [test];
  if (steps.every(({ expect }) => expect === undefined || Object.keys(expect).length === 0))
    report(at, testFileProblems.expectsNothing(test.name));
  for (const [number, step] of steps.entries()) {
    const place = test.steps === undefined ? at : [...at, "steps", number];
    const isTable = test.each !== undefined;
    if (!isTable) {
      const { elapsed } = step.expect ?? {};
      duration(at, step.after);
      for (const limit of typeof elapsed === "object" ? [elapsed.min, elapsed.max] : [elapsed]) duration(at, limit);
      for (const key of ["repeat", "parallel"] as const)
        if (step[key] !== undefined && typeof step[key] !== "number") report([...place, key], testFileProblems.notANumber(key));
      if (step.expect?.status !== undefined && statusRanges(step.expect.status) === null)
        report([...place, "expect", "status"], testFileProblems.statusInvalid(step.expect.status));
    }
    for (const key of ["method", "body", "bodyBase64"] as const)
      if (step.request?.mcp !== undefined && step.request[key] !== undefined)
        report([...place, "request", key], testFileProblems.toolAndMore(key));
    for (const [number, { of, fail, reply }] of (step.faults ?? []).entries()) {
      const at = [...place, "faults", number];
      const problem = targetProblem(of);
      if (problem !== null) report([...at, "of"], testFileProblems.faultInvalid(problem));
      if (fail !== undefined && reply !== undefined) report(at, testFileProblems.repliesAndFails());
      if (reply !== undefined) checkReply(reply, at, duration);
    }
    if (step.expect !== undefined && step.request === undefined) report(place, testFileProblems.requestMissing());
    if (step.repeat !== undefined && step.parallel !== undefined) report(at, testFileProblems.repeatsAndSendsAtOnce());
  }
}
