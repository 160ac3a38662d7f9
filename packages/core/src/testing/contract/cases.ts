import type { WireAnswer, WireRequest } from "./wire.js";

/** One case: what goes in, and what must come out. A failure is a thrown error. */
export interface WireCase {
  readonly name: string;
  readonly request: WireRequest;
  readonly status: number;
  readonly reason?: string;
  /** Values by name; null for absent, a list for repeated lines. */
  readonly headers?: Readonly<Record<string, string | null | readonly string[]>>;
  readonly body?: string;
  readonly length?: number;
  /** Members of what the backend tells back. */
  readonly told?: Readonly<Record<string, unknown>>;
  /** Header lines that the backend must have got, as `Name: value`; with `-` in front, must not. */
  readonly toldHeaders?: readonly string[];
  /** Lines behind the last chunk. */
  readonly trailers?: readonly string[];
  readonly isCut?: boolean;
  /** True: the host keeps neither the case of names nor lines apart nor reason phrases (`fetch`), and may leave the case out. */
  readonly needsWire?: boolean;
}

const big = "x".repeat(1_500_000);

const methods: WireCase[] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => ({
  name: `${method} reaches the backend`,
  request: { method, target: "/plain/echo", ...(method === "GET" || method === "OPTIONS" ? {} : { body: "b" }) },
  status: 200,
  told: { method, url: "/echo" },
}));

const statuses: WireCase[] = [200, 201, 204, 205, 301, 302, 304, 307, 400, 401, 404, 409, 418, 429, 500, 502, 503].map(
  (status) => ({
    name: `status ${status} comes back`,
    request: { target: `/plain/status/${status}` },
    status,
    body: "",
    headers: { location: "/elsewhere" },
  }),
);

const targets: WireCase[] = [
  ["a query", "/plain/echo?a=1&b=&c", "/echo?a=1&b=&c"],
  ["a repeated parameter", "/plain/echo?a=1&a=2", "/echo?a=1&a=2"],
  ["an encoded slash", "/plain/a%2Fb", "/a%2Fb"],
  ["encoded text", "/plain/%C3%A9%20x?q=%20%26", "/%C3%A9%20x?q=%20%26"],
  ["a plus", "/plain/a+b?c+d", "/a+b?c+d"],
  ["a trailing slash", "/plain/echo/", "/echo/"],
  ["two slashes", "/plain/a//b", "/a//b"],
  ["dot segments", "/plain/a/../b", "/b"],
  ["a colon and an at", "/plain/a:b@c", "/a:b@c"],
].map(([name, target, url]) => ({
  name: `${name} arrives as it is`,
  request: { target: target! },
  status: 200,
  told: { url: url! },
}));

const requestHeaders: WireCase[] = [
  {
    name: "header lines keep their case",
    request: { target: "/plain/echo", headers: ["X-MiXed: Value"] },
    status: 200,
    toldHeaders: ["X-MiXed: Value"],
    needsWire: true,
  },
  {
    name: "repeated header lines stay apart",
    request: { target: "/plain/echo", headers: ["X-A: 1", "X-A: 2"] },
    status: 200,
    toldHeaders: ["X-A: 1", "X-A: 2"],
    needsWire: true,
  },
  {
    name: "cookies go through",
    request: { target: "/plain/echo", headers: ["Cookie: a=1; b=2"] },
    status: 200,
    toldHeaders: ["cookie: a=1; b=2"],
  },
  {
    name: "what Connection names stays here",
    request: { target: "/plain/echo", headers: ["Connection: x-hop", "X-Hop: 1", "X-Stays: 1"] },
    status: 200,
    toldHeaders: ["X-Stays: 1", "-X-Hop: 1"],
    needsWire: true,
  },
  {
    name: "an empty header value arrives",
    request: { target: "/plain/echo", headers: ["X-Empty:"] },
    status: 200,
    toldHeaders: ["x-empty: "],
  },
];

const bodies: WireCase[] = [
  ["sized", undefined],
  ["chunked", 16_000],
].flatMap(([kind, chunked]): WireCase[] =>
  [
    ["small", "hello"],
    ["of 1.5 MB", big],
  ].flatMap(([size, body]): WireCase[] =>
    ["plain", "read"].map((api) => ({
      name: `a ${kind} body ${size} arrives (${api})`,
      request: {
        method: "POST",
        target: `/${api}/echo`,
        body: body!,
        ...(chunked === undefined ? {} : { chunked: chunked as number }),
      },
      status: 200,
      told: { length: body!.length, start: body!.slice(0, 100) },
    })),
  ),
);

