import { stringify } from "yaml";
import { withTokens } from "../observe/conceal-recording.js";
import type { RecordedAnswer, RecordedBody, RecordedExchange, RecordedMessage, Recording } from "../observe/recording.js";
import type { TraceDocument } from "../observe/trace-document.js";
import type { ExpectModel, RequestModel, RuleModel, TestFile } from "./file/model.js";
import { mapTexts } from "./map-texts.js";
import { type IssuedTokens, issuedTokens } from "./replay/issued-tokens.js";
import { stateBefore } from "./replay/state-before.js";

/** What a test is made of besides a trace. */
export interface FromTraceOptions {
  /** Where the test finds the configuration: a path, relative to the test file. */
  readonly gateway: string;
  /** Of the test. Default: the request and its status. */
  readonly name?: string;
  /** Name of the named value that holds the key which policies share with whoever signs tokens, in base64. */
  readonly signingKey?: string;
  /** What is not expected because it is not the same each time, as keys below `expect` with dots between: `headers.X-Id`, `body`. */
  readonly leaveOut?: readonly string[];
}

/** A policy test, as the text of a `*.policy-test.yaml`. */
export interface TestFromTrace {
  readonly text: string;
  /** What it cannot say, one sentence each. With such the test may not pass: it is marked to be skipped. */
  readonly notes: readonly string[];
}

/** Calls of this many milliseconds and more are as slow in the test. */
const SLOW = 1_000;
/** Headers that belong to one connection, or that servers make of the body. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "te"]);
const OF_THE_MESSAGE: ReadonlySet<string> = new Set([...OF_THE_CONNECTION, "content-length", "host", "date"]);
const FORWARDED = /^x-forwarded-(?:for|proto|host)$/;
const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const STAND_IN = /\bmasked[0-9a-z]{2}\b|\bbWFza2Vk[\w+/]{8}/;

/**
 * Makes a policy test of a trace: its request, what backends answered, what counters and cache held, and what came out. Tokens are issued anew by
 * an identity provider inside the test.
 * @throws TypeError for a trace without recording
 */
export function policyTestFromTrace(trace: TraceDocument, options: FromTraceOptions): TestFromTrace {
  const { recording } = trace;
  if (recording == null) throw new TypeError("Invalid trace: expected one with a recording.");
  const tokens = issuedTokens(recording, options.signingKey ?? null);
  const state = stateBefore(recording);
  const notes = [...notesOf(recording), ...tokens.notes];
  const known = knownTexts(recording);
  const leaveOut = new Set(options.leaveOut);
  const rulesOf = (to: RecordedExchange["to"]): RuleModel[] =>
    recording.calls
      .filter((call) => call.to === to)
      .map((call) => mapTexts(ruleOf(call, to === "call"), (text) => withTokens(text, recording.tokens)) as RuleModel);
  const backend = rulesOf("backend");
  const external = rulesOf("call");
  external.push(...tokens.unavailable.map((url): RuleModel => ({ when: { method: "GET", url }, fail: "refused" })));
  const { method, path } = { method: recording.request.method, path: pathOf(recording.request.url) };
  const data: TestFile = {
    gateway: options.gateway,
    clock: trace.timestamp,
    ...(Object.keys(state).length === 0 ? {} : { state }),
    ...(tokens.identity.length === 0 ? {} : { identity: tokens.identity }),
    ...(Object.keys(tokens.tokens).length === 0 ? {} : { tokens: tokens.tokens }),
    ...(backend.length === 0 ? {} : { backend }),
    ...(external.length === 0 ? {} : { external }),
    tests: [
      {
        name: options.name ?? `${method} ${path} is answered ${trace.answer.status}${answererText(trace)}`,
        ...(notes.length === 0 ? {} : { skip: notes.join(" ") }),
        request: requestOf(recording, tokens),
        expect: expectationOf(trace, recording, tokens, known, leaveOut),
      },
    ],
  };
  const left = [...leaveOut].map((path) => `# Not expected, as it is not the same each time: ${path}\n`).join("");
  const head = `# Made of the trace ${trace.id} of ${trace.timestamp}.\n${left}`;
  return { text: head + stringify(data, { lineWidth: 0, defaultKeyType: "PLAIN", defaultStringType: "QUOTE_DOUBLE" }), notes };
}

