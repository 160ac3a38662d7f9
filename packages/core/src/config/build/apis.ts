import { notThere } from "../../diagnostics/references.js";
import type { Url } from "../../http/url.js";
import type { Diagnostics } from "../../model/diagnostic.js";
import type {
  ApiModel,
  LoggerModel,
  OperationModel,
  ParameterModel,
  PolicyDocument,
  ProductModel,
  RepresentationModel,
  ResolverModel,
  VersioningModel,
  WorkspaceModel,
} from "../../model/model.js";
import { parseTemplate } from "../../routing/template.js";
import type {
  ApiConfiguration,
  GatewayConfiguration,
  OpenApiSource,
  OperationConfiguration,
  ParameterConfiguration,
  PolicySource,
  RepresentationConfiguration,
  RevisionConfiguration,
} from "../configuration.js";
import { readOpenApi } from "../openapi/read.js";
import { configurationProblems } from "../problems.js";
import type { ConfigurationPath, LoadedConfiguration } from "../source.js";
import { readWsdl } from "../wsdl/read.js";
import { agentOf, withAgentOperations } from "./a2a.js";
import { buildDiagnostics } from "./diagnostics.js";
import { buildUrl } from "./findings.js";
import { buildGraphql, type GraphqlParts, graphqlParts, withGraphqlOperations } from "./graphql.js";
import { checkToolTargets, mcpAnnouncements, mcpToolsOf, withMcpEndpoints } from "./mcp.js";

/** Where the documents of APIs and operations are gathered. */
export interface ApiDocuments {
  readonly apis: Map<ApiModel, PolicyDocument>;
  readonly operations: Map<OperationModel, PolicyDocument>;
  readonly resolvers: Map<ResolverModel, PolicyDocument>;
  /** Where APIs, operations, resolvers and products stand in the configuration. */
  readonly places: Map<ApiModel | OperationModel | ProductModel | ResolverModel, ConfigurationPath>;
}

/** What the APIs of the service, or of a workspace, are built with. */
export interface ApiSurroundings {
  readonly workspaces: ReadonlyMap<string, WorkspaceModel>;
  /** The workspace that all of them belong to. */
  readonly owner: WorkspaceModel | null;
  /** Ids of those that this gateway serves; null for all. */
  readonly served: ReadonlySet<string> | null;
  /** Takes the others. */
  readonly notServed: ApiModel[];
  readonly documents: ApiDocuments;
  readonly loggers: ReadonlyMap<string, LoggerModel>;
  /** Those of the service, or of the workspace. */
  readonly diagnostics: Diagnostics;
  readonly expand: (text: string) => string;
}

type Path = readonly (string | number)[];

/** What a revision is made of: the API's own, with what the revision says put over it. */
interface RevisionParts {
  readonly revision: string;
  readonly isCurrent: boolean;
  readonly isOnline: boolean;
  readonly serviceUrl: string | undefined;
  readonly policy: PolicySource | undefined;
  readonly policyPath: Path;
  readonly operations: Readonly<Record<string, OperationConfiguration>>;
  readonly operationsPath: Path;
  readonly path: Path;
  readonly graphql: GraphqlParts;
}

/** APIs, a model for each revision: current ones by id, others by `id;rev=N`. */
export function buildApis(
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
  surroundings: ApiSurroundings,
): Map<string, ApiModel> {
  const { workspaces, served, documents } = surroundings;
  const apis = new Map<string, ApiModel>();
  for (const [id, written] of Object.entries(data.apis ?? {})) {
    const path = ["apis", id];
    if (written.workspace !== undefined && !workspaces.has(written.workspace))
      loaded.report([...path, "workspace"], notThere("workspace", written.workspace, [...workspaces.keys()]));
    const described = withAgentOperations(
      withMcpEndpoints(withHandshake(withOpenApi(written, path, loaded), path, loaded), path, loaded),
      path,
      loaded,
    );
    const api = withGraphqlOperations(described, written.type);
    if (api.path === undefined) loaded.report(path, configurationProblems.noPath(id));
    for (const parts of revisionsOf(api, path, loaded)) {
      const operations = Object.entries(parts.operations).map(([name, operation]) => {
        const model = buildOperation(name, operation, [...parts.operationsPath, name], loaded);
        const document = documentOf(operation.policy, [...parts.operationsPath, name, "policy"], loaded);
        if (document !== null) documents.operations.set(model, document);
        documents.places.set(model, loaded.fromRoot([...parts.operationsPath, name]));
        return model;
      });
      const model = buildApi(id, api, parts, operations, path, loaded, surroundings, data);
      const document = documentOf(parts.policy, parts.policyPath, loaded);
      if (document !== null) documents.apis.set(model, document);
      documents.places.set(model, loaded.fromRoot(parts.path));
      if (served !== null && !served.has(id)) surroundings.notServed.push(model);
      else apis.set(parts.isCurrent ? id : `${id};rev=${parts.revision}`, model);
    }
  }
  checkToolTargets(data, apis, loaded);
  return apis;
}

