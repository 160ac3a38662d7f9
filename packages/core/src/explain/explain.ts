import { type BuiltConfiguration, buildConfiguration, documentTexts, type Namespace } from "../config/build/build.js";
import { noOutsideValues, type OutsideValues, outsideReferences } from "../config/outside-values.js";
import { LoadedConfiguration } from "../config/source.js";
import { concealSecrets } from "../diagnostics/conceal.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { type Gateway, RunningGateway } from "../gateway.js";
import type { ConfigurationInput } from "../gateway-options.js";
import { Headers } from "../http/headers.js";
import { normalizePath } from "../http/path.js";
import { Url } from "../http/url.js";
import type { ApiModel, GatewayModel, OperationModel, PolicyDocument, ProductModel } from "../model/model.js";
import { knowDocuments, namesMask, type SecretMask, secretMask } from "../policy/secret-mask.js";
import { Router } from "../routing/router.js";
import { type EffectivePolicy, EffectiveReader, type EffectiveSections, type ScopeDocument } from "./effective.js";

/** An operation of a configuration and where it stands. */
export interface ExplainedOperation {
  readonly api: ApiModel;
  readonly operation: OperationModel;
  /** Products that contain the API. */
  readonly products: readonly ProductModel[];
}

/**
 * A configuration looked at without running it: which operation answers a request, and what its pipeline is in effect. Policies are not
 * compiled, nothing is looked up in vaults.
 */
export class ExplainedConfiguration {
  readonly model: GatewayModel;
  /** For whatever is printed of it. */
  readonly mask: SecretMask;
  /** For what it says of itself by name: policies, addresses. */
  readonly namesMask: SecretMask;
  /** What is wrong with the configuration, as far as it was looked at. */
  readonly diagnostics: Diagnostic[];
  private readonly router: Router;
  private readonly reader: EffectiveReader;
  private readonly namespaceOf = new Map<ApiModel, Namespace>();
  private readonly scopes = new Map<object, ScopeDocument>();

  constructor(private readonly built: BuiltConfiguration) {
    this.model = built.model;
    knowDocuments(built.model, documentTexts(built));
    this.mask = secretMask(built.model);
    this.namesMask = namesMask(built.model);
    this.diagnostics = [...built.diagnostics];
    this.router = new Router(
      built.namespaces.flatMap(({ apis }) => apis),
      built.model.hostnames,
    );
    this.reader = new EffectiveReader(this.namesMask, this.diagnostics);
    for (const namespace of built.namespaces) for (const api of namespace.apis) this.namespaceOf.set(api, namespace);
  }

  /** All operations, of all versions and revisions, in the order of the configuration. */
  operations(): ExplainedOperation[] {
    return [...this.namespaceOf.keys()].flatMap((api) =>
      api.operations.map((operation) => ({ api, operation, products: this.productsOf(api) })),
    );
  }

  /**
   * The operation that answers a request; null if none does.
   * @param target path with or without query, or an absolute URL
   */
  find(method: string, target: string, headers: Readonly<Record<string, string>> = {}): ExplainedOperation | null {
    const host = this.model.hostnames[0]?.replace("*", "gateway") ?? "gateway";
    const urls = /^https?:/i.test(target) ? [target] : ["https", "http"].map((scheme) => `${scheme}://${host}${target}`);
    for (const text of urls) {
      const parsed = Url.parse(text);
      const url = parsed === null ? null : normalizePath(parsed);
      const route = url === null ? null : this.router.route(method.toUpperCase(), url, new Headers(headers));
      if (route?.match != null) return { api: route.api, operation: route.match.operation, products: this.productsOf(route.api) };
    }
    return null;
  }

  /** Where requests for an operation go in: prefix, version and revision as they stand in a URL, and the template. */
  urlOf(found: ExplainedOperation): string {
    return this.namesMask.text(urlOf(found));
  }

  /** The product whose policies run where the caller has no key: the open one; null for none. */
  openProduct({ products }: ExplainedOperation): ProductModel | null {
    return products.find(({ subscriptionRequired }) => !subscriptionRequired) ?? null;
  }