const answers: WireCase[] = ["plain", "read"].flatMap((api): WireCase[] => [
  { name: `an empty answer (${api})`, request: { target: `/${api}/empty` }, status: 200, body: "" },
  {
    name: `a sized answer (${api})`,
    request: { target: `/${api}/text` },
    status: 200,
    body: "hello",
    headers: { "content-type": "text/plain" },
  },
  { name: `a chunked answer (${api})`, request: { target: `/${api}/chunked` }, status: 200, body: "one,two" },
  { name: `an answer of 3 MB (${api})`, request: { target: `/${api}/large` }, status: 200, length: 3_000_000 },
  {
    name: `cookies stay apart (${api})`,
    request: { target: `/${api}/cookies` },
    status: 200,
    headers: { "set-cookie": ["a=1; Path=/", "b=2, c"] },
  },
  {
    name: `HEAD has headers and no body (${api})`,
    request: { method: "HEAD", target: `/${api}/head` },
    status: 200,
    body: "",
    headers: { etag: '"1"' },
  },
  {
    name: `an entity tag stays (${api})`,
    request: { target: `/${api}/stored` },
    status: 200,
    body: "stored",
    headers: { etag: '"1"' },
  },
]);

const others: WireCase[] = [
  {
    name: "repeated answer headers stay apart",
    request: { target: "/plain/repeated" },
    status: 200,
    headers: { "x-many": ["1", "2"] },
    needsWire: true,
  },
  { name: "the reason phrase comes back", request: { target: "/plain/reason" }, status: 200, reason: "So so", needsWire: true },
  {
    name: "the length of a HEAD answer stays",
    request: { method: "HEAD", target: "/plain/head" },
    status: 200,
    headers: { "content-length": "5" },
    needsWire: true,
  },
  {
    name: "method, path, query, headers and body change on the way in",
    request: { method: "POST", target: "/change/echo?z=9", body: "mine" },
    status: 202,
    body: "another body",
    headers: { "content-length": "12" },
  },
  {
    name: "several values of a header go out",
    request: { target: "/change/text" },
    status: 202,
    headers: { "x-out": ["1", "2"] },
    needsWire: true,
  },
  {
    name: "a policy answers",
    request: { target: "/answer/x" },
    status: 418,
    body: "short",
    headers: { "x-from": "policy", "content-length": "5" },
  },
  {
    name: "a policy answers a large upload",
    request: { method: "POST", target: "/answer/x", body: big },
    status: 418,
    body: "short",
  },
  { name: "a policy answers HEAD", request: { method: "HEAD", target: "/answer/x" }, status: 418, body: "" },
  { name: "on-error has its say", request: { target: "/fail/x" }, status: 500, headers: { "x-failed": "yes" } },
  { name: "no API is a 404", request: { target: "/nothing/x" }, status: 404 },
  { name: "a backend that resets is a 502", request: { target: "/plain/reset" }, status: 502 },
  {
    name: "a GET with a body arrives with it",
    request: { target: "/plain/echo", body: "asked" },
    status: 200,
    told: { method: "GET", length: 5, start: "asked" },
    needsWire: true,
  },
  {
    name: "bytes of header values arrive as they are",
    request: { target: "/plain/echo", headers: ["X-Bytes: caf\xe9 \xff"] },
    status: 200,
    toldHeaders: ["x-bytes: caf\xe9 \xff"],
  },
  {
    name: "trailers come behind the body",
    request: { target: "/plain/trailers" },
    status: 200,
    body: "body",
    trailers: ["X-Sum: 42"],
    needsWire: true,
  },
  { name: "an answer cut short is cut short", request: { target: "/plain/cut" }, status: 200, isCut: true },
];

/** All cases of one request and one answer. */
export const wireCases: readonly WireCase[] = [
  ...methods,
  ...statuses,
  ...targets,
  ...requestHeaders,
  ...bodies,
  ...answers,
  ...others,
];

/** Holds an answer against its case. @throws Error that says what differs */
export function check(expected: WireCase, answer: WireAnswer | undefined): void {
  if (answer === undefined) throw new Error("There was no answer.");
  same("status", answer.status, expected.status);
  if (expected.reason !== undefined) same("reason", answer.reason, expected.reason);
  same("complete", answer.isComplete, expected.isCut !== true);
  if (expected.body !== undefined) same("body", answer.body, expected.body);
  if (expected.trailers !== undefined) same("trailers", answer.trailers, expected.trailers);
  if (expected.length !== undefined) same("length", answer.body.length, expected.length);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    const got = answer.headers.filter(([key]) => key.toLowerCase() === name).map(([, text]) => text);
    same(name, got, value === null ? [] : typeof value === "string" ? [value] : value);
  }
  if (expected.told === undefined && expected.toldHeaders === undefined) return;
  const told = JSON.parse(Buffer.from(answer.body, "latin1").toString()) as Record<string, unknown>;
  for (const [name, value] of Object.entries(expected.told ?? {})) same(name, told[name], value);
  const raw = told["rawHeaders"] as string[];
  const lines = raw.flatMap((text, i) => (i % 2 === 0 ? [`${text}: ${raw[i + 1]}`] : []));
  for (const line of expected.toldHeaders ?? []) {
    const wanted = line.replace(/^-/, "");
    const isThere = lines.some((sent) =>
      expected.needsWire === true ? sent === wanted : sent.toLowerCase() === wanted.toLowerCase(),
    );
    same(line, isThere, !line.startsWith("-"));
  }
}

/** @throws Error if two values differ */
export function same(what: string, got: unknown, wanted: unknown): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(wanted)];
  if (left !== right) throw new Error(`${what}: got ${left?.slice(0, 300)}, expected ${right?.slice(0, 300)}`);
}
