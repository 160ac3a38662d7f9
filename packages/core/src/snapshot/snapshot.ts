import type { CompiledPolicy } from "../compile/block.js";
import { base } from "../compile/compile.js";
import { type CompiledDocument, compileAlone, compileDocument, compileResolver } from "../compile/document.js";
import { type CompileEnvironment, variablesSet } from "../compile/environment.js";
import { notForHandshakes } from "../compile/handshake.js";
import { joinScopes, type Program } from "../compile/program.js";
import type { PolicyRegistry } from "../compile/registry.js";
import {
  type BuiltConfiguration,
  buildConfiguration,
  documentTexts,
  type Namespace,
  type ScopeDocuments,
} from "../config/build/build.js";
import { noOutsideValues, type OutsideValues } from "../config/outside-values.js";
import { configurationProblems } from "../config/problems.js";
import type { LoadedConfiguration } from "../config/source.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { ConfigurationError } from "../diagnostics/diagnostic.js";
import { type DataPath, ownedBy } from "../diagnostics/owner.js";
import { apiSchema, graphqlPackages, resolverFindings } from "../graphql/schema.js";
import { GraphqlServer } from "../graphql/server.js";
import { McpServer } from "../mcp/server.js";
import type { ApiModel, GatewayModel, OperationModel, PolicyDocument, ProductModel, ResolverModel } from "../model/model.js";
import { loadPolicies, moduleFile } from "../policy/policy-modules.js";
import { knowDocuments, SecretMask, secretMask } from "../policy/secret-mask.js";
import type { ScopeName } from "../policy/sections.js";
import { Router } from "../routing/router.js";
import type { XmlDocument } from "../xml/nodes.js";
import { readPolicyXml } from "../xml/read.js";
import { AccessControl } from "./access.js";
import { placementProblems } from "./problems.js";
import { errorsOf, Quarantine, setAside, type Usable, usablePart } from "./quarantine.js";

/** The compiled form of a whole configuration: immutable; requests run on the one that was in force when they came. */
export class Snapshot {
  readonly model: GatewayModel;
  readonly access: AccessControl;
  /** By operation (or, without one, API or snapshot), then by product. */
  private readonly programs = new Map<object, Map<string | null, Program>>();
  private readonly mcpServers = new Map<ApiModel, McpServer>();
  /** The products that an API can be in, by id: those of the service, or of its workspace. */
  private readonly productsBeside = new Map<ApiModel, ReadonlyMap<string, ProductModel>>();

  constructor(
    readonly built: BuiltConfiguration,
    readonly router: Router,
    private readonly documents: CompiledScopes,
    readonly warnings: readonly Diagnostic[],
    /** What it is in force without; null if the whole configuration is. */
    readonly quarantine: Quarantine | null,
    /** The policies that its documents are made of. */
    readonly registry: PolicyRegistry,
  ) {
    this.model = built.model;
    this.access = new AccessControl(built);
    for (const { apis, products } of built.namespaces) {
      const byId = new Map(products.map((product) => [product.id, product]));
      for (const api of apis) this.productsBeside.set(api, byId);
    }
  }

  /** The MCP server of an API that is made of tools; null for others. */
  mcpServer(api: ApiModel): McpServer | null {
    if (api.mcpTools === null) return null;
    let server = this.mcpServers.get(api);
    if (server === undefined) this.mcpServers.set(api, (server = new McpServer(api, this.modelOf(api))));
    return server;
  }

  /** The server of a GraphQL API whose fields the gateway resolves; null for others. */
  graphqlServer(api: ApiModel): GraphqlServer | null {
    return this.documents.graphql.get(api) ?? null;
  }

  /** What requests to an API run on: of a workspace's API, what the workspace sees. */
  modelOf(api: ApiModel): GatewayModel {
    return (api.workspace === null ? undefined : this.model.workspaces.get(api.workspace.id)) ?? this.model;
  }

