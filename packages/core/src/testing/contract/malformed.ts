import { same } from "./cases.js";
import type { ContractUpstream } from "./upstream.js";
import { sendText } from "./wire.js";

/** A request that two servers may read differently, or that no client writes: it is refused, and the backend hears nothing of it. */
export interface MalformedCase {
  readonly name: string;
  readonly text: string;
  readonly status: number;
}

const get = (lines: string, target = "/plain/text", version = "HTTP/1.1"): string => `GET ${target} ${version}\n${lines}\n\n`;
const post = (lines: string, body: string): string => `POST /plain/echo HTTP/1.1\nHost: g\n${lines}\n\n${body}`;

/** Line ends are written as `\n` and sent as CRLF; `\v` stands for a bare LF. */
export const malformedCases: readonly MalformedCase[] = (
  [
    ["two lengths", post("Content-Length: 1\nContent-Length: 2", "ab")],
    ["the same length twice", post("Content-Length: 1\nContent-Length: 1", "a")],
    ["a list of lengths", post("Content-Length: 1, 1", "a")],
    ["a length with a sign", post("Content-Length: +1", "a")],
    ["length and chunks", post("Content-Length: 4\nTransfer-Encoding: chunked", "0\n\n")],
    ["chunks and length", post("Transfer-Encoding: chunked\nContent-Length: 4", "0\n\n")],
    ["chunks that are not the last coding", post("Transfer-Encoding: chunked, gzip", "0\n\n")],
    ["a coding that only looks like chunks", post("Transfer-Encoding: xchunked", "0\n\n"), 501],
    ["another coding before chunks", post("Transfer-Encoding: gzip, chunked", "0\n\n"), 501],
    ["chunks in HTTP/1.0", "POST /plain/echo HTTP/1.0\nHost: g\nTransfer-Encoding: chunked\n\n0\n\n"],
    ["a chunk size in another notation", post("Transfer-Encoding: chunked", "0x1\na\n0\n\n")],
    ["a chunk that ends in a bare LF", post("Transfer-Encoding: chunked", "1\va\v0\v\v")],
    ["bare LFs", "GET /plain/text HTTP/1.1\vHost: g\v\v"],
    ["a bare CR", get("Host: g\nX-A: 1\rX-B: 2")],
    ["a folded line", get("Host: g\nX-A: 1\n 2")],
    ["a zero byte", get("Host: g\nX-A: a\0b")],
    ["a control character", get("Host: g\nX-A: a\x01b")],
    ["a blank before the colon", get("Host: g\nX-A : 1")],
    ["a line without colon", get("Host: g\nX-A")],
    ["a name that is none", get("Host: g\n(x): 1")],
    ["no host", get("X-A: 1")],
    ["an empty host", get("Host:")],
    ["two hosts", get("Host: g\nHost: h")],
    ["a host that is none", get("Host: g/x")],
    ["an absolute target of another host", get("Host: g", "http://h/plain/text")],
    ["a target that is none", get("Host: g", "plain/text")],
    ["dot segments behind an encoded slash", get("Host: g\nConnection: close", "/plain/a/..%2f..%2fb")],
    ["dot segments behind a backslash", get("Host: g\nConnection: close", "/plain/a\\..\\b")],
    ["encoded dot segments behind an encoded backslash", get("Host: g\nConnection: close", "/plain/%2E%2e%5Cb")],
    ["dot segments with parameters", get("Host: g\nConnection: close", "/plain/..;/b")],
    ["a fragment in the target", get("Host: g", "/plain/text#x")],
    ["a version that is none", get("Host: g", "/plain/text", "HTTP/2.0"), 505],
    ["no version", "GET /plain/text\n\n", 505],
    ["a thousand header lines", post(`${"A:\n".repeat(1000)}Transfer-Encoding: chunked`, "1\na\n0\n\n"), 431],
    ["a head that is too large", get(`Host: g\nX-A: ${"a".repeat(20_000)}`), 431],
  ] as const
).map(([name, text, status = 400]) => ({ name: `${name}: refused`, text, status }));

/** @throws Error if the request is not refused, or gets as far as the backend */
export async function checkRefused({ text, status }: MalformedCase, address: string, upstream: ContractUpstream): Promise<void> {
  const before = upstream.requests;
  const answer = await sendText(address, text.replaceAll("\n", "\r\n").replaceAll("\v", "\n"));
  same("status", answer.slice(0, 13), `HTTP/1.1 ${status} `);
  same("requests at the backend", upstream.requests - before, 0);
}