  /** The pipeline of an operation in a product's context. Null leaves the product's scope out. */
  sections({ api, operation }: ExplainedOperation, product: ProductModel | null): EffectiveSections {
    const { documents } = this.built;
    const service = this.built.namespaces[0]!;
    const inner = this.namespaceOf.get(api) ?? service;
    const workspace =
      api.workspace === null
        ? null
        : (this.built.namespaces.find((namespace) => namespace.workspace?.id === api.workspace!.id) ?? null);
    const scopes = [
      this.scope("operation", operation, documents.operations.get(operation), inner),
      this.scope("api", api, documents.apis.get(api), inner),
      product === null ? null : this.scope("product", product, documents.products.get(product), inner),
      workspace === null
        ? null
        : this.scope("workspace", workspace, documents.workspaces.get(workspace.workspace!.id), workspace),
      this.scope("global", service, documents.global, service),
    ];
    const sections = this.reader.sectionsOf(scopes.filter((scope) => scope !== null));
    const resolvers = this.resolvers(api, inner);
    return resolvers.length === 0 ? sections : { ...sections, backend: [...sections.backend, ...resolvers] };
  }

  /** The documents of a GraphQL API's resolvers, which run as part of its backend. */
  private resolvers({ graphql }: ApiModel, namespace: Namespace): EffectivePolicy[] {
    return (graphql?.resolvers ?? []).flatMap((resolver) => {
      const document = this.built.documents.resolvers.get(resolver);
      const scope = this.scope("graphql-resolver", resolver, document, namespace);
      return scope === null ? [] : this.reader.resolver(scope, { id: resolver.id, path: `${resolver.type}/${resolver.field}` });
    });
  }

  /** The policy documents, and fragments, with stars in place of secrets: everything else stays in its line and column. */
  documents(): PolicyDocument[] {
    const { namespaces, documents } = this.built;
    const scopes = [documents.workspaces, documents.products, documents.apis, documents.operations];
    const all = [
      documents.global,
      ...scopes.flatMap((scope) => [...scope.values()]),
      ...namespaces.flatMap(({ fragments }) => fragments.map(({ document }) => document)),
    ];
    return all.map((document) => ({
      ...document,
      text: this.namesMask.text(concealSecrets(document.text, "policy.xml")),
    }));
  }

  /** What requests to an API run on. */
  modelOf(api: ApiModel): GatewayModel {
    return (api.workspace === null ? undefined : this.model.workspaces.get(api.workspace.id)) ?? this.model;
  }

  private productsOf(api: ApiModel): ProductModel[] {
    return (this.namespaceOf.get(api)?.products ?? []).filter(({ apis }) => apis.includes(api.id));
  }

  /** One object a document, so that it is read once. */
  private scope(
    scope: ScopeDocument["scope"],
    owner: object,
    document: ScopeDocument["document"] | undefined,
    { model }: Namespace,
  ): ScopeDocument | null {
    if (document === undefined) return null;
    let made = this.scopes.get(owner);
    if (made === undefined) this.scopes.set(owner, (made = { scope, document, model }));
    return made;
  }
}

/** As {@link ExplainedConfiguration.urlOf}, secrets and all. */
export function urlOf({ api, operation }: ExplainedOperation): string {
  const parts = [api.path, ...(api.versioning?.scheme === "segment" && api.version !== null ? [api.version] : [])].filter(
    (part) => part !== "",
  );
  const prefix = parts.map((part) => `/${part}`).join("");
  const template = operation.urlTemplate.startsWith("/") ? operation.urlTemplate : `/${operation.urlTemplate}`;
  return `${prefix}${api.isCurrentRevision ? "" : `${prefix === "" ? "/" : ""};rev=${api.revision}`}${template}`;
}

/**
 * Looks at a configuration without running it.
 *
 *     const explained = explainConfiguration(loadConfiguration("gateway.yaml"));
 *     const found = explained.find("GET", "/payments/accounts");
 *     const { inbound } = explained.sections(found, explained.openProduct(found));
 *
 * @param folder where files are looked for that a configuration made in code names; default the process's own
 */
export function explainConfiguration(configuration: ConfigurationInput, folder: string = process.cwd()): ExplainedConfiguration {
  const loaded =
    configuration instanceof LoadedConfiguration ? configuration.fresh() : LoadedConfiguration.fromObject(configuration, folder);
  return new ExplainedConfiguration(buildConfiguration(loaded, unknownValues(loaded)));
}

/**
 * Looks at the configuration that a gateway has in force.
 * @throws TypeError for one that createGateway has not made
 */
export function explainGateway(gateway: Gateway): ExplainedConfiguration {
  if (!(gateway instanceof RunningGateway)) throw new TypeError("Invalid gateway: expected one that createGateway has made.");
  return new ExplainedConfiguration(gateway.built);
}

/** Values from files and vaults are not looked up. */
function unknownValues({ data }: LoadedConfiguration): OutsideValues {
  return { ...noOutsideValues, unknown: new Set(outsideReferences(data).map(({ key }) => key)) };
}
