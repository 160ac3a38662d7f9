import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import type { ApiModel, GatewayModel } from "../model/model.js";
import type { Exchange, ResponseMessage } from "../policy/exchange.js";

/** Where RFC 9728 has the metadata of protected resources, before the resource's own path. */
export const METADATA_PATH = "/.well-known/oauth-protected-resource";
const HOUR = 3600;

/**
 * The metadata of the MCP server that a path asks for (RFC 9728, section 3): `/.well-known/oauth-protected-resource/{path of the server}`, and without
 * a path that of the only server that has some. Null where there is none.
 * @param path behind the host, beginning with {@link METADATA_PATH}
 */
export function metadataAnswer(model: GatewayModel, path: string, { originalUrl, request }: Exchange): ResponseMessage | null {
  if (request.method !== "GET" && request.method !== "HEAD") return null;
  const servers = [...model.apis.values()].filter((api) => api.protectedResource !== null);
  const asked = path.slice(METADATA_PATH.length).replace(/^\/|\/$/g, "");
  const api =
    asked !== ""
      ? servers.find(({ protectedResource }) => protectedResource!.paths.includes(asked))
      : servers.length === 1
        ? servers[0]
        : undefined;
  if (api === undefined) return null;
  const resource = `${originalUrl.scheme}://${originalUrl.authority}/${asked === "" ? api.path : asked}`;
  const { authorizationServers, scopes } = api.protectedResource!;
  const metadata = {
    resource,
    authorization_servers: authorizationServers,
    bearer_methods_supported: ["header"],
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
  };
  const body = Buffer.from(JSON.stringify(metadata));
  const headers = new Headers({
    "Content-Type": "application/json",
    "Cache-Control": `max-age=${HOUR}`,
    "Access-Control-Allow-Origin": "*",
    "Content-Length": String(body.length),
  });
  return { status: 200, reason: "OK", headers, body: new MessageBody(body) };
}

/** Has a 401 of an MCP server tell where its metadata is (RFC 9728, section 5.1). */
export function challengeUnauthorized(exchange: Exchange, api: ApiModel): void {
  const { scheme, authority, path } = exchange.originalUrl;
  exchange.atEnd.push(({ response }) => {
    if (response.status !== 401) return;
    const place = `resource_metadata="${scheme}://${authority}${METADATA_PATH}${/^[\w\-.~/%]*$/.test(path) ? path : `/${api.path}`}"`;
    const challenges = response.headers.getAll("WWW-Authenticate");
    if (challenges.some((challenge) => challenge.includes("resource_metadata="))) return;
    const bearer = challenges.findIndex((challenge) => /^bearer\b/i.test(challenge));
    response.headers.delete("WWW-Authenticate");
    for (const [index, challenge] of challenges.entries())
      response.headers.append("WWW-Authenticate", index === bearer ? extended(challenge, place) : challenge);
    if (bearer < 0) response.headers.append("WWW-Authenticate", `Bearer ${place}`);
  });
}

function extended(challenge: string, parameter: string): string {
  return /^bearer\s*$/i.test(challenge) ? `Bearer ${parameter}` : `${challenge}, ${parameter}`;
}
