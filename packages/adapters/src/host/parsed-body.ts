import type { Body, MessageBody } from "@turnpike/core";

/** A request whose body a parser of the host's has read. */
export interface ParsedRequest {
  body?: unknown;
  readonly rawBody?: unknown;
  readonly headers: { readonly "content-type"?: string | undefined };
}

/** A body that the host has parsed: turned back into bytes only if a policy reads it, and parsed again only if a policy changed it. */
export class ParsedBody implements AsyncIterable<Uint8Array> {
  private given: Uint8Array | null = null;

  constructor(private readonly request: ParsedRequest) {}

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.given = bytesOf(this.request);
    yield this.given;
  }

  /**
   * Puts a changed body on the request, parsed as its content type says.
   * @param contentType as policies left it
   * @returns the bytes, or null if nothing changed
   */
  settle(body: MessageBody, contentType: string): Uint8Array | null {
    const left: Body = body.release();
    if (left === this || (left !== null && left === this.given)) return null;
    const bytes = left instanceof Uint8Array ? left : new Uint8Array(0);
    this.request.body = parsed(bytes, contentType, this.request.body);
    return bytes;
  }
}

function bytesOf(request: ParsedRequest): Uint8Array {
  const { body, rawBody } = request;
  if (rawBody instanceof Uint8Array) return rawBody;
  if (body instanceof Uint8Array) return body;
  if (typeof body === "string") return Buffer.from(body);
  const type = mediaType(request.headers["content-type"] ?? "");
  if (isJson(type)) return Buffer.from(JSON.stringify(body));
  if (type === "application/x-www-form-urlencoded") {
    const pairs = new URLSearchParams();
    addPairs(pairs, "", body, 0);
    return Buffer.from(pairs.toString());
  }
  throw new Error(
    `The host has parsed a body of type "${type}", which cannot be turned back into bytes. Mount the gateway before the parser, or keep rawBody.`,
  );
}

function parsed(bytes: Uint8Array, contentType: string, before: unknown): unknown {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (before instanceof Uint8Array) return buffer;
  if (typeof before === "string") return buffer.toString();
  const type = mediaType(contentType);
  if (isJson(type)) return bytes.length === 0 ? {} : JSON.parse(buffer.toString());
  if (type !== "application/x-www-form-urlencoded") return buffer;
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (const [name, value] of new URLSearchParams(buffer.toString())) {
    const known = fields[name];
    fields[name] = known === undefined ? value : [...(Array.isArray(known) ? known : [known]), value];
  }
  return fields;
}

const mediaType = (contentType: string): string => contentType.split(";")[0]!.trim().toLowerCase();

const isJson = (type: string): boolean => type === "application/json" || type.endsWith("+json");

/** Form fields with brackets for what is nested, as the parsers of forms read them. */
function addPairs(pairs: URLSearchParams, name: string, value: unknown, depth: number): void {
  if (typeof value !== "object" || value === null) return void (name === "" || pairs.append(name, String(value ?? "")));
  if (depth > 32) return;
  for (const [key, one] of Object.entries(value)) addPairs(pairs, name === "" ? key : `${name}[${key}]`, one, depth + 1);
}
