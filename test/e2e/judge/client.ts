import { createHash } from "node:crypto";
import { connect } from "node:net";

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method?: string;
  readonly path: string;
  readonly version?: "1.0" | "1.1";
  /** In order; several of one name as a list. `Host` is added unless it is there, and `Content-Length` where there is a body. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
  /** Sent in these chunks, instead of a body. */
  readonly chunks?: readonly string[];
  readonly trailers?: Readonly<Record<string, string>>;
}

/** An answer with all that its caller could notice. */
export interface WireResponse {
  readonly status: number;
  /** The first value of a header, or null. */
  header(name: string): string | null;
  readonly text: string;
  /** All of it as text that can be compared: interim answers, head in order, body, trailers, and how it ended. Only `Date` is left out. */
  readonly record: string;
}

/** Sends a request on a connection of its own and reads one answer. */
export function send(port: number, request: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const reader = new AnswerReader(request.method === "HEAD");
    const finish = (ended: string): void => {
      socket.removeAllListeners().on("error", () => {});
      socket.destroy();
      resolve(reader.response(ended));
    };
    socket.on("connect", () => {
      for (const part of wireForm(port, request)) socket.write(part);
    });
    socket.on("data", (chunk) => {
      if (reader.take(chunk)) finish("complete");
    });
    socket.on("end", () => finish(reader.isUntilEnd ? "complete by the connection's end" : "cut"));
    socket.on("error", (error) => (reader.hasBegun ? finish("cut") : reject(error)));
  });
}

function* wireForm(port: number, request: WireRequest): Iterable<string | Uint8Array> {
  const { method = "GET", path, version = "1.1", headers = {}, body, chunks, trailers = {} } = request;
  const lines = [`${method} ${path} HTTP/${version}`];
  if (!("Host" in headers)) lines.push(`Host: 127.0.0.1:${port}`);
  for (const [name, value] of Object.entries(headers))
    for (const one of typeof value === "string" ? [value] : value) lines.push(`${name}: ${one}`);
  if (body !== undefined) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  if (chunks !== undefined) lines.push("Transfer-Encoding: chunked");
  yield `${lines.join("\r\n")}\r\n\r\n`;
  if (body !== undefined) yield body;
  if (chunks === undefined) return;
  for (const chunk of chunks) yield `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`;
  yield `0\r\n${Object.entries(trailers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
}

/** Reads answers as RFC 9112 frames them. */
class AnswerReader {
  hasBegun = false;
  isUntilEnd = false;
  private rest: Buffer = Buffer.alloc(0);
  private readonly interim: string[] = [];
  private head: readonly string[] | null = null;
  private length: number | null = null;
  private isChunked = false;
  private readonly body: Buffer[] = [];
  private trailers = "";

  constructor(private readonly isHead: boolean) {}

  /** @returns true once the answer is complete */
  take(chunk: Buffer): boolean {
    this.hasBegun = true;
    this.rest = Buffer.concat([this.rest, chunk]);
    while (this.head === null) {
      const end = this.rest.indexOf("\r\n\r\n");
      if (end < 0) return false;
      const lines = this.rest.subarray(0, end).toString("latin1").split("\r\n");
      this.rest = this.rest.subarray(end + 4);
      if (/^HTTP\/1\.1 1(?!01)\d\d/.test(lines[0]!)) this.interim.push(`${lines.join("\n")}\n\n`);
      else this.begin(lines);
    }
    return this.isChunked ? this.takeChunks() : this.takeBytes();
  }

  response(ended: string): WireResponse {
    const head = this.head ?? [];
    const bytes = Buffer.concat(this.body);
    const text = bytes.toString("latin1");
    const isShort = bytes.length <= 2000 && !/[^\t\r\n\x20-\x7e\x80-\xff]/.test(text);
    const shown = isShort ? text : `${bytes.length} bytes, SHA-256 ${createHash("sha256").update(bytes).digest("hex")}`;
    const lines = head.map((line) => (/^date:/i.test(line) ? line.replace(/:.*/, ": …") : line));
    return {
      status: Number(head[0]?.split(" ")[1] ?? 0),
      header: (name) => this.header(name),
      text: bytes.toString(),
      record: `${this.interim.join("")}${lines.join("\n")}\n\n${shown}\n${this.trailers}[${ended}]`,
    };
  }

  private header(name: string): string | null {
    const start = `${name.toLowerCase()}:`;
    const line = this.head?.find((one) => one.toLowerCase().startsWith(start));
    return line === undefined ? null : line.slice(start.length).trim();
  }

  private begin(lines: readonly string[]): void {
    this.head = lines;
    const status = Number(lines[0]!.split(" ")[1]);
    this.isChunked = /chunked/i.test(this.header("transfer-encoding") ?? "");
    const length = this.header("content-length");
    if (this.isHead || status === 204 || status === 304) {
      this.isChunked = false;
      this.length = 0;
    } else if (length !== null) this.length = Number(length);
    else this.isUntilEnd = !this.isChunked;
  }

  private takeBytes(): boolean {
    this.body.push(this.rest);
    this.rest = Buffer.alloc(0);
    return this.length !== null && this.body.reduce((sum, one) => sum + one.length, 0) >= this.length;
  }

  private takeChunks(): boolean {
    for (;;) {
      const line = this.rest.indexOf("\r\n");
      if (line < 0) return false;
      const size = Number.parseInt(this.rest.subarray(0, line).toString(), 16);
      if (size === 0) {
        const end = this.rest.indexOf("\r\n\r\n", line);
        if (end < 0) return false;
        this.trailers = this.rest
          .subarray(line + 2, end + 2)
          .toString("latin1")
          .replaceAll("\r\n", "\n");
        return true;
      }
      if (this.rest.length < line + 2 + size + 2) return false;
      this.body.push(this.rest.subarray(line + 2, line + 2 + size));
      this.rest = this.rest.subarray(line + 2 + size + 2);
    }
  }
}
