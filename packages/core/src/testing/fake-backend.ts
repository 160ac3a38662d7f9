import { Headers } from "../http/headers.js";
import type { Body } from "../http/message.js";
import { type IncomingResponse, type OutgoingRequest, TransportError } from "../http/transport.js";
import { type Clock, wait } from "../time/clock.js";
import { mapTexts } from "./map-texts.js";

/** What a rule matches. Everything given must hold. */
export interface RuleCondition {
  readonly method?: string;
  /** The path that the backend sees, without the query. */
  readonly path?: string;
  /** The whole URL with its query: exact, or `/regex/`. */
  readonly url?: string;
  /** Header values: exact text or `/regex/`; null for absent. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** What a rule answers. */
export interface RuleReply {
  /** Default 200. */
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
  /** In place of `body`: parts that come one after the other, each after so many milliseconds of the clock. */
  readonly chunks?: readonly (string | Uint8Array | { readonly data: string | Uint8Array; readonly after: number })[];
  /** True: behind the last chunk the connection breaks. */
  readonly breaks?: boolean;
  /** In place of `body`: server-sent events, each a text or data that is sent as JSON. */
  readonly events?: readonly unknown[];
  /** Milliseconds on the clock until status and headers come. */
  readonly delay?: number;
}

/** One answer of a fake: a reply, or a failure. */
export interface FakeRule {
  readonly when?: RuleCondition;
  /** A list: one after the other, the last for all calls behind it. */
  readonly reply?: RuleReply | readonly RuleReply[];
  readonly fail?: "refused" | "reset" | "timeout";
  /** How often the rule may be used. Default: for ever. */
  readonly times?: number;
}

/** A call that a fake got. */
export interface RecordedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Something that answers calls from rules and remembers them. */
export interface FakeBackend {
  readonly calls: readonly RecordedCall[];
  /** Answers by the first rule that matches and is not used up; null if there is none. */
  answer(request: OutgoingRequest): Promise<IncomingResponse | null>;
  /** Rules with `times` that were called less often than that, as text. */
  unused(): string[];
}

/**
 * A backend made of rules. Nothing leaves the process.
 * @param rules tried in order
 * @param clock measures delays and time-outs
 * @param fill puts something in place of texts of the rules, when they are used
 */
export function fakeBackend(
  rules: readonly FakeRule[],
  clock: Clock,
  fill: (text: string) => string = (text) => text,
): FakeBackend {
  const left = rules.map((rule) => ({ rule, uses: rule.times ?? Number.POSITIVE_INFINITY, used: 0 }));
  const calls: RecordedCall[] = [];
  return {
    calls,
    async answer(request) {
      calls.push({
        method: request.method,
        url: request.url,
        headers: request.headers.clone(),
        body: await readBody(request.body),
      });
      const found = left.find(({ uses, rule }) => uses > 0 && matches(mapTexts(rule.when ?? {}, fill) as RuleCondition, request));
      if (found === undefined) return null;
      found.uses--;
      return reply(mapTexts(found.rule, fill) as FakeRule, found.used++, request, clock);
    },
    unused: () =>
      left.filter(({ rule, uses }) => rule.times !== undefined && uses > 0).map(({ rule }) => JSON.stringify(rule.when ?? {})),
  };
}

async function reply(rule: FakeRule, used: number, request: OutgoingRequest, clock: Clock): Promise<IncomingResponse> {
  if (rule.fail === "refused") throw new TransportError("connection", "connect ECONNREFUSED");
  if (rule.fail === "reset") throw new TransportError("connection", "read ECONNRESET");
  const answer = replyOf(rule, used);
  const { status = 200, reason, headers, body, delay = 0 } = answer;
  if (rule.fail === "timeout" || delay > request.timeout) {
    await passing(clock, request.timeout, request.signal);
    throw new TransportError("timeout", `No answer within ${request.timeout / 1000} seconds.`);
  }
  if (delay > 0) await passing(clock, delay, request.signal);
  const list = new Headers(headers);
  const isJson = body !== undefined && body !== null && typeof body === "object" && !(body instanceof Uint8Array);
  if (isJson && !list.has("Content-Type")) list.append("Content-Type", "application/json");
  const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
  return { status, reason: reason ?? "", headers: list, body: hasBody ? bodyOf(answer, list, clock, request.signal) : null };
}

/** The reply to the n-th use of a rule. */
function replyOf({ reply }: FakeRule, used: number): RuleReply {
  if (reply === undefined) return {};
  return Array.isArray(reply) ? ((reply as readonly RuleReply[])[Math.min(used, reply.length - 1)] ?? {}) : (reply as RuleReply);
}

function bodyOf({ body, chunks, events, breaks = false }: RuleReply, headers: Headers, clock: Clock, signal: AbortSignal): Body {
  if (events !== undefined && !headers.has("Content-Type")) headers.append("Content-Type", "text/event-stream");
  const lines = events?.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
  const parts = chunks ?? lines ?? (breaks ? [bodyBytes(body)] : null);
  return parts === null ? bodyBytes(body) : streamed(parts, breaks, clock, signal);
}

async function* streamed(
  parts: NonNullable<RuleReply["chunks"]>,
  breaks: boolean,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const isTimed = typeof part === "object" && !(part instanceof Uint8Array);
    if (isTimed && part.after > 0) await passing(clock, part.after, signal);
    yield bodyBytes(isTimed ? part.data : part);
  }
  if (breaks) throw new TransportError("connection", "read ECONNRESET");
}

/** Waits as a backend does that takes its time. @throws TransportError once nobody waits any more */
async function passing(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(clock, ms, signal);
  } catch (cause) {
    throw new TransportError("aborted", "The request was given up.", { cause });
  }
}

function bodyBytes(body: unknown): Uint8Array {
  if (body === undefined || body === null) return new Uint8Array(0);
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}

function matches(when: RuleCondition, request: OutgoingRequest): boolean {
  if (when.method !== undefined && when.method.toUpperCase() !== request.method) return false;
  if (when.path !== undefined && new URL(request.url).pathname !== when.path) return false;
  if (when.url !== undefined && !matchesText(when.url, request.url)) return false;
  return Object.entries(when.headers ?? {}).every(([name, wanted]) => {
    const value = request.headers.get(name);
    return wanted === null ? value === null : value !== null && matchesText(wanted, value);
  });
}

/** Does a text match `wanted`: exactly, or by the regular expression between slashes? */
export function matchesText(wanted: string, text: string): boolean {
  const pattern = /^\/(.+)\/$/s.exec(wanted);
  return pattern === null ? wanted === text : new RegExp(pattern[1]!).test(text);
}

/** Reads any body to its end. */
export async function readBody(body: Body): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0);
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
