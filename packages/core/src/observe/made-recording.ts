import { isUtf8 } from "node:buffer";
import type { Exchange } from "../policy/exchange.js";
import { Concealment } from "./conceal-recording.js";
import type { PassingBody, Recorder, SeenMessage } from "./recorder.js";
import type { RecordedBody, RecordedMessage, Recording } from "./recording.js";

/** How deep plain data is looked into. */
const DEEPEST = 12;

/** What is done with each text of a recording: it is looked at, or given back as it may be shown. */
interface Shown {
  text(text: string): string;
  header(name: string, value: string): string;
  url(url: string): string;
}

/** What a recorder took down, as data without secrets. */
export function recordingOf(recorder: Recorder, exchange: Exchange): Recording {
  const { api, configuration, request } = exchange;
  const concealment = new Concealment(
    configuration,
    api?.subscriptionKeyParameterNames ?? { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
    new Map(recorder.facts.filter(({ kind }) => kind === "token").map(({ key, value }) => [key, isVerified(value)])),
  );
  const told = (work: () => void, text: string): string => {
    work();
    return text;
  };
  const original = { method: recorder.method, url: exchange.originalUrl.toString(), ipAddress: request.ipAddress };
  // Secrets are told by where they stand, and may stand elsewhere as well.
  made(recorder, exchange, original, {
    text: (text) => told(() => concealment.notice(text), text),
    header: (name, value) => told(() => concealment.noticeHeader(name, value), value),
    url: (url) => told(() => concealment.noticeUrl(url), url),
  });
  const recording = made(recorder, exchange, original, {
    text: (text) => concealment.text(text),
    header: (name, value) => concealment.header(name, value),
    url: (url) => concealment.text(url),
  });
  return { ...recording, tokens: concealment.tokens };
}

/** What a recorder took down as it is, secrets and all: for a look within the process. */
export function plainRecording(recorder: Recorder, exchange: Exchange): Recording {
  const { method } = recorder;
  const original = { method, url: exchange.originalUrl.toString(), ipAddress: exchange.request.ipAddress };
  return { ...made(recorder, exchange, original, AS_IT_IS), tokens: {} };
}

const AS_IT_IS: Shown = { text: (text) => text, header: (_, value) => value, url: (url) => url };

/** Does the signature of a token hold, by what is known of it? */
function isVerified(verdict: unknown): boolean {
  return typeof verdict === "object" && verdict !== null && "keyOf" in verdict;
}

function made(
  recorder: Recorder,
  { response, signal }: Exchange,
  { method, url, ipAddress }: Pick<Recording["request"], "method" | "url" | "ipAddress">,
  shown: Shown,
): Omit<Recording, "tokens"> {
  const { given } = recorder;
  const message = ({ headers, body }: SeenMessage): RecordedMessage => ({
    headers: headers.map(([name, value]) => [name, shown.header(name, value)]),
    body: bodyOf(body, shown),
  });
  return {
    configuration: given.configuration,
    incomplete: recorder.incomplete ?? (signal.aborted ? "The caller went away before the end." : null),
    request: {
      method,
      url: shown.url(url),
      ...message({ headers: recorder.receivedHeaders, body: recorder.received }),
      ipAddress,
      certificate: given.certificate === null ? null : Buffer.from(given.certificate).toString("base64"),
    },
    caller: data(given.caller, shown),
    variables: data(given.variables, shown) as Recording["variables"],
    clock: recorder.clock.map(([offset, times]) => [offset, times]),
    random: {
      bytes: recorder.bytes.map((bytes) => Buffer.from(bytes).toString("base64")),
      fractions: [...recorder.fractions],
    },
    calls: recorder.calls.map(({ to, request, answer, failure, elapsed }) => ({
      to,
      request: { method: request.method, url: shown.url(request.url), ...message(request) },
      answer: answer === null ? null : { status: answer.status, reason: answer.reason, ...message(answer) },
      failure: failure === null ? null : { kind: failure.kind, message: shown.text(failure.message) },
      elapsed: Math.round(elapsed * 1000) / 1000,
    })),
    counters: recorder.counts.map(({ key, limit, retryAfter, resetAfter, ...count }) => ({
      ...count,
      key: shown.text(key),
      limit: finite(limit),
      retryAfter: finite(retryAfter),
      resetAfter: finite(resetAfter),
    })),
    cache: recorder.lookups.map(({ key, entry }) => ({
      key: shown.text(key),
      entry:
        entry === null ? null : { value: bytesOf(entry.value, shown), meta: shown.text(entry.meta), storedAt: entry.storedAt },
    })),
    facts: recorder.facts.map(({ kind, key, value, failure }) => ({
      kind,
      key: shown.text(key),
      ...(value === undefined ? {} : { value: factOf(kind, value, shown) }),
      ...(failure === undefined ? {} : { failure: shown.text(failure) }),
    })),
    state: given.state,
    answer: {
      status: response.status,
      reason: response.reason,
      ...message({ headers: [...response.headers], body: recorder.sent }),
    },
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What a policy was given as a credential is one, whatever it looks like. */
function factOf(kind: string, value: unknown, shown: Shown): unknown {
  if (kind === "managed-identity" && typeof value === "string") return shown.header("Authorization", value);
  if (kind === "authorization" && typeof value === "object" && value !== null && "accessToken" in value)
    return { ...(data(value, shown) as object), accessToken: shown.header("Authorization", String(value.accessToken)) };
  return data(value, shown);
}

function bodyOf({ chunks, isCut }: PassingBody, shown: Shown): RecordedBody | null {
  if (chunks === null) return null;
  const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  return { ...bytesOf(bytes, shown), ...(isCut ? { breaks: true } : {}) };
}

function bytesOf(bytes: Uint8Array, shown: Shown): RecordedBody {
  if (!isUtf8(bytes)) return { base64: Buffer.from(bytes).toString("base64") };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return { text: shown.text(text) };
}

/** Plain data with its texts as they may be shown. */
function data(value: unknown, shown: Shown, depth = 0): unknown {
  if (typeof value === "string") return shown.text(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => data(item, shown, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, data(member, shown, depth + 1)]));
}