  /** The effective pipeline of an operation in a product's context, joined on first use. Null leaves a scope out. */
  program(api: ApiModel | null, operation: OperationModel | null, productId: string | null): Program {
    const place = operation ?? api ?? this;
    let byProduct = this.programs.get(place);
    if (byProduct === undefined) this.programs.set(place, (byProduct = new Map()));
    const known = byProduct.get(productId);
    if (known !== undefined) return known;
    const { documents } = this;
    const product = api === null || productId === null ? undefined : this.productsBeside.get(api)?.get(productId);
    const scopes = [
      operation === null ? undefined : documents.operations.get(operation),
      api === null ? undefined : documents.apis.get(api),
      product === undefined ? undefined : documents.products.get(product),
      api?.workspace == null ? undefined : documents.workspaces.get(api.workspace.id),
      documents.global,
    ];
    const program = joinScopes(scopes.filter((document) => document !== undefined));
    byProduct.set(productId, program);
    return program;
  }
}

/** Compiled documents by what they belong to. */
interface CompiledScopes {
  readonly global: CompiledDocument;
  readonly workspaces: Map<string, CompiledDocument>;
  readonly products: Map<ProductModel, CompiledDocument>;
  readonly apis: Map<ApiModel, CompiledDocument>;
  readonly operations: Map<OperationModel, CompiledDocument>;
  /** The servers of GraphQL APIs whose fields the gateway resolves. */
  readonly graphql: Map<ApiModel, GraphqlServer>;
}

/** What configurations are compiled with. */
export type CompileTools = Pick<
  CompileEnvironment,
  "registry" | "expressions" | "packages" | "countsAlone" | "probes" | "tellsShapes"
> & {
  /** Gives a document another text than it has; null where all are taken as they are. */
  readonly rewrite: ((document: PolicyDocument) => PolicyDocument) | null;
};

/**
 * Compiles a configuration.
 * @throws ConfigurationError with every error found
 */
export async function compileSnapshot(
  source: LoadedConfiguration,
  tools: CompileTools,
  outside: OutsideValues = noOutsideValues,
): Promise<Snapshot> {
  if (errorsOf(source.diagnostics).length > 0) throw new ConfigurationError(masked(source.diagnostics, new SecretMask([])));
  const compiled = await compileOnce(source.fresh(), tools, outside);
  const diagnostics = maskedFor(compiled);
  if (errorsOf(diagnostics).length > 0) throw new ConfigurationError(diagnostics);
  return new Snapshot(compiled.built, compiled.router, compiled.documents, diagnostics, null, compiled.registry);
}

/**
 * Compiles what of a configuration can be used: an entity with errors is set aside, with what cannot be used without it, and the rest is
 * compiled again.
 * @param further what was found about it elsewhere
 * @throws ConfigurationError if something is wrong with it as a whole
 */
export async function compileUsable(
  source: LoadedConfiguration,
  tools: CompileTools,
  outside: OutsideValues,
  further: readonly Diagnostic[],
): Promise<Snapshot> {
  const { loaded, parts }: Usable = usablePart(source);
  const found: Diagnostic[] = [...source.diagnostics];
  if (further.length > 0) setAside(parts, errorsOf(further), further);
  found.push(...further);
  for (let rest = loaded.with(parts.rest()); ; rest = loaded.with(parts.rest())) {
    const compiled = await compileOnce(rest, tools, outside);
    const mask = secretMask(compiled.built.model);
    const errors = errorsOf(compiled.diagnostics);
    if (errors.length > 0) {
      found.push(...errors);
      try {
        setAside(parts, errors, compiled.diagnostics);
      } catch (error) {
        throw error instanceof ConfigurationError ? new ConfigurationError(masked(distinct(found), mask)) : error;
      }
      continue;
    }
    const entities = parts.all.map((entity) => ({ ...entity, finding: masked([entity.finding], mask)[0]! }));
    const quarantine = entities.length === 0 ? null : new Quarantine(entities, parts, compiled.built.documents.places);
    const diagnostics = masked(distinct([...found, ...compiled.diagnostics]), mask);
    return new Snapshot(compiled.built, compiled.router, compiled.documents, diagnostics, quarantine, compiled.registry);
  }
}

