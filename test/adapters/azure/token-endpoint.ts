import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** One call that a token endpoint got. */
export interface TokenCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: URLSearchParams;
}

/** A token endpoint on the loopback interface, as Azure's hosts and Entra have them. */
export interface TokenEndpoint {
  readonly url: string;
  readonly calls: readonly TokenCall[];
  /** Answers with this status from now on. */
  fail(status: number): void;
  /** Forgets calls and failures. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts an endpoint that gives tokens `token-1`, `token-2`, … for an hour.
 * @param tls key and certificate in PEM: then it speaks https, as Entra does
 */
export async function tokenEndpoint(tls?: { readonly key: string; readonly cert: string }): Promise<TokenEndpoint> {
  const calls: TokenCall[] = [];
  let status = 200;
  const answer = async (request: IncomingMessage): Promise<object> => {
    const { pathname, searchParams } = new URL(request.url!, "http://localhost");
    let body = "";
    for await (const part of request.setEncoding("utf8")) body += part as string;
    if (pathname.includes("openid-configuration")) return metadata(url);
    const { headers, method } = request;
    calls.push({ method: method!, path: pathname, query: searchParams, headers, body: new URLSearchParams(body) });
    if (status !== 200) return { error: "unavailable", error_description: "out of order" };
    const token = { access_token: `token-${calls.length}`, token_type: "Bearer" };
    const seconds = Math.floor(Date.now() / 1000) + 3600;
    return method === "GET" ? { ...token, expires_on: String(seconds) } : { ...token, expires_in: 3600 };
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request).then((value) => {
      response.writeHead("error" in value ? status : 200, { "Content-Type": "application/json" }).end(JSON.stringify(value));
    });
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    fail: (one) => {
      status = one;
    },
    reset: () => {
      status = 200;
      calls.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function metadata(url: string): object {
  return {
    issuer: `${url}/tenant/v2.0`,
    authorization_endpoint: `${url}/tenant/oauth2/v2.0/authorize`,
    token_endpoint: `${url}/tenant/oauth2/v2.0/token`,
    jwks_uri: `${url}/tenant/keys`,
  };
}
