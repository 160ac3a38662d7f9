import type { Gateway } from "@turnpike/core";
import type { Refusal } from "./guard.js";
import type { SentAnswer, SentRequest } from "./messages.js";

/** Milliseconds that a request of the console's may take. */
const LONGEST = 60_000;
/** Bytes of an answer that are read. */
const LARGEST_ANSWER = 16 * 1024 * 1024;
const MOST_HEADERS = 200;

const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

/** A request as the page sends it; a refusal if it is none. */
export function readSentRequest(data: unknown): SentRequest | Refusal {
  const invalid = (what: string): Refusal => ({ status: 400, message: `Invalid request: ${what}.` });
  if (typeof data !== "object" || data === null) return invalid("expected a JSON object");
  const { method, url, headers = [], body = null, subscription = null, token = null } = data as Record<string, unknown>;
  if (!isText(method) || !/^[!#$%&'*+.^_`|~\w-]{1,40}$/.test(method)) return invalid("expected a method");
  if (!isText(url) || !/^https?:/i.test(url) || !URL.canParse(url) || url.length > 16_384)
    return invalid("expected an absolute URL with http or https");
  if (!Array.isArray(headers) || headers.length > MOST_HEADERS || !headers.every(isHeader))
    return invalid("expected headers as pairs of a name and a value");
  if (!isTextOrNull(body) || !isTextOrNull(subscription) || !isTextOrNull(token))
    return invalid("expected texts, or null, as body, subscription and token");
  return { method, url, headers, body, subscription, token };
}

function isHeader(pair: unknown): pair is readonly [string, string] {
  return (
    Array.isArray(pair) &&
    pair.length === 2 &&
    isText(pair[0]) &&
    /^[!#$%&'*+.^_`|~\w-]{1,200}$/.test(pair[0]) &&
    isText(pair[1]) &&
    pair[1].length <= 16_384 &&
    !/[\r\n\0]/.test(pair[1])
  );
}

/** What keys and tokens are taken from. */
export interface Credentials {
  /** The name of the header for an API's key, by the request's address. */
  readonly keyHeader: string;
  readonly tokens: ReadonlyMap<string, () => string | Promise<string>>;
  readonly ipAddress: string;
}

/** Sends a request through the gateway, traced, and reads its answer away: the list of requests has it then. */
export async function sendRequest(
  gateway: Gateway,
  { method, url, headers, body, subscription, token }: SentRequest,
  { keyHeader, tokens, ipAddress }: Credentials,
): Promise<SentAnswer | Refusal> {
  const sent: [string, string][] = headers.map(([name, value]) => [name, value]);
  const put = (name: string, value: string): void => {
    const others = sent.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
    sent.splice(0, sent.length, ...others, [name, value]);
  };
  if (subscription !== null) {
    const known = gateway.configuration.subscriptions.get(subscription);
    if (known === undefined) return { status: 400, message: `There is no subscription '${subscription}'.` };
    put(keyHeader, known.primaryKey);
  }
  if (token !== null) {
    const make = tokens.get(token);
    if (make === undefined) return { status: 400, message: `There is no token '${token}'.` };
    put("Authorization", `Bearer ${await make()}`);
  }
  const bytes = body === null || body === "" ? null : Buffer.from(body, "utf8");
  if (bytes !== null) put("Content-Length", String(bytes.length));
  if (!sent.some(([name]) => name.toLowerCase() === "host")) put("Host", new URL(url).host);
  const limit = AbortSignal.timeout(LONGEST);
  let id = "";
  const answer = await gateway.handle(
    { method, url, headers: sent, body: bytes, ipAddress, signal: limit },
    { trace: true, onOutcome: ({ requestId }) => (id = requestId) },
  );
  if (answer.body !== null && !(answer.body instanceof Uint8Array)) {
    let length = 0;
    for await (const chunk of answer.body) if ((length += chunk.length) > LARGEST_ANSWER || limit.aborted) break;
  }
  return { id: answer.trace?.id ?? id, status: answer.status };
}
