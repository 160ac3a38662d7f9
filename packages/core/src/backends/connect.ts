import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { checkServerIdentity, TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import type { OutgoingRequest } from "../http/transport.js";

type Connector = buildConnector.connector;
type Proxy = NonNullable<OutgoingRequest["proxy"]>;

/** Milliseconds until a connection to a proxy must stand, as for others. */
const CONNECT_TIMEOUT = 10_000;

/** Opens connections to a backend: with the client certificate and the trust of the request, straight or through a proxy's tunnel. */
export function backendConnector({ tls, proxy, http2 }: Pick<OutgoingRequest, "tls" | "proxy" | "http2">): Connector {
  // Where a root of one's own is given, the chain is always validated.
  const validatesChain = tls?.rejectUnauthorized !== false || tls.ca !== undefined;
  const checksName = tls?.checkName !== false;
  const checksNameAlone = checksName && !validatesChain;
  const connect = buildConnector({
    allowH2: http2 === true,
    ...(tls?.pfx === undefined ? {} : { pfx: Buffer.from(tls.pfx) }),
    ...(tls?.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
    ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
    rejectUnauthorized: validatesChain,
    checkServerIdentity: checksName ? checkServerIdentity : () => undefined,
    // A resumed session shows no certificate whose name could be checked.
    ...(checksNameAlone ? { maxCachedSessions: 0 } : {}),
  });
  const checked = checksNameAlone ? checkingName(connect) : connect;
  return proxy === undefined ? checked : throughTunnel(proxy, checked);
}

/** TLS asks for the name only where it has validated the chain; here the name alone is to be right. */
function checkingName(connect: Connector): Connector {
  return (options, callback) =>
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error === null && socket instanceof TLSSocket) {
        const wrong = checkServerIdentity(options.servername || options.hostname, socket.getPeerCertificate());
        if (wrong !== undefined) {
          socket.destroy();
          return callback(wrong, null);
        }
      }
      return callback(...result);
    });
}

function throughTunnel(proxy: Proxy, connect: Connector): Connector {
  return (options, callback) => {
    const host = options.host ?? options.hostname;
    openTunnel(proxy, options.port === "" ? `${host}:${options.protocol === "https:" ? 443 : 80}` : host).then(
      (httpSocket) =>
        options.protocol === "https:" ? connect({ ...options, httpSocket }, callback) : callback(null, httpSocket),
      (error: Error) => callback(error, null),
    );
  };
}

/** Asks a proxy to pass bytes on (RFC 9110, 9.3.6). */
function openTunnel(proxy: Proxy, target: string): Promise<Socket> {
  const url = new URL(proxy.url);
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request({
      method: "CONNECT",
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? undefined : url.port,
      path: target,
      headers: { Host: target, ...proxyAuthorization(proxy) },
      agent: false,
      timeout: CONNECT_TIMEOUT,
    });
    call.on("connect", ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        socket.setTimeout(0);
        return resolve(socket);
      }
      socket.destroy();
      return reject(new Error(`The proxy ${url.host} answered ${statusCode}.`));
    });
    call.on("response", ({ statusCode }) => {
      call.destroy();
      reject(new Error(`The proxy ${url.host} answered ${statusCode}.`));
    });
    call.on("timeout", () =>
      call.destroy(new Error(`The proxy ${url.host} did not answer within ${CONNECT_TIMEOUT / 1000} seconds.`)),
    );
    call.on("error", reject);
    call.end();
  });
}

/** The header with which a proxy is told who calls; none without a user name, in the settings or in the URL. */
export function proxyAuthorization({ url, username, password }: Proxy): { readonly "Proxy-Authorization"?: string } {
  const parsed = new URL(url);
  const user = username ?? decodeURIComponent(parsed.username);
  if (user === "") return {};
  const secret = password ?? decodeURIComponent(parsed.password);
  return { "Proxy-Authorization": `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}` };
}
