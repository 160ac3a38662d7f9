import type { Body } from "../http/message.js";
import type { IncomingResponse, OutgoingRequest, Transport } from "../http/transport.js";
import { Url } from "../http/url.js";

const MOST_HOPS = 50;

/**
 * Calls and follows redirects as .NET's HTTP client does: at most 50, 301 to 303 turn POST into GET, nothing from https to http. A body
 * that was streamed cannot be sent again: then the redirect itself is the answer. Credentials do not follow to another origin.
 */
export async function callFollowingRedirects(transport: Transport, first: OutgoingRequest): Promise<IncomingResponse> {
  let request = first;
  for (let hops = 0; ; hops++) {
    const response = await transport(request);
    const next = hops < MOST_HOPS ? redirected(request, response) : null;
    if (next === null) return response;
    await drop(response.body);
    request = next;
  }
}

function redirected(request: OutgoingRequest, response: IncomingResponse): OutgoingRequest | null {
  if (![300, 301, 302, 303, 307, 308].includes(response.status)) return null;
  const location = response.headers.get("location");
  const from = Url.parse(request.url);
  if (location === null || from === null) return null;
  const target = URL.canParse(location, request.url) ? Url.parse(new URL(location, request.url).href) : null;
  if (target === null || (from.scheme === "https" && target.scheme !== "https")) return null;
  const becomesGet =
    (response.status === 303 && request.method !== "HEAD") ||
    ([300, 301, 302].includes(response.status) && request.method === "POST");
  if (!becomesGet && request.body !== null && !(request.body instanceof Uint8Array)) return null;
  const headers = request.headers.clone();
  headers.set("Host", target.authority);
  if (target.origin !== from.origin) for (const name of ["authorization", "cookie"]) headers.delete(name);
  if (becomesGet) for (const name of ["content-length", "content-type", "content-encoding"]) headers.delete(name);
  return {
    ...request,
    url: target.toString(),
    headers,
    ...(becomesGet ? { method: "GET", body: null } : {}),
  };
}

/** Ends a body that nobody wants, so that its connection is not held. */
async function drop(body: Body): Promise<void> {
  if (body === null || body instanceof Uint8Array) return;
  await body[Symbol.asyncIterator]().return?.();
}
