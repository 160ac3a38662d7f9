import type { Diagnostic } from "../diagnostics.js";
import { buildProducts, buildSubscriptions, buildUsers } from "./build-access.js";
import { type BuiltApis, buildApis } from "./build-apis.js";
import { buildBackends, buildSchemas } from "./build-backends.js";
import { buildCertificates } from "./build-certificates.js";
import { buildNamedValues } from "./build-named-values.js";
import { buildRevocation } from "./build-revocation.js";
import type { GatewayConfiguration } from "./configuration.js";
import { defaultDeployment } from "./empty.js";
import type { FragmentModel, GatewayModel, LoggerModel, NamedValueModel, PolicyDocument } from "./model.js";
import { noOutsideValues, type OutsideValues } from "./outside-values.js";
import type { LoadedConfiguration } from "./source.js";

/** A configuration's model and the documents of its scopes. */
export interface BuiltConfiguration {
  readonly model: GatewayModel;
  readonly documents: ScopeDocuments;
  readonly diagnostics: readonly Diagnostic[];
}

/** Policy documents by what they belong to. */
export interface ScopeDocuments {
  readonly global: PolicyDocument;
  /** By id. */
  readonly workspaces: ReadonlyMap<string, PolicyDocument>;
  readonly products: ReadonlyMap<string, PolicyDocument>;
  readonly apis: BuiltApis["apiDocuments"];
  readonly operations: BuiltApis["operationDocuments"];
}

/** What holds where the configuration has no global policy, as in API Management. */
const defaultGlobalPolicy: PolicyDocument = {
  text: "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>",
  file: "default global policy",
};

/** Turns what the user wrote into the model, and finds what does not fit together. */
export function buildConfiguration(loaded: LoadedConfiguration, outside: OutsideValues = noOutsideValues): BuiltConfiguration {
  const { data } = loaded;
  const namedValues = buildNamedValues(data, loaded, outside);
  const expand = (text: string): string => expandNamedValues(text, namedValues);
  const certificates = buildCertificates(data, loaded, outside, expand);
  const workspaces = Object.entries(data.workspaces ?? {});
  const workspaceModels = new Map(workspaces.map(([id, one]) => [id, { id, name: String(one.name ?? id) }]));
  const built = buildApis(data, loaded, workspaceModels, expand);
  const products = buildProducts(data, loaded);
  const users = buildUsers(data, loaded);
  const model: GatewayModel = {
    deployment: {
      ...defaultDeployment,
      ...data.deployment,
      ...(data.gateway === undefined ? {} : { gatewayId: String(data.gateway), instanceId: String(data.gateway) }),
    },
    namedValues,
    backends: buildBackends(data, loaded, certificates, expand),
    apis: built.apis,
    products,
    users,
    subscriptions: buildSubscriptions(data, loaded, expand),
    fragments: buildFragments(data, loaded),
    schemas: buildSchemas(data, loaded),
    certificates,
    loggers: new Map(Object.entries(data.loggers ?? {}).map(([id, one]) => [id, buildLogger(id, one)])),
    openIdProviders: new Map(
      Object.entries(data.openIdProviders ?? {}).map(([id, one]) => [id, { id, metadataEndpoint: expand(one.metadataEndpoint) }]),
    ),
    revocation: buildRevocation(data, loaded),
    tokens: { cache: data.tokens?.cache ?? true, algorithms: data.tokens?.algorithms ?? [] },
  };
  const global = data.policy === undefined ? defaultGlobalPolicy : loaded.policyDocument(data.policy, ["policy"]);
  const documents: ScopeDocuments = {
    global: global ?? defaultGlobalPolicy,
    workspaces: documentsOf("workspaces", workspaces, loaded),
    products: documentsOf("products", Object.entries(data.products ?? {}), loaded),
    apis: built.apiDocuments,
    operations: built.operationDocuments,
  };
  return { model, documents, diagnostics: loaded.diagnostics };
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

function buildLogger(id: string, written: NonNullable<GatewayConfiguration["loggers"]>[string]): LoggerModel {
  return { id, type: written.type ?? "", properties: new Map(Object.entries(written.properties ?? {})) };
}
