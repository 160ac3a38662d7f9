import { readFileSync } from "node:fs";
import type { BuiltConfiguration } from "../../config/build/build.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Problem } from "../../diagnostics/problem.js";
import { readShaped, type ShapedDocument } from "../../yaml/read-shaped.js";
import { parseUnitDuration } from "../duration.js";
import { statusRanges } from "../statuses.js";
import { listOf, ofAnswer, ofRequest } from "./condition.js";
import { type ConditionModel, type InvariantModel, type InvariantsFile, invariantsShape } from "./model.js";
import { invariantProblems } from "./problems.js";
import { isPattern } from "./text.js";

/** An invariants file as read: its data, or what is wrong with it. */
export interface ReadInvariants {
  readonly file: string;
  readonly data: InvariantsFile | null;
  /** Where a part stands, by the keys that lead to it. */
  readonly placeOf: ShapedDocument["placeOf"];
  readonly diagnostics: readonly Diagnostic[];
}

type Path = readonly (string | number)[];
type Report = (path: Path, problem: Problem) => void;

/** Most calls that a limit may be about: to see it exceeded, one more has to be made. */
const MOST_CALLS = 2000;

/**
 * Reads an invariants file. Unknown keys, patterns that are none and statements that no test can hold are errors with their place.
 * @throws the file system's error if it cannot be read
 */
export function readInvariants(file: string, source: string = readFileSync(file, "utf8")): ReadInvariants {
  const document = readShaped(source, file, invariantsShape);
  const diagnostics = [...document.diagnostics];
  const placeOf = (path: Path) => document.placeOf(path);
  const report = reporter(file, placeOf, diagnostics);
  if (diagnostics.length === 0) {
    const { version, invariants } = document.data as InvariantsFile;
    if (version !== 1) report(["version"], invariantProblems.versionUnknown(version));
    if (invariants.length === 0) report(["invariants"], invariantProblems.noInvariants());
    const before = new Set<string>();
    for (const [index, invariant] of invariants.entries()) {
      const name = String(invariant.name);
      if (before.has(name)) report(["invariants", index, "name"], invariantProblems.nameTwice(name));
      before.add(name);
      checkInvariant(invariant, ["invariants", index], report);
    }
  }
  return {
    file,
    data: diagnostics.length === 0 ? (document.data as InvariantsFile) : null,
    placeOf,
    diagnostics,
  };
}

function reporter(file: string, placeOf: ShapedDocument["placeOf"], found: Diagnostic[]): Report {
  return (path, problem) => void found.push({ ...problem, file, ...placeOf(path) });
}

function checkInvariant(invariant: InvariantModel, at: Path, report: Report): void {
  const { when = {}, always, never, limit, apart } = invariant;
  const kinds = [always, never, limit, apart].filter((kind) => kind !== undefined).length;
  if (kinds !== 1) report(at, invariantProblems.notOneKind());
  for (const [key, condition] of Object.entries({ when, always, never }))
    if (condition !== undefined) checkCondition(condition, [...at, key], report);
  if (always !== undefined && Object.keys(always).length === 0)
    report([...at, "always"], invariantProblems.saysNothing("always"));
  if (never !== undefined && Object.keys(never).length === 0) report([...at, "never"], invariantProblems.saysNothing("never"));
  // A test can only expect something of what comes out.
  if (always !== undefined && ofAnswer(always).length === 0 && ofAnswer(when).length === 0)
    report(at, invariantProblems.noAnswerInAlways());
  if (never !== undefined && ofAnswer(never).length === 0 && ofAnswer(when).length === 0)
    report(at, invariantProblems.noAnswerInNever());
  if (limit !== undefined) {
    if (!Number.isInteger(limit.calls) || limit.calls < 0 || limit.calls > MOST_CALLS)
      report([...at, "limit", "calls"], invariantProblems.callsInvalid(limit.calls, MOST_CALLS));
    const per = parseUnitDuration(limit.per);
    if (per === null || per <= 0) report([...at, "limit", "per"], invariantProblems.perInvalid(limit.per));
  }
  if (
    apart !== undefined &&
    Object.values(apart).every((value) => value === false || (Array.isArray(value) && value.length === 0))
  )
    report([...at, "apart"], invariantProblems.nothingApart());
  for (const [key, about] of [
    ["limit", limit],
    ["apart", apart],
  ] as const)
    if (about !== undefined && ofAnswer(when).length > 0) report([...at, "when"], invariantProblems.answerInWhen(key));
}

function checkCondition(condition: ConditionModel, at: Path, report: Report): void {
  const pattern = (path: Path, written: string | null | undefined): void => {
    if (typeof written === "string" && !isPattern(written)) report([...at, ...path], invariantProblems.patternInvalid(written));
  };
  if (condition.status !== undefined && statusRanges(condition.status) === null)
    report([...at, "status"], invariantProblems.statusInvalid(condition.status));
  pattern(["path"], condition.path);
  pattern(["body"], condition.body);
  pattern(["backend", "url"], condition.backend?.url);
  for (const [key, group] of [
    ["request", condition.request],
    ["backend", condition.backend],
  ] as const)
    for (const part of ["headers", "query"] as const)
      for (const [name, value] of Object.entries(group?.[part] ?? {})) pattern([key, part, name], value);
  for (const [name, value] of Object.entries(condition.headers ?? {})) pattern(["headers", name], value);
}

/** What invariants name that a configuration does not have: each an error with its place. */
export function unknownNames({ file, data, placeOf }: ReadInvariants, built: BuiltConfiguration): Diagnostic[] {
  const found: Diagnostic[] = [];
  const report = reporter(file, placeOf, found);
  const { namespaces } = built;
  const apis = namespaces.flatMap((namespace) => namespace.apis);
  const known: Readonly<Record<string, ReadonlySet<string>>> = {
    api: new Set(apis.map(({ id }) => id)),
    operation: new Set(apis.flatMap(({ operations }) => operations.map(({ id }) => id))),
    product: new Set(namespaces.flatMap(({ products }) => products.map(({ id }) => id))),
    subscription: new Set(namespaces.flatMap(({ subscriptions }) => subscriptions.map(({ id }) => id))),
  };
  for (const [index, invariant] of (data?.invariants ?? []).entries())
    for (const part of ["when", "always", "never"] as const)
      for (const key of ofRequest(invariant[part] ?? {})) {
        const ids = known[key];
        if (ids === undefined) continue;
        for (const id of listOf(invariant[part]![key as "api"])) {
          if (ids.has(id)) continue;
          report(["invariants", index, part, key], invariantProblems.unknownName(key, id, [...ids]));
        }
      }
  return found;
}
