import type { Headers } from "../../http/headers.js";
import { parseUnitDuration } from "../duration.js";
import type { RecordedCall } from "../fake-backend.js";
import { matchesText } from "../matches-text.js";
import type { Outcome } from "../outcome.js";
import { isStatus } from "../statuses.js";
import { bodyDifferences, differences, expectedText, show } from "./compare.js";
import { lineDiff } from "./diff.js";
import type { Unmet } from "./failure.js";
import type { CallsModel, ExpectModel } from "./model.js";

/** What one call's outcome is not, of what is expected of every call of the step. */
export function expectationFailures(expected: ExpectModel, outcome: Outcome): Unmet[] {
  const at = (path: Unmet["path"], messages: readonly string[], diff?: string): Unmet[] =>
    messages.map((message) => ({ path, message, ...(diff === undefined ? {} : { diff }) }));
  return [
    ...at(
      [],
      outcome.unexpectedCalls.map(
        (call) => `${call.startsWith("the ") ? "no rule in dataSources" : "no rule in external"} answers ${call}`,
      ),
    ),
    ...at(
      ["status"],
      expected.status === undefined || isStatus(expected.status, outcome.status) ? [] : [statusFailure(expected.status, outcome)],
    ),
    ...at(["reason"], expected.reason === undefined ? [] : differences(String(expected.reason), outcome.reason, "reason")),
    ...Object.entries(expected.headers ?? {}).flatMap(([name, wanted]) =>
      at(["headers", name], headerFailures({ [name]: wanted }, outcome.headers, "header")),
    ),
    ...(expected.body === undefined
      ? []
      : at(["body"], bodyDifferences(expected.body, outcome.bytes, "body"), bodyDiff(expected.body, outcome.text))),
    ...callFailures(expected.backend, outcome.backendCalls, "backend"),
    ...callFailures(expected.external, outcome.externalCalls, "external"),
    ...Object.entries(expected.variables ?? {}).flatMap(([name, wanted]) =>
      at(["variables", name], differences({ [name]: wanted }, outcome.variables, "variables")),
    ),
    ...at(["error"], errorFailures(expected.error, outcome)),
    ...at(["trace"], traceFailures(expected.trace, outcome.trace)),
    ...at(["elapsed"], elapsedFailures(expected.elapsed, outcome.elapsed)),
  ];
}

function bodyDiff(wanted: unknown, text: string): string | undefined {
  const expected = expectedText(wanted);
  if (expected === null) return undefined;
  return typeof expected === "string" ? lineDiff(expected, text) : lineDiff(indented(expected.json), indented(text));
}

/** JSON on many lines, for comparing; what is none as it is. */
function indented(value: unknown): string {
  try {
    return JSON.stringify(typeof value === "string" ? (JSON.parse(value) as unknown) : value, null, 2);
  } catch {
    return String(value);
  }
}

/** What the calls of a step are not together. */
export function stepFailures({ statuses }: ExpectModel, outcomes: readonly Outcome[]): Unmet[] {
  if (statuses === undefined) return [];
  const counts: Record<string, number> = {};
  for (const { status } of outcomes) counts[status] = (counts[status] ?? 0) + 1;
  const isAsExpected = Object.keys({ ...statuses, ...counts }).every(
    (status) => (statuses[status] ?? 0) === (counts[status] ?? 0),
  );
  return isAsExpected ? [] : [{ path: ["statuses"], message: `statuses are ${show(counts)}, expected ${show(statuses)}` }];
}

function statusFailure(expected: number | string, { status, error, text }: Outcome): string {
  const why =
    error === null ? (text === "" ? "" : `, body ${show(text)}`) : `: ${error.source} ${error.reason ?? ""} ${error.message}`;
  return `status is ${status}, expected ${expected}${why}`;
}

function headerFailures(
  expected: Readonly<Record<string, string | readonly string[] | null>>,
  headers: Headers,
  what: string,
): string[] {
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const values = headers.getAll(name);
    if (wanted === null) return values.length === 0 ? [] : [`${what} ${name} is ${show(values.join(", "))}, expected none`];
    if (Array.isArray(wanted)) return differences(wanted.map(String), values, `${what} ${name}`);
    if (values.length === 0) return [`${what} ${name} is absent, expected ${show(wanted)}`];
    // Repeated lines may be meant as one list, or by any one of them.
    const text = String(wanted);
    const isMatch = [values.join(", "), values.join(","), ...values].some((value) => matchesText(text, value));
    return isMatch ? [] : [`${what} ${name} is ${show(values.join(", "))}, expected ${show(wanted)}`];
  });
}

function callFailures(expected: CallsModel | undefined, calls: readonly RecordedCall[], who: "backend" | "external"): Unmet[] {
  if (expected === undefined) return [];
  const at = (path: readonly string[], messages: readonly string[], diff?: string): Unmet[] =>
    messages.map((message) => ({ path: [who, ...path], message, ...(diff === undefined ? {} : { diff }) }));
  const list = calls.map((call) => `${call.method} ${call.url}`).join(", ");
  const count =
    expected.calls === undefined || expected.calls === calls.length
      ? []
      : at(["calls"], [`${who} got ${calls.length} calls, expected ${expected.calls}${list === "" ? "" : `: ${list}`}`]);
  const { request } = expected;
  if (request === undefined) return count;
  const last = calls.at(-1);
  if (last === undefined) return [...count, ...at(["request"], [`${who} got no call, expected ${show(request)}`])];
  const { method, url, headers = {}, body } = request;
  return [
    ...count,
    ...(method === undefined ? [] : at(["request", "method"], differences(method, last.method, `${who}.request.method`))),
    ...(url === undefined ? [] : at(["request", "url"], differences(url, last.url, `${who}.request.url`))),
    ...Object.entries(headers).flatMap(([name, wanted]) =>
      at(["request", "headers", name], headerFailures({ [name]: wanted }, last.headers, `${who}.request header`)),
    ),
    ...(body === undefined
      ? []
      : at(
          ["request", "body"],
          bodyDifferences(body, last.body, `${who}.request.body`),
          bodyDiff(body, Buffer.from(last.body).toString("utf8")),
        )),
  ];
}

function errorFailures(expected: ExpectModel["error"], { error }: Outcome): string[] {
  if (expected === undefined) return [];
  if (expected === null)
    return error === null
      ? []
      : [`error is ${show({ source: error.source, reason: error.reason, message: error.message })}, expected none`];
  return error === null ? [`there is no error, expected ${show(expected)}`] : differences(expected, { ...error }, "error");
}

function traceFailures(expected: readonly string[] | undefined, trace: readonly string[]): string[] {
  if (expected === undefined) return [];
  let at = 0;
  for (const name of expected) {
    const found = trace.indexOf(name, at);
    if (found < 0) return [`trace is ${show(trace)}, expected ${show(expected)} in this order`];
    at = found + 1;
  }
  return [];
}

function elapsedFailures(expected: ExpectModel["elapsed"], elapsed: number): string[] {
  if (expected === undefined) return [];
  const { min, max } = typeof expected === "object" ? expected : { min: expected, max: expected };
  const isLess = min !== undefined && elapsed < parseUnitDuration(min)!;
  const isMore = max !== undefined && elapsed > parseUnitDuration(max)!;
  if (!isLess && !isMore) return [];
  const wanted = typeof expected === "object" ? `${isLess ? `at least ${min}` : `at most ${max}`}` : String(expected);
  return [`elapsed is ${elapsed / 1000}s, expected ${wanted}`];
}
