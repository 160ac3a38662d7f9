import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { readShaped, type ShapedDocument } from "../../yaml/read-shaped.js";
import { parseUnitDuration } from "../duration.js";
import { type TestFile, testFileShape } from "./model.js";

/** A policy test file as read: its data, or what is wrong with it. */
export interface ReadTestFile {
  readonly file: string;
  readonly data: TestFile | null;
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
  return { file, data: diagnostics.length === 0 ? (document.data as TestFile) : null, diagnostics };
}

function contradictions(data: TestFile, file: string, document: ShapedDocument): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = (path: readonly (string | number)[], message: string, hint?: string): void =>
    void found.push({
      severity: "error",
      code: "TP4002",
      message,
      file,
      ...document.placeOf(path),
      ...(hint === undefined ? {} : { hint }),
    });
  if ((data.policy === undefined) === (data.gateway === undefined)) report([], "A test file names either `policy` or `gateway`.");
  if (data.gateway !== undefined)
    for (const key of ["inherits", "operationPolicy", "fragments", "namedValues"] as const)
      if (data[key] !== undefined) report([key], `\`${key}\` goes with \`policy\`.`, "Put it into the gateway's configuration.");
  const duration = (path: readonly (string | number)[], value: string | number | null | undefined): void => {
    if (value !== undefined && value !== null && parseUnitDuration(value) === null)
      report(path, `"${value}" is no duration.`, "Write 50ms, 10s, 5m, 1h or 2d.");
  };
  for (const [name, token] of Object.entries(data.tokens ?? {})) {
    duration(["tokens", name], token.expiresIn);
    duration(["tokens", name], token.notBefore);
    if (token.issuer !== undefined && data.identity?.every((one) => one.issuer !== token.issuer) !== false)
      report(["tokens", name], `No provider in \`identity\` has the issuer ${token.issuer}.`);
  }
  for (const key of ["backend", "external"] as const)
    for (const [index, rule] of (data[key] ?? []).entries()) {
      duration([key, index], rule.reply?.delay);
      if (rule.reply !== undefined && rule.fail !== undefined) report([key, index], "A rule either replies or fails.");
    }
  for (const [index, test] of data.tests.entries()) {
    if ((test.request === undefined) === (test.steps === undefined))
      report(["tests", index], `The test "${test.name}" needs either a request or steps.`);
    for (const step of test.steps ?? [test]) {
      duration(["tests", index], step.after);
      duration(["tests", index], step.expect?.elapsed);
      if (step.repeat !== undefined && step.parallel !== undefined)
        report(["tests", index], "A step either repeats or sends in parallel.");
    }
  }
  return found;
}
