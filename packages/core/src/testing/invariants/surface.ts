import type { BuiltConfiguration } from "../../config/build/build.js";
import type { LoadedConfiguration } from "../../config/source.js";
import { projectOfConfiguration } from "../../lint/gather.js";
import type { ApiModel, OperationModel, ParameterModel, RepresentationModel } from "../../model/model.js";
import { type Literals, literalsOf } from "./literals.js";
import type { InvariantsFile } from "./model.js";
import { recipesOf, type TokenRecipe } from "./recipes.js";
import { byName } from "./text.js";

/** An operation that requests can be made for. */
export interface SurfaceOperation {
  readonly api: string;
  readonly id: string;
  readonly method: string;
  /** All before the template: `https://api.example/payments/v1`. */
  readonly base: string;
  readonly template: string;
  readonly versionHeader: Readonly<Record<string, string>>;
  readonly versionQuery: Readonly<Record<string, string>>;
  readonly keyHeader: string;
  readonly keyQuery: string;
  readonly parameters: readonly ParameterModel[];
  readonly query: readonly ParameterModel[];
  readonly headers: readonly ParameterModel[];
  readonly bodies: readonly RepresentationModel[];
}

/** A subscription's key. */
export interface SurfaceKey {
  readonly subscription: string;
  /** The product that it opens; null for one of an API or of all. */
  readonly product: string | null;
  /** As a test file writes it: a named value by its name. */
  readonly key: string;
}

/** All that requests to a configuration can be made of. */
export interface Surface {
  readonly operations: readonly SurfaceOperation[];
  readonly keys: readonly SurfaceKey[];
  readonly recipes: readonly TokenRecipe[];
  readonly literals: Literals;
  /** Token checks for which no token can be made, each with its place. */
  readonly unmet: readonly string[];
}

/** The surface of a configuration, as far as invariants are about it. */
export function surfaceOf(loaded: LoadedConfiguration, built: BuiltConfiguration, invariants: InvariantsFile): Surface {
  const { documents } = projectOfConfiguration(loaded, built, null);
  const host = hostOf(built);
  const apis = built.namespaces.flatMap((namespace) => namespace.apis);
  const { recipes, unmet } = recipesOf(documents, invariants);
  return {
    operations: apis.filter(isAsked).flatMap((api) => api.operations.map((operation) => addressOf(api, operation, host))),
    keys: built.namespaces.flatMap(({ subscriptions, workspace }) => {
      const written = workspace === null ? loaded.data : loaded.data.workspaces?.[workspace.id];
      return subscriptions.map(({ id, scope, primaryKey }) => ({
        subscription: id,
        product: scope.kind === "product" ? scope.id : null,
        key: byName(String(written?.subscriptions?.[id]?.primaryKey ?? primaryKey)),
      }));
    }),
    recipes,
    literals: literalsOf(documents),
    unmet,
  };
}

/** Sockets, MCP servers and agents do not answer one request each. */
const isAsked = ({ type }: ApiModel): boolean => type !== "websocket" && type !== "mcp" && type !== "a2a";

/** A name that a configuration is called by. */
export function hostOf({ model }: BuiltConfiguration): string {
  const [pattern] = model.hostnames;
  return pattern === undefined ? "api.example" : pattern.replace("*", "www");
}

/** How an operation is called. */
export function addressOf(api: ApiModel, operation: OperationModel, host: string): SurfaceOperation {
  const { versioning, version } = api;
  const [secure, plain] = api.type === "websocket" ? ["wss", "ws"] : ["https", "http"];
  const scheme = (api.protocols as readonly string[]).includes(secure!) ? secure! : plain!;
  const segment = versioning?.scheme === "segment" && version !== null ? `/${version}` : "";
  const revision = api.isCurrentRevision ? "" : `;rev=${api.revision}`;
  const named = version === null || versioning === null || versioning.scheme === "segment" ? {} : { [versioning.name]: version };
  const { request } = operation;
  return {
    api: api.id,
    id: operation.id,
    method: operation.method === "*" ? "GET" : operation.method,
    base: `${scheme}://${host}${api.path === "" ? "" : `/${api.path}`}${segment}${revision}`,
    template: operation.urlTemplate === "/*" ? "/anything" : operation.urlTemplate.replace(/\*$/, "anything"),
    versionHeader: versioning?.scheme === "header" ? named : {},
    versionQuery: versioning?.scheme === "query" ? named : {},
    keyHeader: api.subscriptionKeyParameterNames.header,
    keyQuery: api.subscriptionKeyParameterNames.query,
    parameters: operation.templateParameters,
    query: request?.queryParameters ?? [],
    headers: request?.headers ?? [],
    bodies: request?.representations ?? [],
  };
}
