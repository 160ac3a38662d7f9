import type { GatewayResponse } from "@turnpike/core";
import { cleanReason, cleanValue, isHeaderName } from "../wire/header-lines.js";
import { toWebStream } from "./web-body.js";

/** The answer as `fetch` has it. A status that it does not know (below 200, above 599) becomes a 502. */
export function toResponse(answer: GatewayResponse): Response {
  const { status, body } = answer;
  const headers = new Headers();
  for (const [name, value] of answer.headers) if (isHeaderName(name)) headers.append(name, cleanValue(value));
  if (body instanceof Uint8Array && !headers.has("content-length")) headers.set("Content-Length", String(body.length));
  if (status < 200 || status > 599) return new Response(null, { status: 502 });
  const isBodiless = body === null || status === 204 || status === 205 || status === 304;
  const content = isBodiless ? null : body instanceof Uint8Array ? new Uint8Array(body) : toWebStream(body);
  return new Response(content, { status, statusText: cleanReason(answer.reason), headers });
}
