import { chargeOfBytes } from "@turnpike/expressions/values";
import { MessageBody } from "../../http/body.js";
import { type Tap, tapped } from "../../http/tapped.js";
import type { Exchange, ResponseMessage } from "../../policy/exchange.js";
import { noteModelCall } from "../../policy/model-call.js";
import { PerRequest } from "../../policy/per-request.js";
import { isJson, mediaType } from "../bodies/content-type.js";
import { unpacked } from "../bodies/unpack.js";
import { type ByteSink, unpackingSink } from "../bodies/unpack-stream.js";
import { AWS_EVENTS, AwsEventReader } from "./aws-event-stream.js";
import { EventReader } from "./event-stream.js";
import type { Prompt } from "./llm-prompt.js";
import { EventUsage, TAIL, type TokenUsage, usageInTail, usageOf } from "./llm-usage.js";
import type { TokenCounter } from "./token-counter.js";

/** Longest JSON answer that is held back until it is there, so that outbound knows its usage; of a longer one the end is read as it passes. */
const MOST_WHOLE = 4 << 20;
/** Longest event stream, unpacked, that is read to its end. */
const MOST_UNPACKED = 64 << 20;

/** What came of a request to a language model. */
export interface ModelAnswer {
  /** The backend's status; null if the answer is not the backend's. */
  readonly status: number | null;
  /** Null if it does not say. */
  readonly usage: TokenUsage | null;
}

const answers = new PerRequest<AnswerReading>();

/**
 * Tells `listener` what the backend's answer used: before outbound for a JSON answer, when the stream has ended or was given up for an event
 * stream, at the end of the request where the backend has not answered. The backend is asked for an answer without compression.
 */
export function onAnswer(
  exchange: Exchange,
  prompt: Prompt,
  counter: TokenCounter,
  listener: (answer: ModelAnswer) => void,
): void {
  answers.getOrMake(exchange, () => new AnswerReading(exchange, prompt, counter)).listeners.push(listener);
}

/** The answer of one request, read once for all policies that ask. */
class AnswerReading {
  readonly listeners: ((answer: ModelAnswer) => void)[] = [];
  private isBegun = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly prompt: Prompt,
    private readonly counter: TokenCounter,
  ) {
    exchange.request.headers.set("Accept-Encoding", "identity");
    exchange.atResponse.push((answered) => this.begin(answered));
    exchange.atEnd.push((ended) => {
      if (!this.isBegun) this.tell({ status: ended.hasBackendResponse ? ended.response.status : null, usage: null });
    });
  }

  private async begin({ hasBackendResponse, response, runtime }: Exchange): Promise<void> {
    this.isBegun = true;
    if (!hasBackendResponse) return this.tell({ status: null, usage: null });
    const type = mediaType(response.headers.get("Content-Type"));
    if (type === AWS_EVENTS) return this.readEvents(response, (onData) => new AwsEventReader(onData));
    if (type === "text/event-stream" || (type === "" && this.prompt.isStreamed))
      return this.readEvents(response, (onData) => new EventReader(onData));
    const isWhole = (isJson(type) || type === "") && (await response.body.bufferWithin(MOST_WHOLE));
    if (isWhole || response.body.isBuffered)
      return this.tell({ status: response.status, usage: wholeUsage(response, runtime.bodyWork) });
    this.readTail(response);
  }

  /** @param makeReader of the events' framing */
  private async readEvents(response: ResponseMessage, makeReader: (onData: (data: string) => void) => ByteSink): Promise<void> {
    const { status, headers, body } = response;
    const usage = new EventUsage(this.counter);
    const reader = makeReader((data) => usage.add(data));
    const sink = unpackingSink(
      {
        add: (bytes) => reader.add(bytes),
        end: () => {
          void reader.end();
          this.tell({ status, usage: status >= 400 ? null : usage.usage(() => this.prompt.tokens()) });
        },
      },
      headers.get("Content-Encoding"),
      MOST_UNPACKED,
    );
    if (body.isBuffered) {
      sink.add(body.bytes ?? new Uint8Array(0));
      return sink.end();
    }
    response.body = passing(body, { chunk: (bytes) => sink.add(bytes), end: () => sink.end() });
  }

  private readTail(response: ResponseMessage): void {
    const { status, body } = response;
    let tail = Buffer.alloc(0);
    const chunk = (bytes: Uint8Array): void => {
      tail = Buffer.concat([tail, bytes]).subarray(-TAIL);
    };
    const end = (): void => this.tell({ status, usage: usageInTail(tail) });
    response.body = passing(body, { chunk, end });
  }

  private tell(answer: ModelAnswer): void {
    const { model, operation, isStreamed } = this.prompt;
    noteModelCall(this.exchange, {
      requestModel: model,
      operation,
      isStreamed,
      inputTokens: answer.usage?.prompt ?? null,
      outputTokens: answer.usage?.completion ?? null,
    });
    for (const listener of this.listeners) listener(answer);
  }
}

function passing(body: MessageBody, tap: Tap): MessageBody {
  return new MessageBody(tapped(body.release() as AsyncIterable<Uint8Array>, tap));
}

/** @param mostWork units; of an answer that takes more only the end is looked at */
function wholeUsage({ headers, body }: ResponseMessage, mostWork: number): TokenUsage | null {
  if (body.bytes === null) return null;
  try {
    const bytes = unpacked(body.bytes, headers.get("Content-Encoding"), MOST_WHOLE);
    if (bytes !== null && chargeOfBytes(bytes, mostWork) > mostWork) return usageInTail(bytes.subarray(-TAIL));
    return usageOf(bytes === null ? null : JSON.parse(Buffer.from(bytes).toString("utf8")), (name) => headers.get(name));
  } catch {
    return null;
  }
}
