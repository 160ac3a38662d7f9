import { callFollowingRedirects } from "../../backends/redirects.js";
import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { Url } from "../../http/url.js";
import type { Runtime } from "../../policy/services.js";

/** Bounds of a fetch. */
export interface FetchBounds {
  /** The media type that is asked for. */
  readonly accept: string;
  readonly mostBytes: number;
  /** Milliseconds for all of it: redirects, headers and body. */
  readonly timeout: number;
}

/**
 * Fetches what policies need to decide about callers: a provider's metadata, keys, revocation lists. Redirects are followed, but not from
 * https to http. Rejects for any answer but 200, one that is too large, and one that takes too long, whatever the other side does.
 */
export async function fetchDocument(runtime: Runtime, address: string, bounds: FetchBounds): Promise<Uint8Array> {
  const url = Url.parse(address);
  if (url === null || (url.scheme !== "https" && url.scheme !== "http"))
    throw new Error(`'${address}' is not an http or https URL.`);
  const controller = new AbortController();
  let cancel = (): void => undefined;
  const deadline = new Promise<never>((_, reject) => {
    cancel = runtime.clock.setTimer(() => {
      const error = new Error(`${address} did not answer within ${bounds.timeout} ms.`);
      reject(error);
      controller.abort(error);
    }, bounds.timeout);
  });
  const answer = async (): Promise<Uint8Array> => {
    const { status, body: stream } = await callFollowingRedirects(runtime, {
      purpose: "call",
      method: "GET",
      url: url.toString(),
      headers: new Headers([["Accept", bounds.accept]]),
      body: null,
      signal: controller.signal,
      timeout: bounds.timeout,
    });
    const body = new MessageBody(stream);
    await body.buffer(bounds.mostBytes);
    if (status !== 200) throw new Error(`${address} answered ${status}.`);
    return body.bytes ?? new Uint8Array(0);
  };
  try {
    return await Promise.race([answer(), deadline]);
  } finally {
    cancel();
  }
}
