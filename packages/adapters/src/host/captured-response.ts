import type { ServerResponse } from "node:http";
import { type GatewayResponse, MessageBody, type ResponseMessage, TransportError } from "@turnpike/core";
import { pourBodyInto } from "../wire/pour.js";
import { trailerPairs } from "../wire/write.js";
import { HeldBody } from "./held-body.js";
import { loosen } from "./loosen.js";
import { dropStaleTag, isChanged, putHead, readHeaders, reasonOf, takeHead } from "./response-head.js";

/** The response's own methods, which have too many shapes to be worth telling apart. */
const METHODS = ["writeHead", "write", "end", "flushHeaders", "addTrailers"] as const;
type Originals = Readonly<Record<(typeof METHODS)[number], (...given: unknown[]) => unknown>>;
type Callback = (error?: Error | null) => void;

/**
 * The response that an application makes, held back until policies have seen it. The application writes as ever; when it begins to, the
 * response is there for policies, its body as a stream (or as bytes, if it came in one piece). Once policies are done, a body that they
 * left alone goes straight through to the connection.
 */
export class CapturedResponse {
  /** Resolves when the application begins to answer; rejects if the caller is gone before, or by {@link fail}. */
  readonly answered: Promise<ResponseMessage>;
  private resolve: (response: ResponseMessage) => void = () => undefined;
  private reject: (error: Error) => void = () => undefined;
  /** open: nothing answered. held: policies at work. over: the application writes to the connection itself, or its body is not wanted. */
  private phase: "open" | "held" | "over" = "open";
  /** implied: the application began with its body. written: it wrote the head by itself. */
  private head: "open" | "implied" | "written" = "open";
  private isEnded = false;
  private isDropped = false;
  private wantsFlush = false;
  private hasTrailers = false;
  private held: HeldBody | null = null;
  private original: MessageBody | null = null;
  private tag: string | null = null;
  private readonly originals: Originals;

  constructor(private readonly outgoing: ServerResponse) {
    const { writeHead, write, end, flushHeaders, addTrailers } = outgoing as unknown as Originals;
    this.originals = { writeHead, write, end, flushHeaders, addTrailers };
    this.answered = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits for it may not do so yet, or never.
    this.answered.catch(() => undefined);
    this.install();
    outgoing.once("close", () => {
      if (!outgoing.writableFinished) this.fail(new TransportError("aborted", "The client closed the connection."));
    });
  }

  /** True until the application has begun to answer. */
  get isOpen(): boolean {
    return this.phase === "open";
  }

  /** Ends the wait for the application's answer: it has failed instead. What it writes from now on is not wanted. */
  fail(error: Error): void {
    this.reject(error);
    this.held?.fail(error);
  }

  /** Sends the answer as policies left it. Resolves when all of it is handed over. */
  async send(response: GatewayResponse): Promise<void> {
    const { outgoing, originals, held, original } = this;
    this.phase = "over";
    Reflect.deleteProperty(outgoing, "headersSent");
    Reflect.deleteProperty(outgoing, "writableEnded");
    if (original !== null) dropStaleTag(response, original, this.tag);
    const { status, body } = response;
    const isBodyAllowed = outgoing.req.method !== "HEAD" && status !== 204 && status !== 304 && status >= 200;
    if (outgoing.destroyed) return this.drop();
    const isOwn = original !== null && !isChanged(original, body);
    // One who writes the head alone, and the body afterwards, has it sent in chunks by node:http; and only behind chunks can trailers come.
    const isChunked = isOwn && (this.head === "written" || this.hasTrailers || outgoing.hasHeader("trailer"));
    putHead(outgoing, response, !isBodyAllowed ? "none" : isOwn ? "host" : "length");
    // Otherwise node:http writes the head with the body, as it would have for the application.
    if (!isOwn || isChunked) originals.writeHead.call(outgoing, status, outgoing.statusMessage);
    if (held !== null && body === held) {
      if (this.wantsFlush || response.headers.get("content-type")?.startsWith("text/event-stream") === true)
        originals.flushHeaders.call(outgoing);
      const canTakeMore = held.pourInto((chunk, done) => originals.write.call(outgoing, chunk, done) as boolean);
      if (this.isEnded) originals.end.call(outgoing);
      else if (canTakeMore && held.wantsDrain) outgoing.emit("drain");
      return this.restore();
    }
    // What is the application's own and no stream came in one piece, with its end.
    if (!isOwn) this.drop();
    if (body === null || body instanceof Uint8Array) {
      originals.end.call(outgoing, ...(body === null ? [] : [body]));
      if (isOwn) this.restore();
    } else
      await pourBodyInto(
        outgoing,
        body,
        {
          write: (chunk) => originals.write.call(outgoing, chunk) as boolean,
          end: () => originals.end.call(outgoing),
        },
        (trailers) => outgoing.addTrailers(trailerPairs(trailers)),
      );
  }