const HANDSHAKE = "onHandshake";

/** A WebSocket API has one operation, which the handshake runs. It is there by itself; a configuration lists it to give it a policy. */
function withHandshake(written: ApiConfiguration, path: Path, loaded: LoadedConfiguration): ApiConfiguration {
  if (written.type !== "websocket") return written;
  const check = (operations: ApiConfiguration["operations"], at: Path): void => {
    for (const id of Object.keys(operations ?? {}))
      if (id !== HANDSHAKE)
        loaded.report([...at, "operations", id], configurationProblems.operationBesideHandshake(id, HANDSHAKE));
  };
  check(written.operations, path);
  for (const [number, revision] of Object.entries(written.revisions ?? {}))
    check(revision.operations, [...path, "revisions", number]);
  return { ...written, operations: { [HANDSHAKE]: { method: "GET", urlTemplate: "/*" }, ...written.operations } };
}

/** An API or revision, as far as an OpenAPI document can say what it is. */
interface WithOpenApi {
  readonly openapi?: OpenApiSource;
  readonly wsdl?: OpenApiSource;
  readonly operations?: Readonly<Record<string, OperationConfiguration>>;
  readonly serviceUrl?: string;
  readonly path?: string;
}

/** An API or revision with the operations of its OpenAPI or WSDL document put below its own, and the document's server where it has no serviceUrl. */
function withOpenApi<T extends WithOpenApi>(written: T, path: Path, loaded: LoadedConfiguration): T {
  const kind = written.openapi === undefined ? "wsdl" : "openapi";
  const source = written[kind];
  if (source === undefined) return written;
  if (kind === "openapi" && written.wsdl !== undefined) loaded.report([...path, "wsdl"], configurationProblems.twoDescriptions());
  const document = loaded.policyDocument(source, [...path, kind]);
  if (document === null) return written;
  const read =
    kind === "openapi"
      ? readOpenApi(document.text, document.file)
      : { ...readWsdl(document.text, document.file), basePath: null };
  const { line, column } = document.origin ?? { line: 1, column: 1 };
  for (const diagnostic of read.diagnostics)
    loaded.adopt({ ...diagnostic, line: diagnostic.line + line - 1, column: diagnostic.column + column - 1 }, [...path, kind]);
  const takesServers = typeof source === "string" || source.servers !== false;
  const serviceUrl = written.serviceUrl ?? (takesServers ? read.serviceUrl : null);
  return {
    ...written,
    ...(kind === "wsdl" && !("type" in written) ? { type: "soap" as const } : {}),
    operations: withOwn(read.operations, written.operations ?? {}),
    ...(serviceUrl === null ? {} : { serviceUrl }),
    ...(written.path === undefined && takesServers && read.basePath !== null ? { path: read.basePath } : {}),
  };
}

/** Operations of the document; one that the API lists as well has what the API says, and the rest of the document. */
function withOwn(
  read: Readonly<Record<string, OperationConfiguration>>,
  own: Readonly<Record<string, OperationConfiguration>>,
): Record<string, OperationConfiguration> {
  const all = new Map(Object.entries(read));
  for (const [id, operation] of Object.entries(own)) all.set(id, { ...all.get(id), ...operation });
  return Object.fromEntries(all);
}

