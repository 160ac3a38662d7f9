import { type ClientRequest, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { Socket } from "node:net";
import { checkServerIdentity, TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import type { OutgoingRequest } from "../http/transport.js";
import type { LineConnector } from "./line.js";

type Proxy = NonNullable<OutgoingRequest["proxy"]>;

/** Milliseconds until a connection to a proxy must stand, as for others. */
const CONNECT_TIMEOUT = 10_000;

/** Opens connections to a backend: with the client certificate and the trust of the request, straight or through a proxy's tunnel. */
export function backendConnector({ tls, proxy, http2 }: Pick<OutgoingRequest, "tls" | "proxy" | "http2">): LineConnector {
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
  // Its types do not tell that it gives back the socket.
  const open: LineConnector = (options, callback) => {
    const socket: unknown = connect(options, callback);
    return socket instanceof Socket ? socket : null;
  };
  const checked = checksNameAlone ? checkingName(open) : open;
  return proxy === undefined ? checked : throughTunnel(proxy, checked);
}

/** TLS asks for the name only where it has validated the chain; here the name alone is to be right. */
function checkingName(connect: LineConnector): LineConnector {
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

function throughTunnel(proxy: Proxy, connect: LineConnector): LineConnector {
  return (options, callback) => {
    const host = options.host ?? options.hostname;
    const target = options.port === "" ? `${host}:${options.protocol === "https:" ? 443 : 80}` : host;
    const call = tunnelRequest(proxy, target);
    let current: ReturnType<LineConnector> = call;
    opened(call, proxy).then(
      (httpSocket) => {
        if (options.protocol === "https:") current = connect({ ...options, httpSocket }, callback);
        else callback(null, httpSocket);
      },
      (error: Error) => callback(error, null),
    );
    return { destroy: (error) => current?.destroy(error) };
  };
}

/** Asks a proxy to pass bytes on (RFC 9110, 9.3.6). */
function tunnelRequest(proxy: Proxy, target: string): ClientRequest {
  const url = new URL(proxy.url);
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return request({
    method: "CONNECT",
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? undefined : url.port,
    path: target,
    headers: { Host: target, ...proxyAuthorization(proxy) },
    agent: false,
    timeout: CONNECT_TIMEOUT,
  });
}

/** The connection that a proxy has opened. */
function opened(call: ClientRequest, proxy: Proxy): Promise<Socket> {
  const { host } = new URL(proxy.url);
  return new Promise((resolve, reject) => {
    call.on("connect", ({ statusCode = 0 }, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        socket.setTimeout(0);
        return resolve(socket);
      }
      socket.destroy();
      return reject(new Error(`The proxy ${host} answered ${statusCode}.`));
    });
    call.on("response", ({ statusCode }) => {
      call.destroy();
      reject(new Error(`The proxy ${host} answered ${statusCode}.`));
    });
    call.on("timeout", () =>
      call.destroy(new Error(`The proxy ${host} did not answer within ${CONNECT_TIMEOUT / 1000} seconds.`)),
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
