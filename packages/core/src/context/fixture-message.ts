import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import type { ResponseMessage } from "../policy/exchange.js";

/** Headers and body of a message in a fixture. */
export interface MessageFixture {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: string | null;
  readonly bodyBase64?: string;
}

/** A response in a fixture. */
export interface ResponseFixture extends MessageFixture {
  readonly statusCode?: number;
  readonly statusReason?: string;
}

/** The headers of a fixture's message. */
export function fixtureHeaders({ headers = {} }: MessageFixture): Headers {
  const result = new Headers();
  for (const [name, values] of Object.entries(headers))
    for (const value of Array.isArray(values) ? values : [values]) result.append(name, String(value));
  return result;
}

/** The body of a fixture's message. */
export function fixtureBody({ body, bodyBase64 }: MessageFixture): MessageBody {
  if (bodyBase64 !== undefined) return new MessageBody(new Uint8Array(Buffer.from(bodyBase64, "base64")));
  return new MessageBody(body === undefined || body === null ? null : new Uint8Array(Buffer.from(body, "utf8")));
}

/** A fixture's response as the engine has responses. */
export function fixtureResponse(fixture: ResponseFixture): ResponseMessage {
  return {
    status: fixture.statusCode ?? 200,
    reason: fixture.statusReason ?? "OK",
    headers: fixtureHeaders(fixture),
    body: fixtureBody(fixture),
  };
}
