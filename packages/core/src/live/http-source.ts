import { createHash } from "node:crypto";
import { undiciTransport } from "../backends/undici-transport.js";
import { FileSet } from "../config/file-set.js";
import { LoadedConfiguration } from "../config/source.js";
import type { HeadersInput } from "../http/headers.js";
import { Headers } from "../http/headers.js";
import type { Body } from "../http/message.js";
import type { Transport } from "../http/transport.js";
import { type Clock, systemClock } from "../time/clock.js";
import type { ConfigurationSource } from "./source.js";

/** How a configuration is fetched. */
export interface HttpSourceOptions {
  /** Headers to send, such as `Authorization`. A user and password in the URL are sent as Basic authentication. */
  readonly headers?: HeadersInput;
  /** Milliseconds until status and headers must have arrived. Default 30 seconds. */
  readonly timeout?: number;
  /** Most bytes of the configuration. Default 16 MiB. */
  readonly limit?: number;
  readonly clock?: Clock;
  /** How the call leaves the process. Default: undici. */
  readonly transport?: Transport;
}

const LIMIT = 16 * 1024 * 1024;
const NO_FILES = "a configuration that comes over HTTP can name no files: put the text in its place.";

/**
 * A configuration in YAML or JSON at an http(s) URL. `ETag` and `Last-Modified` are sent back, so that an unchanged one costs a 304;
 * without them its bytes tell. It has to be whole: it can name environment variables and secrets in vaults, but no files of this machine.
 * Redirects are not followed.
 *
 *     const live = await createLiveGateway(httpSource("https://config.example/gateway.yaml"), { lastGood: { file: "last-good" } });
 *
 * @throws TypeError if the URL is not absolute http or https
 */
export function httpSource(url: string, options: HttpSourceOptions = {}): ConfigurationSource {
  const { clock = systemClock, timeout = 30_000, limit = LIMIT } = options;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new TypeError("httpSource needs an absolute http or https URL.");
  // What stands behind the path may be a signature.
  const name = `${parsed.origin}${parsed.pathname}`;
  const headers = requestHeaders(parsed, options.headers);
  const owned = options.transport === undefined ? undiciTransport({ clock, connections: 1 }) : null;
  const transport = options.transport ?? owned!.send;
  let etag: string | null = null;
  let modified: string | null = null;
  let hash = "";
  return {
    name,
    async read(signal) {
      const sent = headers.clone();
      if (etag !== null) sent.set("If-None-Match", etag);
      else if (modified !== null) sent.set("If-Modified-Since", modified);
      const call = { purpose: "call", method: "GET", url: `${name}${parsed.search}`, headers: sent, body: null } as const;
      const answer = await transport({ ...call, signal, timeout });
      if (answer.status !== 200) {
        await drop(answer.body);
        if (answer.status === 304 && hash !== "") return null;
        throw new Error(
          `${name} answered ${answer.status}${answer.status >= 300 && answer.status < 400 ? ", and redirects are not followed" : ""}.`,
        );
      }
      const bytes = await collect(answer.body, limit, name);
      etag = answer.headers.get("etag");
      modified = answer.headers.get("last-modified");
      const found = createHash("sha256").update(bytes).digest("base64");
      if (found === hash) return null;
      hash = found;
      return LoadedConfiguration.fromText(bytes.toString("utf8"), name, FileSet.none(NO_FILES));
    },
    async close() {
      await owned?.close(0);
    },
  };
}

function requestHeaders(url: URL, given: HeadersInput | undefined): Headers {
  const headers = new Headers(given ?? {});
  if (!headers.has("accept")) headers.set("Accept", "application/yaml, application/json;q=0.9, */*;q=0.1");
  headers.set("Host", url.host);
  if (url.username !== "" && !headers.has("authorization")) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.set("Authorization", `Basic ${Buffer.from(pair).toString("base64")}`);
  }
  return headers;
}

async function collect(body: Body, limit: number, name: string): Promise<Buffer> {
  if (body === null || body instanceof Uint8Array) return within(Buffer.from(body ?? []), limit, name);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > limit) break;
    parts.push(part);
  }
  if (size > limit) throw tooLong(name, limit);
  return Buffer.concat(parts);
}

function within(bytes: Buffer, limit: number, name: string): Buffer {
  if (bytes.length > limit) throw tooLong(name, limit);
  return bytes;
}

function tooLong(name: string, limit: number): Error {
  return new Error(`The configuration at ${name} is longer than ${limit} bytes.`);
}

/** An unread body would hold its connection. */
async function drop(body: Body): Promise<void> {
  if (body === null || body instanceof Uint8Array) return;
  for await (const _ of body) break;
}
