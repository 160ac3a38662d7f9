import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { defaultDeployment, emptyModel } from "../../model/empty.js";
import type {
  ApiModel,
  FragmentModel,
  GatewayModel,
  LoggerModel,
  NamedValueModel,
  PolicyDocument,
  ProductModel,
  SubscriptionModel,
  UserModel,
  WorkspaceModel,
} from "../../model/model.js";
import type { GatewayConfiguration } from "../configuration.js";
import { noOutsideValues, type OutsideValues, outsideReferences } from "../outside-values.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";
import { buildProducts, buildSubscriptions, buildUsers } from "./access.js";
import { type ApiDocuments, buildApis, servedApis } from "./apis.js";
import { buildBackends } from "./backends.js";
import { buildCertificates } from "./certificates.js";
import { buildDiagnostics } from "./diagnostics.js";
import { buildUrl } from "./findings.js";
import { buildHostnames } from "./hostnames.js";
import { buildNamedValues } from "./named-values.js";
import { buildRevocation } from "./revocation.js";
import { buildSchemas } from "./schemas.js";

/** A configuration's model and the documents of its scopes. */
export interface BuiltConfiguration {
  readonly model: GatewayModel;
  /** The service itself first. */
  readonly namespaces: readonly Namespace[];
  readonly documents: ScopeDocuments;
  readonly diagnostics: readonly Diagnostic[];
}

/** The text of every document of a configuration. */
export function* documentTexts({ namespaces, documents }: BuiltConfiguration): Generator<string> {
  for (const { fragments } of namespaces) for (const { document } of fragments) yield document.text;
  yield documents.global.text;
  for (const scope of [documents.workspaces, documents.products, documents.apis, documents.operations, documents.resolvers])
    for (const { text } of scope.values()) yield text;
}

/** Entities that refer to each other by id: those of the service, or of one workspace. */
export interface Namespace {
  /** Null for the service itself. */
  readonly workspace: WorkspaceModel | null;
  /** What its documents see; of a workspace, the service's entities as well. */
  readonly model: GatewayModel;
  readonly apis: readonly ApiModel[];
  readonly products: readonly ProductModel[];
  readonly subscriptions: readonly SubscriptionModel[];
  readonly fragments: readonly FragmentModel[];
}

/** Documents that are found while the entities are built that they belong to. */
interface GatheredDocuments extends ApiDocuments {
  readonly products: Map<ProductModel, PolicyDocument>;
}

/** Policy documents by what they belong to. */
export interface ScopeDocuments extends GatheredDocuments {
  readonly global: PolicyDocument;
  /** By id. */
  readonly workspaces: ReadonlyMap<string, PolicyDocument>;
}

/** What holds where the configuration has no global policy, as in API Management. */
const defaultGlobalPolicy: PolicyDocument = {
  text: "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>",
  file: "default global policy",
};

/** Turns what the user wrote into the model, and finds what does not fit together. */
export function buildConfiguration(loaded: LoadedConfiguration, outside: OutsideValues = noOutsideValues): BuiltConfiguration {
  const { data } = loaded;
  const workspaces = new Map(
    Object.entries(data.workspaces ?? {}).map(([id, workspace]) => [id, { id, name: String(workspace.name ?? id) }]),
  );
  const gathered: GatheredDocuments = {
    products: new Map(),
    apis: new Map(),
    operations: new Map(),
    resolvers: new Map(),
    places: new Map(),
  };
  const shared: SharedParts = {
    loaded,
    documents: gathered,
    workspaces,
    users: buildUsers(data, loaded),
    served: servedApis(data, loaded),
    ownerOfKey: new Map(),
    outside,
  };
  const service = buildService(shared);
  const inner = [...workspaces.values()].map((workspace) => buildWorkspace(workspace, service.model, shared));
  const documents: ScopeDocuments = {
    ...gathered,
    global: (data.policy === undefined ? null : loaded.policyDocument(data.policy, ["policy"])) ?? defaultGlobalPolicy,
    workspaces: documentsOf("workspaces", Object.entries(data.workspaces ?? {}), loaded),
  };
  reportUnknown(loaded, outside);
  const model = { ...service.model, workspaces: new Map(inner.map((namespace) => [namespace.workspace!.id, namespace.model])) };
  return { model, namespaces: [{ ...service, model }, ...inner], documents, diagnostics: loaded.diagnostics };
}