function notesOf({ incomplete, variables, caller, calls, facts }: Recording): string[] {
  return [
    ...(facts.some(({ kind }) => kind === "sql" || kind === "cosmos")
      ? ["Databases took part: say in the test file what they answer."]
      : []),
    ...(facts.some(({ kind, value }) => kind === "nearest-prompt" && value !== null)
      ? ["The answer is of the semantic cache, which a test begins without."]
      : []),
    ...(incomplete === null ? [] : [`The recording is not complete: ${incomplete}`]),
    ...(Object.keys(variables).length === 0 ? [] : ["The host gave variables with the request, and a test file has none."]),
    ...(caller === null ? [] : ["The host said who calls, and a test file with a gateway goes by keys."]),
    ...(calls.some(({ to }) => to === "host") ? ["The backend was the host's own handler, and a test file has none."] : []),
  ];
}

function answererText({ answer }: TraceDocument): string {
  const { layer, policy } = answer.by;
  if (policy !== null) return ` by ${policy}`;
  return layer === "cache" ? " from the cache" : "";
}

function requestOf({ request }: Recording, tokens: IssuedTokens): RequestModel {
  const { method, url, ipAddress, certificate } = request;
  const headers = headersOf(request, OF_THE_CONNECTION, (value) => tokens.fill(value));
  return {
    method,
    url: tokens.fill(url),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...bodyOfRequest(request.body, tokens),
    ...(ipAddress === "127.0.0.1" ? {} : { ipAddress }),
    ...(certificate === null ? {} : { certificate: pem(certificate) }),
  };
}

function bodyOfRequest(body: RecordedBody | null, tokens: IssuedTokens): Pick<RequestModel, "body" | "bodyBase64"> {
  if (body === null) return {};
  return body.text === undefined ? { bodyBase64: body.base64 ?? "" } : { body: tokens.fill(body.text) };
}

const pem = (der: string): string =>
  `-----BEGIN CERTIFICATE-----\n${der.replace(/(.{64})(?=.)/g, "$1\n")}\n-----END CERTIFICATE-----\n`;

/** The rule that answers a call as it was answered. Calls of the backend come in their order; others are told by their URL. */
function ruleOf({ request, answer, failure, elapsed }: RecordedExchange, isByUrl: boolean): RuleModel {
  const when = isByUrl && !STAND_IN.test(request.url) ? { when: { method: request.method, url: request.url } } : {};
  const times = { times: 1 };
  if (answer === null) {
    const isReset = failure !== null && /ECONNRESET|reset/i.test(failure.message);
    return { ...when, fail: failure?.kind === "connection" ? (isReset ? "reset" : "refused") : "timeout", ...times };
  }
  return { ...when, reply: replyOf(answer, elapsed), ...times };
}

function replyOf(answer: RecordedAnswer, elapsed: number): NonNullable<RuleModel["reply"]> {
  const headers = headersOf(answer, OF_THE_CONNECTION, (value) => value);
  const { body } = answer;
  return {
    status: answer.status,
    ...(answer.reason === "" ? {} : { reason: answer.reason }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === null || body.text === ""
      ? {}
      : body.text === undefined
        ? { bodyBase64: body.base64 ?? "" }
        : { body: body.text }),
    ...(body?.breaks === true ? { breaks: true } : {}),
    ...(elapsed >= SLOW ? { delay: `${Math.round(elapsed)}ms` } : {}),
  };
}

function headersOf(
  { headers }: RecordedMessage,
  without: ReadonlySet<string>,
  fill: (value: string) => string,
): Record<string, string | readonly string[]> {
  const byName = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (without.has(key)) continue;
    const known = byName.get(key);
    if (known === undefined) byName.set(key, { name, values: [fill(value)] });
    else known.values.push(fill(value));
  }
  return Object.fromEntries([...byName.values()].map(({ name, values }) => [name, values.length === 1 ? values[0]! : values]));
}

