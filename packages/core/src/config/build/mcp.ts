import { notThere } from "../../diagnostics/references.js";
import type { ApiModel } from "../../model/model.js";
import type { ApiConfiguration, GatewayConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";

type Path = readonly (string | number)[];

const METHODS = ["POST", "GET", "DELETE"];

/**
 * Gives an MCP server an operation for each method of its endpoints; other APIs stay as they are.
 * @param path where the API stands in the configuration
 */
export function withMcpEndpoints(written: ApiConfiguration, path: Path, loaded: LoadedConfiguration): ApiConfiguration {
  if (written.type !== "mcp") return written;
  const all = endpointsOf(written);
  for (const { name, uriTemplate } of all)
    if (!uriTemplate.startsWith("/"))
      loaded.report([...path, "mcpProperties", "endpoints"], configurationProblems.endpointPath(name, uriTemplate));
  const operations = all.flatMap(({ name, uriTemplate }) =>
    METHODS.map((method) => [`${name}-${method.toLowerCase()}`, { method, urlTemplate: uriTemplate }] as const),
  );
  return { ...written, operations: { ...Object.fromEntries(operations), ...written.operations } };
}

interface Endpoint {
  readonly name: string;
  readonly uriTemplate: string;
}

function endpointsOf({ mcpProperties = {} }: ApiConfiguration): readonly Endpoint[] {
  const { endpoints = [], transportType = "streamable" } = mcpProperties;
  const listed = Array.isArray(endpoints)
    ? (endpoints as readonly { readonly name: string; readonly uriTemplate: string }[])
    : Object.entries(endpoints).map(([name, { uriTemplate }]) => ({ name, uriTemplate }));
  const standard = [
    { name: "message", uriTemplate: transportType === "sse" ? "/messages" : "/mcp" },
    ...(transportType === "sse" ? [{ name: "sse", uriTemplate: "/sse" }] : []),
  ];
  return listed.length === 0 ? standard : listed;
}

/** What an MCP server tells callers beside its answers: where they get tokens, and where they post; nothing for every other API. */
export function mcpAnnouncements(
  written: ApiConfiguration,
  path: Path,
  prefix: string,
  loaded: LoadedConfiguration,
): Pick<ApiModel, "protectedResource" | "ssePath"> {
  const { type, mcpProperties = {} } = written;
  if (type !== "mcp") return { protectedResource: null, ssePath: null };
  const { authorizationServers = [], scopesSupported = [], transportType, returnProtectedResourceMetadata } = mcpProperties;
  const place = [...path, "mcpProperties", "authorizationServers"];
  for (const [index, url] of authorizationServers.entries())
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
      loaded.report([...place, index], configurationProblems.authorizationServer(url));
  if (returnProtectedResourceMetadata === true && authorizationServers.length === 0)
    loaded.report([...path, "mcpProperties"], configurationProblems.metadataWithoutServers());
  const endpoints = endpointsOf(written);
  const isTold = returnProtectedResourceMetadata !== false && authorizationServers.length > 0;
  const paths = [prefix, ...endpoints.map(({ uriTemplate }) => `${prefix}${uriTemplate}`)].map((own) => own.replace(/^\/+/, ""));
  return {
    protectedResource: isTold ? { authorizationServers, scopes: scopesSupported, paths } : null,
    ssePath: transportType === "sse" ? (endpoints.find(({ name }) => name === "sse")?.uriTemplate ?? null) : null,
  };
}

/** The API and operation of a resource id, or of `api/operation`. */
function toolTarget(operationId: string): readonly [api: string, operation: string] | null {
  const match = /(?:^|\/apis\/)([^/]+)\/(?:operations\/)?([^/]+)$/.exec(operationId);
  return match === null ? null : [match[1]!.replace(/;rev=[^/]*$/, ""), match[2]!];
}

/** The tools of an MCP server that is made of operations, with what is wrong with them; null for every other API. */
export function mcpToolsOf(
  written: ApiConfiguration,
  path: Path,
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
): ApiModel["mcpTools"] {
  const { mcpTools = [], type, serviceUrl, backendId } = written;
  if (type !== "mcp") {
    if (mcpTools.length > 0) loaded.report([...path, "mcpTools"], configurationProblems.toolsWithoutServer());
    return null;
  }
  if (mcpTools.length === 0) {
    if (serviceUrl === undefined && backendId === undefined) loaded.report(path, configurationProblems.serverWithoutTools());
    return null;
  }
  if (serviceUrl !== undefined || backendId !== undefined)
    loaded.report([...path, "mcpTools"], configurationProblems.toolsAndBackend());
  const names = new Set<string>();
  return mcpTools.flatMap(({ name, description = "", operationId }, index) => {
    if (names.has(name)) loaded.report([...path, "mcpTools", index, "name"], configurationProblems.toolTwice(name));
    names.add(name);
    const target = toolTarget(operationId);
    const api = target === null ? undefined : data.apis?.[target[0]];
    if (target === null || api === undefined) {
      loaded.report(
        [...path, "mcpTools", index, "operationId"],
        notThere("API", target?.[0] ?? operationId, Object.keys(data.apis ?? {})),
      );
      return [];
    }
    if (api.type === "mcp" || api.type === "websocket" || api.type === "graphql")
      loaded.report([...path, "mcpTools", index, "operationId"], configurationProblems.toolOfOtherKind(name, api.type));
    return [{ name, description, api: target[0], operation: target[1] }];
  });
}

/**
 * Reports the tools whose operations are not there. Operations of OpenAPI documents count, so that APIs are built before.
 * @param apis the APIs that are served, by their ids
 */
export function checkToolTargets(
  data: GatewayConfiguration,
  apis: ReadonlyMap<string, ApiModel>,
  loaded: LoadedConfiguration,
): void {
  for (const [id, { mcpTools = [] }] of Object.entries(data.apis ?? {}))
    for (const [index, { operationId }] of mcpTools.entries()) {
      const target = toolTarget(operationId);
      const operations = target === null ? undefined : apis.get(target[0])?.operations.map((operation) => operation.id);
      if (target !== null && operations !== undefined && !operations.includes(target[1]))
        loaded.report(["apis", id, "mcpTools", index, "operationId"], notThere("operation", target[1], operations));
    }
}