/** One warning for all values in vaults that nobody has asked for. */
function reportUnknown(loaded: LoadedConfiguration, { unknown }: OutsideValues): void {
  const references = outsideReferences(loaded.data).filter(
    ({ key, source }) => unknown?.has(key) === true && !("file" in source),
  );
  if (references.length === 0) return;
  const names = references.map(({ what }) => what);
  loaded.report(references[0]!.path, configurationProblems.vaultsNotAsked(names));
}

/** What all namespaces are built with. */
interface SharedParts {
  readonly loaded: LoadedConfiguration;
  readonly documents: GatheredDocuments;
  readonly workspaces: ReadonlyMap<string, WorkspaceModel>;
  readonly users: ReadonlyMap<string, UserModel>;
  readonly served: ReadonlySet<string> | null;
  readonly ownerOfKey: Map<string, string>;
  readonly outside: OutsideValues;
}

/** The maps of a model that a workspace may have for itself. */
type Entities = Pick<
  GatewayModel,
  | "namedValues"
  | "backends"
  | "apis"
  | "products"
  | "subscriptions"
  | "fragments"
  | "schemas"
  | "certificates"
  | "loggers"
  | "diagnostics"
  | "notServed"
>;

function buildService(shared: SharedParts): Namespace {
  const { loaded } = shared;
  const { data } = loaded;
  const namedValues = buildNamedValues(data, loaded, shared.outside);
  const entities = buildEntities(loaded, namedValues, null, emptyModel, shared);
  const sidecar = data.deployment?.daprUrl;
  if (sidecar !== undefined) buildUrl(sidecar, sidecar, ["deployment", "daprUrl"], loaded);
  const model: GatewayModel = {
    ...entities,
    deployment: {
      ...defaultDeployment,
      ...data.deployment,
      ...(data.gateway === undefined ? {} : { gatewayId: String(data.gateway), instanceId: String(data.gateway) }),
    },
    hostnames: buildHostnames(data, loaded),
    users: shared.users,
    openIdProviders: new Map(
      Object.entries(data.openIdProviders ?? {}).map(([id, provider]) => [
        id,
        { id, metadataEndpoint: expandNamedValues(provider.metadataEndpoint, namedValues) },
      ]),
    ),
    revocation: buildRevocation(data, loaded),
    tokens: { cache: data.tokens?.cache ?? true, algorithms: data.tokens?.algorithms ?? [] },
    gatewayErrors: data.gatewayErrors ?? "turnpike",
    pathEncoding: data.pathEncoding ?? "plain",
    limits: data.limits ?? {},
    workspaces: new Map(),
  };
  return namespaceOf(null, entities, model);
}

/** A workspace, which sees its own entities first, then those of the service. */
function buildWorkspace(workspace: WorkspaceModel, service: GatewayModel, shared: SharedParts): Namespace {
  const { loaded } = shared;
  const path = ["workspaces", workspace.id];
  const written = loaded.data.workspaces![workspace.id]!;
  const { name: _, ...data } = written;
  const inner = loaded.within(path, { ...data, ...(loaded.data.users === undefined ? {} : { users: loaded.data.users }) });
  const namedValues = over(service.namedValues, buildNamedValues(data, inner, shared.outside));
  const entities = buildEntities(inner, namedValues, workspace, service, shared);
  for (const id of entities.backends.keys())
    if (service.backends.has(id)) inner.report(["backends", id], configurationProblems.backendTwice(workspace.id, id));
  const model: GatewayModel = {
    ...service,
    namedValues,
    backends: over(service.backends, entities.backends),
    apis: over(service.apis, entities.apis),
    products: over(service.products, entities.products),
    subscriptions: over(service.subscriptions, entities.subscriptions),
    fragments: over(service.fragments, entities.fragments),
    schemas: over(service.schemas, entities.schemas),
    certificates: over(service.certificates, entities.certificates),
    loggers: over(service.loggers, entities.loggers),
    diagnostics: entities.diagnostics,
  };
  return namespaceOf(workspace, entities, model);
}

