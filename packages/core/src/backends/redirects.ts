import { Headers } from "../http/headers.js";
import type { Body } from "../http/message.js";
import type { IncomingResponse, OutgoingRequest } from "../http/transport.js";
import { Url } from "../http/url.js";
import type { Runtime } from "../policy/services.js";

const MOST_HOPS = 50;

/** What an origin may see of a request that was meant for another: what is asked for, in which form; never by whom. */
const FOR_ANY_ORIGIN: ReadonlySet<string> = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "cache-control",
  "content-encoding",
  "content-language",
  "content-type",
  "pragma",
  "range",
  "user-agent",
]);

/**
 * Calls and follows redirects as .NET's HTTP client does: at most 50, within the request's time-out, 301 to 303 turn POST into GET, nothing
 * from https to http. A body that was streamed cannot be sent again: then the redirect itself is the answer.
 *
 * Another origin (scheme, host or port) gets nothing that was meant for the first: a few headers that say what is asked for, and the body
 * where there still is one; no others, no client certificate and no trust settings; nor does a later origin, be it the first again.
 * @param withheld names of query parameters that hold credentials: a redirect that repeats their values to another origin loses them
 */
export async function callFollowingRedirects(
  { transport, clock }: Pick<Runtime, "transport" | "clock">,
  first: OutgoingRequest,
  withheld: readonly string[] = [],
): Promise<IncomingResponse> {
  const deadline = clock.now() + first.timeout;
  const secrets = withheld.length === 0 ? [] : secretsIn(first.url, withheld);
  let request = first;
  for (let hops = 0; ; hops++) {
    const response = await transport(request);
    const next = hops < MOST_HOPS ? redirected(request, response, secrets) : null;
    if (next === null) return response;
    await drop(response.body);
    request = { ...next, timeout: Math.max(0, deadline - clock.now()) };
  }
}

type Secret = readonly [name: string, values: readonly string[]];

function secretsIn(url: string, names: readonly string[]): Secret[] {
  const query = Url.parse(url)?.query;
  return query === undefined ? [] : names.map((name) => [name, query.getAll(name)] as const);
}

function redirected(request: OutgoingRequest, response: IncomingResponse, secrets: readonly Secret[]): OutgoingRequest | null {
  if (![300, 301, 302, 303, 307, 308].includes(response.status)) return null;
  const location = response.headers.get("location");
  const from = Url.parse(request.url);
  if (location === null || from === null) return null;
  const target = URL.canParse(location, request.url) ? Url.parse(new URL(location, request.url).href) : null;
  if (target === null || !isReachable(from, target)) return null;
  const becomesGet =
    (response.status === 303 && request.method !== "HEAD") ||
    ([300, 301, 302].includes(response.status) && request.method === "POST");
  if (!becomesGet && request.body !== null && !(request.body instanceof Uint8Array)) return null;
  const next = target.origin === from.origin ? { ...request, url: target.toString() } : elsewhere(request, target, secrets);
  if (!becomesGet) return next;
  const headers = next.headers.clone();
  for (const name of ["content-length", "content-type", "content-encoding", "content-language"]) headers.delete(name);
  return { ...next, headers, method: "GET", body: null };
}

function isReachable(from: Url, target: Url): boolean {
  return target.scheme === "https" || (target.scheme === "http" && from.scheme === "http");
}

/** The request for another origin. */
function elsewhere({ tls: _tls, ...request }: OutgoingRequest, target: Url, secrets: readonly Secret[]): OutgoingRequest {
  const lines = [...request.headers].filter(([name]) => FOR_ANY_ORIGIN.has(name.toLowerCase()));
  const url = secrets.reduce(withoutSecret, target);
  return { ...request, url: url.toString(), headers: new Headers([["Host", url.authority] as const, ...lines]) };
}

function withoutSecret(url: Url, [name, values]: Secret): Url {
  const given = url.query.getAll(name);
  const left = given.filter((value) => !values.includes(value));
  return left.length === given.length ? url : url.setQuery(name, ...left);
}

/** Ends a body that nobody wants, so that its connection is not held. */
async function drop(body: Body): Promise<void> {
  if (body === null || body instanceof Uint8Array) return;
  await body[Symbol.asyncIterator]().return?.();
}
