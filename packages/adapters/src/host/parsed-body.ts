import { type Body, type Headers, type MessageBody, PolicyError } from "@turnpike/core";
import { BodyLoss } from "./body-loss.js";
import { formBytes, formFields } from "./form-body.js";
import { jsonBytes } from "./json-body.js";

/** A request whose body a parser of the host's has read. */
export interface ParsedRequest {
  body?: unknown;
  /** The body's bytes, where the host has kept them: as they came, or unpacked. */
  readonly rawBody?: unknown;
  readonly headers: {
    readonly "content-type"?: string | undefined;
    readonly "content-length"?: string | undefined;
    readonly "content-encoding"?: string | undefined;
  };
}

/** The header fields that say what a body's bytes are. */
const DESCRIBING = ["Content-Type", "Content-Encoding", "Content-Length"] as const;

type Description = Readonly<Record<(typeof DESCRIBING)[number], string | null>>;

/**
 * A body that the host has parsed: the bytes that it kept, or else written anew where that loses nothing, with headers that fit either. Where
 * something would be lost, reading it is an error that says what to configure. The host's own handler gets what it has parsed, and that is
 * parsed again only if a policy changed it.
 */
export class ParsedBody implements AsyncIterable<Uint8Array> {
  private readonly given: Uint8Array | BodyLoss;
  private readonly isAsSent: boolean;
  private readonly isText: boolean;
  private before: Description | null = null;
  private after: Description | null = null;

  constructor(private readonly request: ParsedRequest) {
    const kept = keptBytes(request);
    this.isAsSent = kept !== null && isAsSent(kept, request);
    this.isText = kept === null;
    this.given = kept ?? writtenAnew(request);
  }

  /** Brings headers into step with the bytes. */
  describe(headers: Headers): void {
    if (this.isAsSent || this.given instanceof BodyLoss) return;
    this.before = descriptionOf(headers);
    if (this.isText && this.before["Content-Type"] !== null) headers.set("Content-Type", inUtf8(this.before["Content-Type"]));
    headers.delete("Content-Encoding");
    headers.delete("Transfer-Encoding");
    headers.set("Content-Length", String(this.given.length));
    this.after = descriptionOf(headers);
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (this.given instanceof BodyLoss) throw unwritable(this.given);
    yield this.given;
  }

  /**
   * Puts a changed body on the request, parsed as its content type says.
   * @param headers as policies left them; those of an unchanged body become what the caller sent
   * @returns the bytes, or null if nothing changed
   */
  settle(body: MessageBody, headers: Headers): Uint8Array | null {
    const left: Body = body.release();
    if (left === this || (left !== null && left === this.given)) {
      this.restore(headers);
      return null;
    }
    const bytes = left instanceof Uint8Array ? left : new Uint8Array(0);
    this.request.body = parsed(bytes, headers.get("content-type") ?? "", this.request.body);
    return bytes;
  }

  private restore(headers: Headers): void {
    const { before, after } = this;
    if (before === null || after === null) return;
    for (const name of DESCRIBING) {
      if (before[name] === after[name] || headers.get(name) !== after[name]) continue;
      if (before[name] === null) headers.delete(name);
      else headers.set(name, before[name]);
    }
  }
}

/** For `verify` of Express's body parsers: keeps a body's bytes as `request.rawBody`, so that they go on as they came. */
export function keepRawBody(request: object, _response: object, bytes: Uint8Array): void {
  Object.assign(request, { rawBody: bytes });
}

function descriptionOf(headers: Headers): Description {
  const [type, encoding, length] = DESCRIBING.map((name) => headers.get(name));
  return { "Content-Type": type!, "Content-Encoding": encoding!, "Content-Length": length! };
}

function keptBytes({ body, rawBody }: ParsedRequest): Uint8Array | null {
  return rawBody instanceof Uint8Array ? rawBody : body instanceof Uint8Array ? body : null;
}

/** Are kept bytes those that came? Parsers unpack them before they show them to anyone, but a host may have kept them itself. */
function isAsSent(bytes: Uint8Array, { headers }: ParsedRequest): boolean {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return true;
  if (headers["content-length"] !== undefined) return Number(headers["content-length"]) === bytes.length;
  return encoding.includes("gzip") && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function writtenAnew(request: ParsedRequest): Uint8Array | BodyLoss {
  const { body, headers } = request;
  if (headers["content-length"] === "0") return new Uint8Array(0);
  const contentType = headers["content-type"] ?? "";
  const type = mediaType(contentType);
  const length = sentLength(request);
  if (isJson(type)) return jsonBytes(body, length);
  if (typeof body === "string") return body.includes("\ufffd") ? new BodyLoss("bytes that are no text") : Buffer.from(body);
  if (type === FORM) return formBytes(body);
  return new BodyLoss(`a body of type "${type}", which cannot be written from what was parsed`);
}

/** How many bytes of UTF-8 came; null where the headers do not tell. */
function sentLength({ headers }: ParsedRequest): number | null {
  const { "content-length": length, "content-encoding": encoding = "identity" } = headers;
  if (length === undefined || !/^(?:identity)?$/i.test(encoding.trim())) return null;
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers["content-type"] ?? "")?.[1] ?? "utf-8";
  return /^utf-?8$/i.test(charset) ? Number(length) : null;
}

function unwritable({ what }: BodyLoss): PolicyError {
  const message = `The request's body was parsed in front of the gateway, and writing it anew could lose something: ${what}. Mount the gateway before the parser, or keep the bytes: verify: keepRawBody.`;
  return new PolicyError({ reason: "RequestBodyNotKept", message, status: 500, bodyMessage: message });
}

function parsed(bytes: Uint8Array, contentType: string, before: unknown): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (before instanceof Uint8Array) return buffer;
  if (typeof before === "string") return buffer.toString();
  const type = mediaType(contentType);
  if (isJson(type)) return bytes.length === 0 ? {} : JSON.parse(buffer.toString());
  return type === FORM ? formFields(buffer.toString()) : buffer;
}

const FORM = "application/x-www-form-urlencoded";

const mediaType = (contentType: string): string => contentType.split(";")[0]!.trim().toLowerCase();

const isJson = (type: string): boolean => type === "application/json" || type.endsWith("+json");

/** A content type whose charset, if it names one, is the one that bodies are written in. */
const inUtf8 = (contentType: string): string => contentType.replace(/(;\s*charset\s*=\s*)("?)[^\s";]+\2/i, "$1utf-8");
