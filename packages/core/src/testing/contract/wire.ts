import { connect } from "node:net";

/** An answer as it stood on the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  /** Lines in order, case kept. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** Lines behind the last chunk. */
  readonly trailers: readonly string[];
  /** False if the connection ended in the middle. */
  readonly isComplete: boolean;
}

/** One request as text. */
export interface WireRequest {
  readonly method?: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  /** Send the body in chunks of this many bytes. */
  readonly chunked?: number;
}

/** Sends requests one behind the other on one connection and reads as many answers. */
export async function exchange(address: string, requests: readonly WireRequest[]): Promise<WireAnswer[]> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  for (const [index, request] of requests.entries())
    socket.write(requestBytes(request, `${hostname}:${port}`, index === requests.length - 1));
  const parts: Buffer[] = [];
  try {
    for await (const chunk of socket) parts.push(chunk as Buffer);
  } catch {
    // A connection that was reset has ended as well.
  }
  let text = Buffer.concat(parts).toString("latin1");
  const answers: WireAnswer[] = [];
  for (const request of requests) {
    const parsed = parseAnswer(text, request.method === "HEAD");
    if (parsed === null) break;
    answers.push(parsed.answer);
    text = parsed.rest;
  }
  return answers;
}

/** Sends text as it is, in Latin-1, and gives back what comes until the connection ends, or until `isDone`. */
export async function sendText(address: string, text: string, isDone?: (got: string) => boolean): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  socket.write(Buffer.from(text, "latin1"));
  let got = "";
  try {
    for await (const chunk of socket) {
      got += (chunk as Buffer).toString("latin1");
      if (isDone?.(got) === true) break;
    }
  } catch {
    // A connection that was reset has ended as well.
  }
  socket.destroy();
  return got;
}

function requestBytes(request: WireRequest, host: string, isLast: boolean): Buffer {
  const { method = "GET", target, headers = [], body, chunked } = request;
  const lines = [`${method} ${target} HTTP/1.1`, `Host: ${host}`, ...(isLast ? ["Connection: close"] : []), ...headers];
  if (body === undefined) return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  const bytes = Buffer.from(body);
  if (chunked === undefined) {
    lines.push(`Content-Length: ${bytes.length}`);
    return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bytes]);
  }
  lines.push("Transfer-Encoding: chunked");
  const parts = [Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1")];
  for (let i = 0; i < bytes.length; i += chunked) {
    const part = bytes.subarray(i, i + chunked);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat([...parts, Buffer.from("0\r\n\r\n")]);
}

function parseAnswer(text: string, isHead: boolean): { answer: WireAnswer; rest: string } | null {
  const end = text.indexOf("\r\n\r\n");
  const start = /^HTTP\/1\.1 (\d{3}) ?(.*)\r\n/.exec(text);
  if (end < 0 || start === null) return null;
  const status = Number(start[1]);
  const lines = text.slice(start[0].length, end).split("\r\n");
  const headers = lines.filter((line) => line !== "").map((line): [string, string] => splitLine(line));
  const head = { status, reason: start[2]!, headers, trailers: [] as readonly string[] };
  const rest = text.slice(end + 4);
  const headerOf = (name: string): string | undefined => headers.find(([key]) => key.toLowerCase() === name)?.[1];
  if (isHead || status === 204 || status === 304) return { answer: { ...head, body: "", isComplete: true }, rest };
  if (headerOf("transfer-encoding") === "chunked") {
    const { left, ...unchunked } = unchunk(rest);
    return { answer: { ...head, ...unchunked }, rest: left };
  }
  const stated = headerOf("content-length");
  const length = stated === undefined ? rest.length : Number(stated);
  return { answer: { ...head, body: rest.slice(0, length), isComplete: rest.length >= length }, rest: rest.slice(length) };
}

function splitLine(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function unchunk(text: string): Pick<WireAnswer, "body" | "trailers" | "isComplete"> & { readonly left: string } {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const end = text.indexOf("\r\n", at);
    const length = end < 0 ? Number.NaN : Number.parseInt(text.slice(at, end), 16);
    if (!Number.isInteger(length) || end + 2 + length > text.length)
      return { body: parts.join(""), trailers: [], left: "", isComplete: false };
    if (length === 0) {
      const stop = text.indexOf("\r\n\r\n", end);
      const trailers = text.slice(end + 2, Math.max(stop, end + 2)).split("\r\n");
      return {
        body: parts.join(""),
        trailers: trailers.filter((line) => line !== ""),
        left: text.slice(stop + 4),
        isComplete: stop >= 0,
      };
    }
    parts.push(text.slice(end + 2, end + 2 + length));
    at = end + 4 + length;
  }
}
