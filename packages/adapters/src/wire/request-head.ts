import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { Socket } from "node:net";
import { isHttp2Request } from "./http2.js";

/**
 * The head of a request as it came. All of it is read here, once: in an Express application each request object has a hidden class of its own, which
 * makes every look at a property dear.
 */
export class RequestHead {
  readonly method: string;
  /** Path and query as the caller wrote them. */
  readonly target: string;
  readonly rawHeaders: readonly string[];
  /** `1.1`; anybody may write anything there. */
  readonly httpVersion: string;
  readonly socket: Socket;
  /** The request, if it came by HTTP/2. */
  readonly http2: Http2ServerRequest | null;

  /** @param target in place of the request's own, which a host may have cut */
  constructor(
    readonly incoming: IncomingMessage,
    target?: string,
  ) {
    this.method = incoming.method ?? "GET";
    this.target = target ?? incoming.url ?? "/";
    this.rawHeaders = incoming.rawHeaders;
    this.httpVersion = incoming.httpVersion;
    this.socket = incoming.socket;
    this.http2 = isHttp2Request(incoming, this.httpVersion) ? incoming : null;
  }

  /** True if the caller says that a body follows. */
  get hasBody(): boolean {
    const { http2, rawHeaders } = this;
    if (http2 !== null) return !http2.stream.endAfterHeaders;
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i]!;
      if (name.length === 14 && name.toLowerCase() === "content-length") return rawHeaders[i + 1] !== "0";
      if (name.length === 17 && name.toLowerCase() === "transfer-encoding") return true;
    }
    return false;
  }
}
