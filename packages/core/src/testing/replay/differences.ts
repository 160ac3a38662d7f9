import type { RecordedBody, RecordedExchange, RecordedMessage } from "../../observe/recording.js";
import type { TraceDocument, TracedStep } from "../../observe/trace-document.js";
import { lineDiff } from "../file/diff.js";

/** Something that is not as it was when a request was recorded. */
export interface ReplayDifference {
  /** `status`, `reason`, `header X-A`, `body`, `error`, `policies`, `calls`, or what of a call: `call 1 url`. */
  readonly what: string;
  /** Null where there was none. */
  readonly before: string | null;
  /** Null where there is none. */
  readonly after: string | null;
  /** Of long texts: the lines that differ, `-` for what was and `+` for what is. */
  readonly diff?: string;
}

/** What two traces of one request do not have in common, times left out. Both have a recording. */
export function replayDifferences(before: TraceDocument, after: TraceDocument): ReplayDifference[] {
  const [was, is] = [before.recording!, after.recording!];
  return [
    ...difference("status", String(was.answer.status), String(is.answer.status)),
    ...difference("reason", was.answer.reason, is.answer.reason),
    ...messageDifferences("", was.answer, is.answer),
    ...difference("error", errorText(before), errorText(after)),
    ...difference("policies", ranText(before.steps), ranText(after.steps)),
    ...callDifferences(was.calls, is.calls),
  ];
}

function callDifferences(was: readonly RecordedExchange[], is: readonly RecordedExchange[]): ReplayDifference[] {
  const listed = (calls: readonly RecordedExchange[]): string =>
    calls.map(({ to, request }) => `${to} ${request.method} ${request.url}`).join("\n");
  if (was.length !== is.length) return difference("calls", listed(was), listed(is));
  return was.flatMap((call, index) => {
    const other = is[index]!;
    const name = `call ${index + 1}`;
    return [
      ...difference(`${name} to`, call.to, other.to),
      ...difference(`${name} method`, call.request.method, other.request.method),
      ...difference(`${name} url`, call.request.url, other.request.url),
      ...messageDifferences(`${name} `, call.request, other.request),
    ];
  });
}

function messageDifferences(prefix: string, was: RecordedMessage, is: RecordedMessage): ReplayDifference[] {
  const [before, after] = [valuesByName(was), valuesByName(is)];
  return [
    ...[...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
      difference(`${prefix}header ${name}`, before.get(name) ?? null, after.get(name) ?? null),
    ),
    ...difference(`${prefix}body`, bodyText(was.body), bodyText(is.body)),
  ];
}

function valuesByName({ headers }: RecordedMessage): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    values.set(key, values.has(key) ? `${values.get(key)}\n${value}` : value);
  }
  return values;
}

/** No body and an empty one are one and the same to whoever gets them. */
function bodyText(body: RecordedBody | null): string | null {
  if (body === null) return "";
  return (body.text ?? `(base64) ${body.base64 ?? ""}`) + (body.breaks === true ? "\n(it breaks off here)" : "");
}

function errorText({ error }: TraceDocument): string | null {
  return error === null ? null : `${error.source} ${error.reason ?? ""} ${error.message}`;
}

/** Which policies ran, and how each ended, a line each. */
function ranText(steps: readonly TracedStep[], depth = 0): string {
  return steps
    .map(({ policy, section, outcome, steps: inner }) => {
      const line = `${"  ".repeat(depth)}${depth === 0 ? `${section} ` : ""}${policy} ${outcome}`;
      return inner.length === 0 ? line : `${line}\n${ranText(inner, depth + 1)}`;
    })
    .join("\n");
}

function difference(what: string, before: string | null, after: string | null): ReplayDifference[] {
  if (before === after || (before !== null && after !== null && comparable(before) === comparable(after))) return [];
  const diff = before === null || after === null ? undefined : lineDiff(before, after);
  return [{ what, before, after, ...(diff === undefined ? {} : { diff }) }];
}

/** Which of two secrets a stand-in is for says nothing: they are counted as they come. */
const comparable = (text: string): string => text.replace(/\bmasked[0-9a-z]{2}\b|\bbWFza2Vk[\w+/]+={0,2}/g, "masked");