interface Compiled {
  readonly built: BuiltConfiguration;
  readonly router: Router;
  readonly documents: CompiledScopes;
  readonly diagnostics: readonly Diagnostic[];
  readonly registry: PolicyRegistry;
}

const maskedFor = ({ built, diagnostics }: Compiled): Diagnostic[] => masked(distinct(diagnostics), secretMask(built.model));

async function compileOnce(loaded: LoadedConfiguration, tools: CompileTools, outside: OutsideValues): Promise<Compiled> {
  const built = buildConfiguration(loaded, outside);
  tools.expressions.renew(built.model.limits);
  knowDocuments(built.model, documentTexts(built));
  const registry = await registryOf(loaded, tools.registry);
  await tools.packages.load(packagesNeeded(built, registry));
  const compilation = new SnapshotCompilation(built, { ...tools, registry });
  const documents = compilation.run();
  const router = new Router(
    built.namespaces.flatMap(({ apis }) => apis),
    built.model.hostnames,
  );
  for (const { api, other } of router.conflicts)
    loaded.report(
      api.workspace === null ? ["apis", api.id] : ["workspaces", api.workspace.id, "apis", api.id],
      configurationProblems.samePlace(other.id, api.id, api.path, api.version),
    );
  if (errorsOf([...built.diagnostics, ...compilation.diagnostics]).length === 0) reportClosed(built, loaded);
  return { built, router, documents, diagnostics: [...built.diagnostics, ...compilation.diagnostics], registry };
}

/** The policies that documents may name: those of the tools, and those of the modules that the configuration names. */
async function registryOf(loaded: LoadedConfiguration, registry: PolicyRegistry): Promise<PolicyRegistry> {
  const { policies: modules = [] } = loaded.data;
  if (modules.length === 0) return registry;
  const folder = loaded.files.modulesFolder;
  if (folder === null) {
    loaded.report(["policies"], configurationProblems.modulesFromElsewhere());
    return registry;
  }
  for (const module of modules) {
    const file = moduleFile(module, folder);
    if (file !== null) loaded.files.watch(file);
  }
  return registry.with(
    await loadPolicies(modules, folder, (index, message) =>
      loaded.report(["policies", index], configurationProblems.moduleUnusable(message)),
    ),
  );
}

/** One warning for all: an estate that was taken out of API Management comes without its keys. */
function reportClosed(built: BuiltConfiguration, loaded: LoadedConfiguration): void {
  const apis = built.namespaces.flatMap((namespace) => namespace.apis).filter(({ isCurrentRevision }) => isCurrentRevision);
  const closed = new AccessControl(built).closed(apis).map(({ id }) => id);
  if (closed.length === 0) return;
  loaded.report(["apis", closed[0]!], configurationProblems.closed(closed));
}

class SnapshotCompilation {
  readonly diagnostics: Diagnostic[] = [];
  private readonly environment: CompileEnvironment;

  constructor(
    private readonly built: BuiltConfiguration,
    private readonly tools: CompileTools,
  ) {
    this.environment = {
      ...tools,
      configuration: built.model,
      isDetached: false,
      variables: variablesSet(documentTexts(built)),
      fragment: () => null,
      diagnostics: this.diagnostics,
    };
  }

