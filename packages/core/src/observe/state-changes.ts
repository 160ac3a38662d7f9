import type { Headers } from "../http/headers.js";
import type { Exchange, ResponseMessage } from "../policy/exchange.js";
import type { TracedChange } from "./trace-document.js";

/** What policies may change, as it stands at one moment. */
export interface State {
  readonly method: string;
  readonly url: string;
  readonly backend: string | null;
  readonly requestHeaders: ReadonlyMap<string, Entry>;
  readonly requestBody: unknown;
  readonly response: ResponseMessage;
  readonly status: string;
  readonly responseHeaders: ReadonlyMap<string, Entry>;
  readonly responseBody: unknown;
  readonly variables: ReadonlyMap<string, unknown>;
}

interface Entry {
  readonly name: string;
  readonly value: string;
}

/** The state of a request. Bodies are told apart by what they are, not read. */
export function stateOf({ request, response, target, variables }: Exchange): State {
  return {
    method: request.method,
    url: request.url.toString(),
    backend: target.memberId ?? target.backendId ?? target.baseUrl?.toString() ?? null,
    requestHeaders: byName(request.headers),
    requestBody: request.body.isBuffered ? request.body.bytes : request.body,
    response,
    status: `${response.status} ${response.reason}`,
    responseHeaders: byName(response.headers),
    responseBody: response.body.isBuffered ? response.body.bytes : response.body,
    variables: new Map(variables),
  };
}

function byName(headers: Headers): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [name, values] of headers.byName()) entries.set(name.toLowerCase(), { name, value: values.join(", ") });
  return entries;
}

/** How texts of changes are shown. */
export interface ChangeTexts {
  header(name: string, value: string): string;
  text(text: string): string;
  value(value: unknown): string | null;
  body(body: unknown): string | null;
}

/**
 * What is different between two moments.
 * @param isNewAnswer true: another response stands there, of which only the headers and the status that are new count
 */
export function changesBetween(before: State, after: State, texts: ChangeTexts): TracedChange[] {
  const changes: TracedChange[] = [];
  const add = (what: TracedChange["what"], name: string | null, from: string | null, to: string | null): void =>
    void changes.push({ what, name, before: from, after: to });
  if (before.method !== after.method) add("method", null, texts.text(before.method), texts.text(after.method));
  if (before.url !== after.url) add("url", null, texts.text(before.url), texts.text(after.url));
  if (before.backend !== after.backend)
    add("backend", null, before.backend && texts.text(before.backend), after.backend && texts.text(after.backend));
  headerChanges("request-header", before.requestHeaders, after.requestHeaders, texts, add);
  if (isOther(before.requestBody, after.requestBody))
    add("body", "request", texts.body(before.requestBody), texts.body(after.requestBody));
  if (before.status !== after.status) add("status", null, texts.text(before.status), texts.text(after.status));
  headerChanges("response-header", before.responseHeaders, after.responseHeaders, texts, add);
  if (isOther(before.responseBody, after.responseBody))
    add("body", "response", texts.body(before.responseBody), texts.body(after.responseBody));
  for (const [name, value] of after.variables)
    if (!before.variables.has(name) || before.variables.get(name) !== value)
      add(
        "variable",
        texts.text(name),
        before.variables.has(name) ? texts.value(before.variables.get(name)) : null,
        texts.value(value),
      );
  for (const [name, value] of before.variables)
    if (!after.variables.has(name)) add("variable", texts.text(name), texts.value(value), null);
  return changes;
}

function headerChanges(
  what: "request-header" | "response-header",
  before: State["requestHeaders"],
  after: State["requestHeaders"],
  texts: ChangeTexts,
  add: (what: TracedChange["what"], name: string | null, from: string | null, to: string | null) => void,
): void {
  for (const [key, { name, value }] of after) {
    const old = before.get(key);
    if (old?.value === value) continue;
    add(what, texts.text(name), old === undefined ? null : texts.header(name, old.value), texts.header(name, value));
  }
  for (const [key, { name, value }] of before) if (!after.has(key)) add(what, texts.text(name), texts.header(name, value), null);
}

/** A stream that was read is the same body. */
function isOther(before: unknown, after: unknown): boolean {
  const isRead = before !== null && !(before instanceof Uint8Array);
  if (before === after) return false;
  return (
    !(isRead && after instanceof Uint8Array) &&
    !(before instanceof Uint8Array && after instanceof Uint8Array && Buffer.compare(before, after) === 0)
  );
}
