import { addCredentials } from "../../backends/forward.js";
import { identityToken } from "../../backends/identity-token.js";
import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import type { BackendModel } from "../../model/model.js";
import { internalError } from "../../policy/declared-error.js";
import type { PolicyCompiler, Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import { unpacked } from "../bodies/unpack.js";

const backendNotFound = internalError(
  "an expression names a backend that the configuration lacks",
  "BackendNotFound",
  "There is no backend '{backend}' with a URL.",
);

const backendCallFailed = internalError(
  "a backend on the side answers other than 2xx",
  "BackendCallFailed",
  "The backend '{backend}' answered {status}.",
);

/** The resource that tokens for Azure AI services are for. */
const COGNITIVE_SERVICES = "https://cognitiveservices.azure.com";
const TIMEOUT = 30_000;
/** Most bytes of an answer that are read. */
const MOST_BYTES = 16 << 20;

/** Checks a literal backend id at load time. */
export function checkBackend(id: Value<string>, compiler: PolicyCompiler): void {
  if (id.literal !== undefined) compiler.refer("backend", id.literal);
}

/**
 * Posts JSON to a backend entity on the side, with the entity's credentials; with a token of the managed identity where the entity asks for
 * one or has no credentials at all.
 * @param path put behind the entity's URL, with its query
 * @throws PolicyError or TransportError; an answer other than 2xx is a failure too
 */
export async function postToBackend(exchange: Exchange, backendId: string, path: string, data: unknown): Promise<unknown> {
  const backend = exchange.configuration.backends.get(backendId);
  if (backend === undefined || backend.url === null) throw backendNotFound.error({ backend: backendId });
  const headers = new Headers({ "Content-Type": "application/json", Accept: "application/json" });
  const [extraPath, extraQuery = ""] = path.split("?") as [string, string?];
  const query = [backend.url.queryString.slice(1), extraQuery].filter((part) => part !== "").join("&");
  const base = backend.url.with({
    path: backend.url.path.replace(/\/$/, "") + extraPath,
    queryString: query === "" ? "" : `?${query}`,
  });
  const url = addCredentials(backend, headers, base);
  const identity = identityFor(backend, exchange);
  if (identity !== null)
    headers.set("Authorization", `Bearer ${await identityToken(exchange, identity.resource, identity.clientId)}`);
  const response = await exchange.runtime.transport({
    purpose: "call",
    method: "POST",
    url: url.toString(),
    headers,
    body: Buffer.from(JSON.stringify(data)),
    signal: exchange.signal,
    timeout: TIMEOUT,
    ...(backend.tls ? { tls: backend.tls } : {}),
  });
  const body = new MessageBody(response.body);
  await body.buffer(MOST_BYTES);
  if (response.status < 200 || response.status > 299)
    throw backendCallFailed.error({ backend: backendId, status: response.status });
  const bytes = unpacked(body.bytes ?? new Uint8Array(0), response.headers.get("Content-Encoding"), MOST_BYTES);
  return JSON.parse(Buffer.from(bytes ?? []).toString("utf8")) as unknown;
}

function identityFor({ credentials }: BackendModel, exchange: Exchange): { resource: string; clientId: string | null } | null {
  if (credentials?.managedIdentity != null) {
    const { resource, clientId } = credentials.managedIdentity;
    return { resource: resource ?? COGNITIVE_SERVICES, clientId };
  }
  return credentials === null && exchange.runtime.credentials.managedIdentity !== undefined
    ? { resource: COGNITIVE_SERVICES, clientId: null }
    : null;
}