  run(): CompiledScopes {
    const { namespaces, documents } = this.built;
    const [service, ...workspaces] = namespaces;
    const inner = new NamespaceCompilation(service!, documents, this.environment, this.tools.rewrite);
    const global = inner.compile(documents.global, "global", "global", ["policy"]) ?? {
      scope: "global" as const,
      sections: new Map(),
    };
    const scopes: CompiledScopes = {
      global,
      workspaces: new Map(),
      products: new Map(),
      apis: new Map(),
      operations: new Map(),
      graphql: new Map(),
    };
    inner.run(scopes);
    for (const namespace of workspaces)
      new NamespaceCompilation(namespace, documents, this.environment, this.tools.rewrite, inner).run(scopes);
    inner.checkUnusedFragments();
    this.checkGlobal(global, documents.global);
    return scopes;
  }

  private checkGlobal(global: CompiledDocument, document: PolicyDocument): void {
    if (global.sections.has("backend")) return;
    this.diagnostics.push({
      ...placementProblems.backendSectionMissing(),
      file: document.file,
      line: document.origin?.line ?? 1,
      column: document.origin?.column ?? 1,
    });
  }
}

/** Compiles the documents of the service's own entities, or of a workspace's. */
class NamespaceCompilation {
  private readonly environment: CompileEnvironment;
  private readonly fragments = new Map<string, XmlDocument | null>();
  private readonly included = new Set<string>();

  /** @param outer whose fragments are seen as well */
  constructor(
    private readonly namespace: Namespace,
    private readonly documents: ScopeDocuments,
    environment: CompileEnvironment,
    private readonly rewrite: CompileTools["rewrite"],
    private readonly outer: NamespaceCompilation | null = null,
  ) {
    this.environment = { ...environment, configuration: namespace.model, fragment: (id) => this.fragment(id) };
    for (const { id, document } of namespace.fragments)
      this.about(["fragments", id], () => this.fragments.set(id, this.read(document)));
  }

  run(scopes: CompiledScopes): void {
    const { namespace, documents } = this;
    const { workspace } = namespace;
    const prefix = workspace === null ? "" : `workspace:${workspace.id}/`;
    const add = <K>(
      into: Map<K, CompiledDocument>,
      key: K,
      document: PolicyDocument | undefined,
      scope: ScopeName,
      id: string,
      path: DataPath,
    ) => {
      const compiled = document === undefined ? null : this.compile(document, scope, id, path);
      if (compiled !== null) into.set(key, compiled);
    };
    const at = (model: ProductModel | ApiModel | OperationModel | ResolverModel): DataPath => documents.places.get(model) ?? [];
    if (workspace !== null)
      add(scopes.workspaces, workspace.id, documents.workspaces.get(workspace.id), "workspace", `workspace:${workspace.id}`, [
        "workspaces",
        workspace.id,
        "policy",
      ]);
    for (const product of namespace.products)
      add(scopes.products, product, documents.products.get(product), "product", `${prefix}product:${product.id}`, at(product));
    for (const api of namespace.apis) {
      const id = `${prefix}${apiName(api)}`;
      add(scopes.apis, api, documents.apis.get(api), "api", id, at(api));
      for (const operation of api.operations) {
        add(
          scopes.operations,
          operation,
          documents.operations.get(operation),
          "operation",
          `${id}/operation:${operation.id}`,
          at(operation),
        );
        const compiled = scopes.operations.get(operation);
        if (compiled !== undefined && api.type === "websocket") this.checkHandshake(compiled);
      }
      this.about(at(api), () => this.graphql(api, id, at, scopes));
    }
    if (workspace !== null) this.checkUnusedFragments();
  }