function expectationOf(
  trace: TraceDocument,
  recording: Recording,
  tokens: IssuedTokens,
  known: string,
  leaveOut: ReadonlySet<string>,
): ExpectModel {
  const { answer, error } = { answer: recording.answer, error: trace.error };
  const expected = (value: string): string => expectedText(tokens.fill(value), known);
  const headers = expectedHeaders(headersOf(answer, OF_THE_MESSAGE, expected), known, leaveOut, "headers");
  const body = expectedBody(answer.body, known, (text) => tokens.fill(text));
  const calls = recording.calls.filter(({ to }) => to === "backend");
  return {
    status: answer.status,
    ...(leaveOut.has("reason") ? {} : { reason: answer.reason }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(body === undefined || leaveOut.has("body") ? {} : { body }),
    backend: { calls: calls.length, ...requestExpectation(calls.at(-1), recording, tokens, known, leaveOut) },
    ...(error === null ? {} : { error: { source: error.source, reason: error.reason } }),
  };
}

/** What the backend gets that the caller has not sent so, or does not get. */
function requestExpectation(
  call: RecordedExchange | undefined,
  { request }: Recording,
  tokens: IssuedTokens,
  known: string,
  leaveOut: ReadonlySet<string>,
): Pick<NonNullable<ExpectModel["backend"]>, "request"> {
  if (call === undefined) return {};
  const sent = headersOf(request, OF_THE_MESSAGE, (value) => value);
  const got = headersOf(call.request, OF_THE_MESSAGE, (value) => value);
  const names = new Set([...Object.keys(sent), ...Object.keys(got)].map((name) => name.toLowerCase()));
  const changed: Record<string, string | readonly string[] | null> = {};
  for (const key of names) {
    const [before, after] = [headerOf(sent, key), headerOf(got, key)];
    if (JSON.stringify(before?.value) === JSON.stringify(after?.value)) continue;
    // The gateway says itself for whom it calls.
    if (before === null && FORWARDED.test(key)) continue;
    changed[after?.name ?? before!.name] =
      after === null
        ? null
        : Array.isArray(after.value)
          ? after.value.map((value) => expectedText(tokens.fill(value), known))
          : expectedText(tokens.fill(String(after.value)), known);
  }
  const headers = expectedHeaders(changed, known, leaveOut, "backend.request.headers");
  const isSameBody = JSON.stringify(call.request.body) === JSON.stringify(request.body);
  const body = isSameBody ? undefined : expectedBody(call.request.body, known, (text) => tokens.fill(text));
  return {
    request: {
      method: call.request.method,
      ...(STAND_IN.test(call.request.url) ? {} : { url: expectedText(tokens.fill(call.request.url), known) }),
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(body === undefined || leaveOut.has("backend.request.body") ? {} : { body }),
    },
  };
}

function headerOf(
  headers: Readonly<Record<string, string | readonly string[]>>,
  key: string,
): { readonly name: string; readonly value: string | readonly string[] } | null {
  const name = Object.keys(headers).find((candidate) => candidate.toLowerCase() === key);
  return name === undefined ? null : { name, value: headers[name]! };
}

/** Without those that are to be left out, and those that hold a secret that the test does not know. */
function expectedHeaders<V extends string | readonly string[] | null>(
  headers: Readonly<Record<string, V>>,
  known: string,
  leaveOut: ReadonlySet<string>,
  path: string,
): Record<string, V> {
  const isUnknown = (text: string): boolean => {
    const standIn = STAND_IN.exec(text)?.[0];
    return standIn !== undefined && !known.includes(standIn);
  };
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name, value]) =>
        !leaveOut.has(`${path}.${name}`) && (value === null || ![value].flat().some((text) => isUnknown(String(text)))),
    ),
  );
}

function expectedBody(body: RecordedBody | null, known: string, fill: (text: string) => string): unknown {
  if (body === null) return null;
  if (body.text === undefined || body.breaks === true) return undefined;
  if (body.text === "") return null;
  const text = fill(body.text);
  const pattern = guidPattern(text, known);
  return pattern === null ? (isRegex(text) ? { matches: `^${escaped(text)}$` } : text) : { matches: pattern };
}

/** A text as an expectation has it: a pattern where it looks like one, or holds an id that was made at random. */
function expectedText(text: string, known: string): string {
  const pattern = guidPattern(text, known) ?? (isRegex(text) ? `^${escaped(text)}$` : null);
  return pattern === null ? text : `/${pattern}/`;
}

const isRegex = (text: string): boolean => /^\/.+\/$/s.test(text);

const escaped = (text: string): string =>
  text
    .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
    .replace(/\n/g, "\\n")
    .replace(/\r/g, "\\r");

/** A pattern for a text with ids that neither the request nor an answer has; null if it has none. */
function guidPattern(text: string, known: string): string | null {
  const made = [...text.matchAll(GUID)].filter(([id]) => !known.includes(id.toLowerCase()));
  if (made.length === 0) return null;
  let pattern = "^";
  let done = 0;
  for (const match of made) {
    pattern += `${escaped(text.slice(done, match.index))}[0-9A-Fa-f-]{36}`;
    done = match.index + match[0].length;
  }
  return `${pattern}${escaped(text.slice(done))}$`;
}

/** Everything that is put into the request, in small letters: what is not in it was made on the way. */
function knownTexts({ request, calls, cache }: Recording): string {
  return JSON.stringify([request, calls.map(({ answer }) => answer), cache]).toLowerCase();
}

const pathOf = (url: string): string => /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? url;