/** Ids of the APIs that this gateway serves; null for all. */
export function servedApis(data: GatewayConfiguration, loaded: LoadedConfiguration): ReadonlySet<string> | null {
  for (const [id, gateway] of Object.entries(data.gateways ?? {})) {
    gateway.apis.forEach((api, index) => {
      if (!Object.hasOwn(data.apis ?? {}, api))
        loaded.report(["gateways", id, "apis", index], notThere("API", String(api), Object.keys(data.apis ?? {})));
    });
  }
  if (data.gateway === undefined) return null;
  const name = String(data.gateway);
  const gateway = Object.hasOwn(data.gateways ?? {}, name) ? data.gateways![name] : undefined;
  if (gateway === undefined) {
    loaded.report(["gateway"], notThere("gateway", name, Object.keys(data.gateways ?? {})));
    return null;
  }
  return new Set(gateway.apis.map(String));
}

function revisionsOf(api: ApiConfiguration, path: Path, loaded: LoadedConfiguration): RevisionParts[] {
  const own = String(api.revision ?? "1");
  const others = Object.entries(api.revisions ?? {}).map(
    ([number, revision]) => [number, revisionOf(api, revision, [...path, "revisions", number], loaded)] as const,
  );
  const current = others.filter(([, revision]) => revision.isCurrent === true).map(([number]) => number);
  if (current.length > 1) loaded.report([...path, "revisions"], configurationProblems.severalCurrent(current));
  const parts: RevisionParts[] = others.map(([number, revision]) => ({
    revision: number,
    isCurrent: number === (current[0] ?? own),
    isOnline: revision.isOnline ?? true,
    serviceUrl: revision.serviceUrl ?? api.serviceUrl,
    policy: revision.policy ?? api.policy,
    policyPath: revision.policy === undefined ? [...path, "policy"] : [...path, "revisions", number, "policy"],
    operations: revision.operations ?? api.operations ?? {},
    operationsPath: revision.operations === undefined ? [...path, "operations"] : [...path, "revisions", number, "operations"],
    path: [...path, "revisions", number],
    graphql: graphqlParts(api, revision, path, [...path, "revisions", number]),
  }));
  if (others.some(([number]) => number === own)) return parts;
  return [
    {
      revision: own,
      isCurrent: current.length === 0,
      isOnline: api.isOnline ?? true,
      serviceUrl: api.serviceUrl,
      policy: api.policy,
      policyPath: [...path, "policy"],
      operations: api.operations ?? {},
      operationsPath: [...path, "operations"],
      path,
      graphql: graphqlParts(api, null, path, path),
    },
    ...parts,
  ];
}

function revisionOf(
  { type }: ApiConfiguration,
  written: RevisionConfiguration,
  path: Path,
  loaded: LoadedConfiguration,
): RevisionConfiguration {
  const described = withOpenApi(written, path, loaded);
  return described.operations === undefined ? described : withGraphqlOperations(described, type);
}