  /** A GraphQL API: its schema, and the documents of its resolvers. */
  private graphql(api: ApiModel, id: string, at: (model: ResolverModel) => DataPath, scopes: CompiledScopes): void {
    const { graphql } = api;
    if (graphql === null || graphql.schema === null) return;
    const { packages, diagnostics } = this.environment;
    const schema = apiSchema(graphql.schema, packages, graphql.resolvers !== null, diagnostics);
    if (graphql.resolvers === null) return;
    const resolvers = new Map<ResolverModel, CompiledPolicy>();
    for (const resolver of graphql.resolvers) {
      const document = this.documents.resolvers.get(resolver);
      if (document === undefined) continue;
      this.about(at(resolver), () => {
        const xml = this.read(document);
        if (xml === null) return;
        const compiled = compileResolver(xml, `${id}/resolver:${resolver.id}`, this.environment);
        if (compiled !== null) resolvers.set(resolver, compiled);
        if (schema !== null) diagnostics.push(...resolverFindings(schema, resolver, xml));
      });
    }
    if (schema !== null) scopes.graphql.set(api, new GraphqlServer(api, schema, resolvers));
  }

  /** @param path where the document's owner stands in the configuration */
  compile(document: PolicyDocument, scope: ScopeName, name: string, path: DataPath): CompiledDocument | null {
    return this.about(path, () => {
      const xml = this.read(document);
      return xml === null ? null : compileDocument(xml, scope, name, this.environment);
    });
  }

  /** What is found meanwhile is about a part of the configuration. */
  private about<T>(path: DataPath, work: () => T): T {
    const { diagnostics } = this.environment;
    const before = diagnostics.length;
    const result = work();
    const { workspace } = this.namespace;
    const isInside = workspace === null || path[0] === "workspaces";
    for (const finding of diagnostics.slice(before)) ownedBy(finding, isInside ? path : ["workspaces", workspace.id, ...path]);
    return result;
  }

  /** A fragment that nothing includes is still looked at: its errors should not wait for its first use. */
  checkUnusedFragments(): void {
    for (const [id, document] of this.fragments) {
      if (document === null || this.included.has(id)) continue;
      this.about(["fragments", id], () => compileAlone(document, this.environment));
    }
  }

  /** What a handshake goes past has no place in the operation that is there for it alone. */
  private checkHandshake({ sections }: CompiledDocument): void {
    for (const item of [...sections.values()].flat()) {
      if (item === base || !notForHandshakes.has(item.info.name)) continue;
      this.environment.diagnostics.push({ ...placementProblems.noEffectOnHandshake(item.info.name), ...item.info.place });
    }
  }

  private fragment(id: string): XmlDocument | null {
    if (!this.fragments.has(id)) return this.outer?.fragment(id) ?? null;
    this.included.add(id);
    return this.fragments.get(id)!;
  }

  private read(document: PolicyDocument): XmlDocument | null {
    const result = readPolicyXml(this.rewrite?.(document) ?? document);
    this.environment.diagnostics.push(...result.diagnostics);
    return result.document;
  }
}

function apiName(api: ApiModel): string {
  return api.isCurrentRevision ? `api:${api.id}` : `api:${api.id};rev=${api.revision}`;
}

/** Revisions share documents: what is found in one is found again in the next. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((diagnostic) => {
    const key = `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}:${diagnostic.code}:${diagnostic.message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Messages quote the documents as they are compiled: with named values put in. */
function masked(diagnostics: readonly Diagnostic[], mask: SecretMask): Diagnostic[] {
  return diagnostics.map((diagnostic) => ({
    ...diagnostic,
    message: mask.text(diagnostic.message),
    ...(diagnostic.hint === undefined ? {} : { hint: mask.text(diagnostic.hint) }),
  }));
}

/** The packages of all policies that some document names. */
function packagesNeeded(built: BuiltConfiguration, registry: PolicyRegistry): Set<string> {
  const texts = [...documentTexts(built)];
  const isNamed = (name: string): boolean => texts.some((text) => text.includes(`<${name}`));
  const ofPolicies = registry.definitions.flatMap((definition) =>
    definition.packages !== undefined && [definition.name, ...(definition.aliases ?? [])].some(isNamed)
      ? definition.packages(built.model)
      : [],
  );
  return new Set([...ofPolicies, ...built.namespaces.flatMap(({ apis }) => apis.flatMap(graphqlPackages))]);
}