/** @param outer what is seen behind the namespace's own entities */
function buildEntities(
  loaded: LoadedConfiguration,
  namedValues: GatewayModel["namedValues"],
  workspace: WorkspaceModel | null,
  outer: GatewayModel,
  shared: SharedParts,
): Entities {
  const { data } = loaded;
  const { documents, workspaces } = shared;
  const expand = (text: string): string => expandNamedValues(text, namedValues);
  const certificates = buildCertificates(data, loaded, shared.outside, expand);
  const served = workspace === null || shared.served === null ? shared.served : NONE;
  const loggers = new Map(Object.entries(data.loggers ?? {}).map(([id, logger]) => [id, buildLogger(id, logger, expand)]));
  const known = over(outer.loggers, loggers);
  const diagnostics = buildDiagnostics(data.diagnostics, ["diagnostics"], loaded, known, outer.diagnostics);
  const notServed: ApiModel[] = [];
  const apis = buildApis(data, loaded, {
    notServed,
    workspaces,
    owner: workspace,
    served,
    documents,
    expand,
    loggers: known,
    diagnostics,
  });
  const products = buildProducts(data, loaded);
  for (const [id, product] of products) documents.places.set(product, loaded.fromRoot(["products", id]));
  for (const [id, document] of documentsOf("products", Object.entries(data.products ?? {}), loaded))
    documents.products.set(products.get(id)!, document);
  return {
    namedValues,
    apis,
    products,
    certificates,
    backends: buildBackends(data, loaded, over(outer.certificates, certificates), expand, workspace?.id ?? null),
    subscriptions: buildSubscriptions(data, loaded, expand, shared.ownerOfKey),
    fragments: buildFragments(data, loaded),
    schemas: buildSchemas(data, loaded),
    loggers,
    diagnostics,
    notServed,
  };
}

/** A gateway by name serves APIs of the service only. */
const NONE: ReadonlySet<string> = new Set();

function namespaceOf(workspace: WorkspaceModel | null, entities: Entities, model: GatewayModel): Namespace {
  return {
    workspace,
    model,
    apis: [...entities.apis.values()],
    products: [...entities.products.values()],
    subscriptions: [...entities.subscriptions.values()],
    fragments: [...entities.fragments.values()],
  };
}

/** Two maps as one; what both have is the inner one's. */
function over<V>(outer: ReadonlyMap<string, V>, inner: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  return inner.size === 0 ? outer : new Map([...outer, ...inner]);
}

function documentsOf(
  kind: string,
  entries: readonly (readonly [string, { readonly policy?: GatewayConfiguration["policy"] }])[],
  loaded: LoadedConfiguration,
): Map<string, PolicyDocument> {
  const documents = new Map<string, PolicyDocument>();
  for (const [id, { policy }] of entries) {
    const document = policy === undefined ? null : loaded.policyDocument(policy, [kind, id, "policy"]);
    if (document !== null) documents.set(id, document);
  }
  return documents;
}

/** Puts named values into a text of the configuration itself (a service URL, a credential). Unknown names stay. */
function expandNamedValues(text: string, values: ReadonlyMap<string, NamedValueModel>): string {
  return text.replace(/\{\{([A-Za-z0-9._-]{1,256})\}\}/g, (whole, name: string) => values.get(name)?.value ?? whole);
}

function buildFragments(data: GatewayConfiguration, loaded: LoadedConfiguration): Map<string, FragmentModel> {
  const fragments = new Map<string, FragmentModel>();
  for (const [id, source] of Object.entries(data.fragments ?? {})) {
    const document = loaded.policyDocument(source, ["fragments", id]);
    if (document !== null) fragments.set(id, { id, document });
  }
  return fragments;
}

function buildLogger(
  id: string,
  written: NonNullable<GatewayConfiguration["loggers"]>[string],
  expand: (text: string) => string,
): LoggerModel {
  const properties = Object.entries(written.properties ?? {}).map(([key, value]) => [key, expanded(value, expand, 0)] as const);
  return { id, type: written.type ?? "", properties: new Map(properties) };
}

/** How deep settings of loggers are looked into. */
const DEEPEST = 8;

/** Plain data with named values put into its texts. */
function expanded(value: unknown, expand: (text: string) => string, depth: number): unknown {
  if (typeof value === "string") return expand(value);
  if (typeof value !== "object" || value === null || depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => expanded(item, expand, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, expanded(member, expand, depth + 1)]));
}