function buildApi(
  id: string,
  written: ApiConfiguration,
  parts: RevisionParts,
  operations: readonly OperationModel[],
  path: Path,
  loaded: LoadedConfiguration,
  { workspaces, owner, expand, loggers, diagnostics, documents }: ApiSurroundings,
  data: GatewayConfiguration,
): ApiModel {
  const serviceUrl: Url | null =
    parts.serviceUrl === undefined ? null : buildUrl(expand(parts.serviceUrl), parts.serviceUrl, [...path, "serviceUrl"], loaded);
  const names = written.subscriptionKeyParameterNames;
  const prefix = String(written.path ?? "").replace(/^\/+|\/+$/g, "");
  if (/[?#;{}*]/.test(prefix)) loaded.report([...path, "path"], configurationProblems.pathInvalid(written.path));
  return {
    id,
    name: String(written.name ?? id),
    path: prefix,
    protocols: written.protocols ?? protocolsOf(written.type),
    serviceUrl,
    subscriptionRequired: written.subscriptionRequired ?? true,
    subscriptionKeyParameterNames: {
      header: names?.header ?? "Ocp-Apim-Subscription-Key",
      query: names?.query ?? "subscription-key",
    },
    type: written.type ?? "http",
    answersPreflights: written.preflights === "gateway",
    revision: parts.revision,
    isCurrentRevision: parts.isCurrent,
    isOnline: parts.isOnline,
    version: written.versioning?.version === undefined ? null : String(written.versioning.version),
    versioning: versioningOf(written, path, loaded),
    workspace: written.workspace === undefined ? owner : (workspaces.get(written.workspace) ?? null),
    operations,
    mcpTools: mcpToolsOf(written, path, data, loaded),
    ...mcpAnnouncements(written, path, prefix, loaded),
    agent: agentOf(written, path, expand, loaded),
    backendId: written.backendId ?? null,
    diagnostics: buildDiagnostics(written.diagnostics, [...path, "diagnostics"], loaded, loggers, diagnostics),
    graphql: buildGraphql(written, parts.graphql, parts.path, documents, loaded),
  };
}

function protocolsOf(type: ApiConfiguration["type"]): readonly string[] {
  if (type === "websocket") return ["ws", "wss"];
  return type === "graphql" ? ["http", "https", "ws", "wss"] : ["http", "https"];
}

function versioningOf(written: ApiConfiguration, path: Path, loaded: LoadedConfiguration): VersioningModel | null {
  const { versioning } = written;
  if (versioning === undefined) return null;
  const { scheme } = versioning;
  const name = scheme === "query" ? versioning.versionQueryName : scheme === "header" ? versioning.versionHeaderName : "";
  if (name === undefined) {
    const key = scheme === "query" ? "versionQueryName" : "versionHeaderName";
    loaded.report([...path, "versioning"], configurationProblems.versionWithout(scheme, key));
  }
  return { set: String(versioning.set ?? written.path ?? ""), scheme, name: name ?? "" };
}

function buildOperation(id: string, written: OperationConfiguration, path: Path, loaded: LoadedConfiguration): OperationModel {
  const { method = "", urlTemplate = "" } = written;
  if (written.method === undefined || written.urlTemplate === undefined)
    loaded.report(path, configurationProblems.operationWithout(id, written.method === undefined ? "method" : "urlTemplate"));
  else if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/.test(method))
    loaded.report([...path, "method"], configurationProblems.methodInvalid(method));
  const template = parseTemplate(urlTemplate);
  if ("error" in template)
    loaded.report([...path, "urlTemplate"], configurationProblems.templateInvalid(urlTemplate, template.error));
  return {
    id,
    name: String(written.name ?? id),
    method: method.toUpperCase(),
    urlTemplate,
    templateParameters: (written.templateParameters ?? []).map((parameter) => parameterModel(parameter, ",")),
    request:
      written.request === undefined
        ? null
        : {
            queryParameters: (written.request.queryParameters ?? []).map((parameter) => parameterModel(parameter, null)),
            headers: (written.request.headers ?? []).map((header) => parameterModel(header, ",")),
            representations: (written.request.representations ?? []).map(representationModel),
          },
    responses: (written.responses ?? []).map((response) => ({
      statusCode: response.statusCode,
      description: response.description ?? "",
      headers: (response.headers ?? []).map((header) => parameterModel(header, ",")),
      representations: (response.representations ?? []).map(representationModel),
    })),
  };
}

function parameterModel(written: ParameterConfiguration, separator: string | null): ParameterModel {
  return {
    name: String(written.name),
    type: written.type ?? "string",
    required: written.required ?? false,
    defaultValue: written.defaultValue === undefined ? null : String(written.defaultValue),
    values: (written.values ?? []).map(String),
    schema: written.schema ?? null,
    listSeparator: written.listSeparator ?? separator,
  };
}

function representationModel(written: RepresentationConfiguration): RepresentationModel {
  const { example } = written;
  return {
    contentType: written.contentType,
    example: example === undefined ? null : typeof example === "string" ? example : JSON.stringify(example),
    schemaId: written.schemaId ?? null,
    schema: written.schema ?? null,
  };
}

function documentOf(policy: PolicySource | undefined, path: Path, loaded: LoadedConfiguration): PolicyDocument | null {
  return policy === undefined ? null : loaded.policyDocument(policy, path);
}
