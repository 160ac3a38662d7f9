import { Headers } from "../http/headers.js";
import type { Body } from "../http/message.js";
import { type IncomingResponse, type OutgoingRequest, TransportError } from "../http/transport.js";
import { type Clock, wait } from "../time/clock.js";
import type { FakeEvent, FakeRule, ReplyTools, RuleReply } from "./fake-rule.js";
import { converse } from "./fake-socket.js";

/** Answers a call as a rule says. @param used how often the rule was used before. @throws TransportError where the rule fails */
export async function replyTo(
  rule: FakeRule,
  used: number,
  request: OutgoingRequest,
  { clock, messages }: ReplyTools,
): Promise<IncomingResponse> {
  if (rule.fail !== undefined) return failed(rule.fail, request, clock);
  const answer = replyOf(rule, used);
  const { status = 200, reason, headers, body, delay = 0, conversation } = answer;
  if (delay > request.timeout) return failed("timeout", request, clock);
  if (delay > 0) await passing(clock, delay, request.signal);
  if (conversation !== undefined) return converse(conversation, answer, request, { clock, messages });
  const list = new Headers(headers);
  const isJson = body !== undefined && body !== null && typeof body === "object" && !(body instanceof Uint8Array);
  if (isJson && !list.has("Content-Type")) list.append("Content-Type", "application/json");
  const hasBody = request.method !== "HEAD" && status !== 204 && status !== 304;
  return { status, reason: reason ?? "", headers: list, body: hasBody ? bodyOf(answer, list, clock, request.signal) : null };
}

/** A call that gets no answer. */
export async function failed(how: NonNullable<FakeRule["fail"]>, request: OutgoingRequest, clock: Clock): Promise<never> {
  if (how === "refused") throw new TransportError("connection", "connect ECONNREFUSED");
  if (how === "reset") throw new TransportError("connection", "read ECONNRESET");
  await passing(clock, request.timeout, request.signal);
  throw new TransportError("timeout", `No answer within ${request.timeout / 1000} seconds.`);
}

/** The reply to the n-th use of a rule. */
function replyOf({ reply }: FakeRule, used: number): RuleReply {
  if (reply === undefined) return {};
  return Array.isArray(reply) ? ((reply as readonly RuleReply[])[Math.min(used, reply.length - 1)] ?? {}) : (reply as RuleReply);
}

type Parts = NonNullable<RuleReply["chunks"]>;

function bodyOf({ body, chunks, events, breaks = false }: RuleReply, headers: Headers, clock: Clock, signal: AbortSignal): Body {
  if (events !== undefined && !headers.has("Content-Type")) headers.append("Content-Type", "text/event-stream");
  const parts: Parts | null = chunks ?? events?.map(eventPart) ?? (breaks ? [bodyBytes(body)] : null);
  return parts === null ? bodyBytes(body) : streamed(parts, breaks, clock, signal);
}

/** An event as the HTML standard has it on the wire (server-sent events, "parsing an event stream"). */
function eventPart(written: string | FakeEvent): Parts[number] {
  const { after = 0, comment, event, id, retry, data } = typeof written === "string" ? { data: written } : written;
  const lines = (name: string, text: unknown): string[] =>
    text === undefined
      ? []
      : (typeof text === "string" ? text : JSON.stringify(text)).split(/\r\n|\r|\n/).map((line) => `${name}: ${line}\n`);
  const all = [lines("", comment), lines("event", event), lines("id", id), lines("retry", retry), lines("data", data)];
  return { after, data: `${all.flat().join("")}\n` };
}

async function* streamed(parts: Parts, breaks: boolean, clock: Clock, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const isTimed = typeof part === "object" && !(part instanceof Uint8Array);
    if (isTimed && part.after > 0) await passing(clock, part.after, signal);
    yield bodyBytes(isTimed ? part.data : part);
  }
  if (breaks) throw new TransportError("connection", "read ECONNRESET");
}

/** Waits as a backend does that takes its time. @throws TransportError once nobody waits any more */
export async function passing(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
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