  private drop(): void {
    this.isDropped = true;
    this.held?.drop();
  }

  /** Takes the wrappers off where nobody has wrapped them in turn. */
  private restore(): void {
    const { outgoing, originals, wrappers } = this;
    for (const name of METHODS) if (outgoing[name] === wrappers[name]) Object.assign(outgoing, { [name]: originals[name] });
  }

  private install(): void {
    const { outgoing } = this;
    loosen(outgoing, "sendDate");
    Object.assign(outgoing, this.wrappers);
    const define = (name: string, get: () => boolean): void =>
      void Object.defineProperty(outgoing, name, { get, configurable: true, enumerable: true });
    define("headersSent", () => this.head !== "open" || this.phase === "held");
    define("writableEnded", () => this.isEnded);
  }

  /** The application has begun to write: its response is what policies get to see. */
  private answer(body: MessageBody): void {
    const { outgoing } = this;
    if (this.head === "open") {
      this.head = "implied";
      // node:http would write the head now: those that have wrapped writeHead, as sessions and compression do, count on that.
      if (outgoing.writeHead !== this.wrappers.writeHead) outgoing.writeHead(outgoing.statusCode);
    }
    this.phase = "held";
    const headers = readHeaders(outgoing);
    this.tag = headers.get("etag");
    this.original = body;
    this.resolve({ status: outgoing.statusCode, reason: reasonOf(outgoing), headers, body });
  }

  private stream(): HeldBody {
    this.held ??= new HeldBody(this.outgoing.writableHighWaterMark, () => this.outgoing.emit("drain"));
    return this.held;
  }

  private readonly wrappers = {
    writeHead: (status: number, ...more: unknown[]): ServerResponse => {
      if (this.phase === "over" && !this.isDropped)
        return Reflect.apply(this.originals.writeHead, this.outgoing, [status, ...more]) as ServerResponse;
      if (this.head === "written" || this.phase !== "open") throw headersSent();
      takeHead(this.outgoing, status, more);
      if (this.head === "open") this.head = "written";
      return this.outgoing;
    },
    addTrailers: (trailers: unknown): void => {
      this.hasTrailers = true;
      this.originals.addTrailers.call(this.outgoing, trailers);
    },
    flushHeaders: (): void => {
      if (this.phase === "over") {
        if (!this.isDropped) this.originals.flushHeaders.call(this.outgoing);
        return;
      }
      this.wantsFlush = true;
      if (this.phase === "open") this.answer(new MessageBody(this.stream()));
    },
    write: (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
      if (this.phase === "over" && !this.isDropped)
        return Reflect.apply(this.originals.write, this.outgoing, [chunk, encoding, callback]) as boolean;
      const done = (typeof encoding === "function" ? encoding : callback) as Callback | undefined;
      const bytes = toBytes(chunk, encoding);
      if (this.isDropped || this.isEnded) {
        if (done !== undefined) process.nextTick(done);
        return true;
      }
      if (this.phase === "open") this.answer(new MessageBody(this.stream()));
      // A body that came in one piece has no stream behind it, and its writer has ended.
      return this.stream().push(bytes, done);
    },
    end: (chunk?: unknown, encoding?: unknown, callback?: unknown): ServerResponse => {
      const { outgoing } = this;
      if (this.phase === "over" && !this.isDropped)
        return Reflect.apply(this.originals.end, outgoing, [chunk, encoding, callback]) as ServerResponse;
      const done = [chunk, encoding, callback].find((argument) => typeof argument === "function") as (() => void) | undefined;
      const hasData = chunk !== undefined && chunk !== null && typeof chunk !== "function";
      const bytes = hasData ? toBytes(chunk, encoding) : null;
      if (done !== undefined) outgoing.once("finish", done);
      if (this.isEnded) return outgoing;
      this.isEnded = true;
      if (this.isDropped) return outgoing;
      if (this.phase === "open") this.answer(new MessageBody(bytes));
      else {
        if (bytes !== null) this.stream().push(bytes, undefined);
        this.stream().end();
      }
      return outgoing;
    },
  };
}

function toBytes(chunk: unknown, encoding: unknown): Uint8Array {
  if (typeof chunk === "string") return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  if (chunk instanceof Uint8Array) return chunk;
  throw Object.assign(new TypeError('The "chunk" argument must be of type string or an instance of Buffer or Uint8Array.'), {
    code: "ERR_INVALID_ARG_TYPE",
  });
}

function headersSent(): Error {
  return Object.assign(new Error("Cannot write headers after they are sent to the client"), { code: "ERR_HTTP_HEADERS_SENT" });
}
