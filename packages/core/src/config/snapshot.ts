import type { Diagnostic } from "../diagnostics.js";
import { ConfigurationError } from "../diagnostics.js";
import { type SecretMask, secretMask } from "../observe/secret-mask.js";
import { base } from "../pipeline/compile.js";
import { type CompiledDocument, compileAlone, compileDocument } from "../pipeline/document.js";
import { type CompileEnvironment, variablesSet } from "../pipeline/environment.js";
import type { ScopeName } from "../pipeline/flow.js";
import { notForHandshakes } from "../pipeline/handshake.js";
import { joinScopes, type Program } from "../pipeline/program.js";
import type { PolicyRegistry } from "../pipeline/registry.js";
import { AccessControl } from "../routing/access.js";
import { Router } from "../routing/router.js";
import type { XmlDocument } from "../xml/nodes.js";
import { readPolicyXml } from "../xml/read.js";
import { type BuiltConfiguration, buildConfiguration } from "./build.js";
import type { ApiModel, GatewayModel, OperationModel, PolicyDocument } from "./model.js";
import { noOutsideValues, type OutsideValues } from "./outside-values.js";
import type { LoadedConfiguration } from "./source.js";

/** The compiled form of a whole configuration: immutable; requests run on the one that was in force when they came. */
export class Snapshot {
  readonly model: GatewayModel;
  readonly router: Router;
  readonly access: AccessControl;
  /** By operation (or, without one, API or snapshot), then by product. */
  private readonly programs = new Map<object, Map<string | null, Program>>();

  constructor(
    model: GatewayModel,
    router: Router,
    private readonly documents: CompiledScopes,
    readonly warnings: readonly Diagnostic[],
  ) {
    this.model = model;
    this.router = router;
    this.access = new AccessControl(model);
  }

  /** The effective pipeline of an operation in a product's context, joined on first use. Null leaves a scope out. */
  program(api: ApiModel | null, operation: OperationModel | null, productId: string | null): Program {
    const place = operation ?? api ?? this;
    let byProduct = this.programs.get(place);
    if (byProduct === undefined) this.programs.set(place, (byProduct = new Map()));
    const known = byProduct.get(productId);
    if (known !== undefined) return known;
    const { documents } = this;
    const scopes = [
      operation === null ? undefined : documents.operations.get(operation),
      api === null ? undefined : documents.apis.get(api),
      productId === null ? undefined : documents.products.get(productId),
      api?.workspace == null ? undefined : documents.workspaces.get(api.workspace.id),
      documents.global,
    ];
    const program = joinScopes(scopes.filter((one) => one !== undefined));
    byProduct.set(productId, program);
    return program;
  }
}

/** Compiled documents by what they belong to. */
interface CompiledScopes {
  readonly global: CompiledDocument;
  readonly workspaces: ReadonlyMap<string, CompiledDocument>;
  readonly products: ReadonlyMap<string, CompiledDocument>;
  readonly apis: ReadonlyMap<ApiModel, CompiledDocument>;
  readonly operations: ReadonlyMap<OperationModel, CompiledDocument>;
}

/** What configurations are compiled with. */
export type CompileTools = Pick<CompileEnvironment, "registry" | "expressions" | "packages" | "countsAlone">;

/**
 * Compiles a configuration.
 * @throws ConfigurationError with every error found
 */
export async function compileSnapshot(
  source: LoadedConfiguration,
  tools: CompileTools,
  outside: OutsideValues = noOutsideValues,
): Promise<Snapshot> {
  if (source.diagnostics.some((one) => one.severity === "error")) throw new ConfigurationError(source.diagnostics);
  tools.expressions.renew();
  const loaded = source.fresh();
  const built = buildConfiguration(loaded, outside);
  await tools.packages.load(packagesNeeded(built, tools.registry));
  const compilation = new SnapshotCompilation(built, tools);
  const documents = compilation.run();
  const router = new Router(built.model.apis.values());
  for (const { api, other } of router.conflicts)
    loaded.report(
      "error",
      "TP3003",
      ["apis", api.id],
      `The APIs ${other.id} and ${api.id} both answer at /${api.path}${api.version === null ? "" : ` in version ${api.version}`}.`,
      "Give one of them another path or version.",
    );
  const diagnostics = masked(distinct([...built.diagnostics, ...compilation.diagnostics]), secretMask(built.model));
  if (diagnostics.some((one) => one.severity === "error")) throw new ConfigurationError(diagnostics);
  return new Snapshot(built.model, router, documents, diagnostics);
}

class SnapshotCompilation {
  readonly diagnostics: Diagnostic[] = [];
  private readonly environment: CompileEnvironment;
  private readonly fragments = new Map<string, XmlDocument | null>();
  private readonly included = new Set<string>();

  constructor(
    private readonly built: BuiltConfiguration,
    tools: CompileTools,
  ) {
    this.environment = {
      ...tools,
      configuration: built.model,
      isDetached: false,
      variables: variablesSet(textsOf(built)),
      fragment: (id) => {
        this.included.add(id);
        return this.fragments.get(id) ?? null;
      },
      diagnostics: this.diagnostics,
    };
  }

  run(): CompiledScopes {
    const { model, documents } = this.built;
    for (const { id, document } of model.fragments.values()) this.fragments.set(id, this.read(document));
    const scopes = {
      global: this.compile(documents.global, "global", "global") ?? { scope: "global" as const, sections: new Map() },
      workspaces: this.compileAll(documents.workspaces, "workspace", (id) => `workspace:${id}`),
      products: this.compileAll(documents.products, "product", (id) => `product:${id}`),
      apis: this.compileAll(documents.apis, "api", apiName),
      operations: new Map<OperationModel, CompiledDocument>(),
    };
    for (const api of model.apis.values())
      for (const operation of api.operations) {
        const document = documents.operations.get(operation);
        const compiled = document && this.compile(document, "operation", `${apiName(api)}/operation:${operation.id}`);
        if (compiled != null) scopes.operations.set(operation, compiled);
        if (compiled != null && api.type === "websocket") this.checkHandshake(compiled);
      }
    this.checkUnusedFragments();
    this.checkGlobal(scopes.global, documents.global);
    return scopes;
  }

  private compileAll<K>(
    documents: ReadonlyMap<K, PolicyDocument>,
    scope: ScopeName,
    name: (key: K) => string,
  ): Map<K, CompiledDocument> {
    const compiled = new Map<K, CompiledDocument>();
    for (const [key, document] of documents) {
      const one = this.compile(document, scope, name(key));
      if (one !== null) compiled.set(key, one);
    }
    return compiled;
  }

  private compile(document: PolicyDocument, scope: ScopeName, name: string): CompiledDocument | null {
    const xml = this.read(document);
    return xml === null ? null : compileDocument(xml, scope, name, this.environment);
  }

  private read(document: PolicyDocument): XmlDocument | null {
    const result = readPolicyXml(document);
    this.diagnostics.push(...result.diagnostics);
    return result.document;
  }

  /** A fragment that nothing includes is still looked at: its errors should not wait for its first use. */
  private checkUnusedFragments(): void {
    for (const [id, document] of this.fragments) {
      if (document === null || this.included.has(id)) continue;
      compileAlone(document, this.environment);
    }
  }

  /** What a handshake goes past has no place in the operation that is there for it alone. */
  private checkHandshake({ sections }: CompiledDocument): void {
    for (const item of [...sections.values()].flat()) {
      if (item === base || !notForHandshakes.has(item.info.name)) continue;
      this.diagnostics.push({
        severity: "warning",
        code: "TP2023",
        message: `<${item.info.name}> has no effect on the handshake of a WebSocket API.`,
        ...item.info.place,
        hint: "Take it out: a handshake is a GET without a body, and its answer has none.",
      });
    }
  }

  private checkGlobal(global: CompiledDocument, document: PolicyDocument): void {
    if (global.sections.has("backend")) return;
    this.diagnostics.push({
      severity: "warning",
      code: "TP2018",
      message: "The global policy has no backend section: requests are forwarded only where an inner scope says so.",
      file: document.file,
      line: document.origin?.line ?? 1,
      column: document.origin?.column ?? 1,
      hint: "Add <backend><forward-request /></backend>.",
    });
  }
}

function apiName(api: ApiModel): string {
  return api.isCurrentRevision ? `api:${api.id}` : `api:${api.id};rev=${api.revision}`;
}

/** Revisions share documents: what is found in one is found again in the next. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter((one) => {
    const key = `${one.file}:${one.line}:${one.column}:${one.code}:${one.message}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Messages quote the documents as they are compiled: with named values put in. */
function masked(diagnostics: Diagnostic[], mask: SecretMask): Diagnostic[] {
  if (mask.isEmpty) return diagnostics;
  return diagnostics.map((one) => ({
    ...one,
    message: mask.text(one.message),
    ...(one.hint === undefined ? {} : { hint: mask.text(one.hint) }),
  }));
}

/** The packages of all policies that some document names. */
function packagesNeeded(built: BuiltConfiguration, registry: PolicyRegistry): Set<string> {
  const texts = [...textsOf(built)];
  const isNamed = (name: string): boolean => texts.some((text) => text.includes(`<${name}`));
  return new Set(
    registry.definitions.flatMap((one) =>
      one.packages !== undefined && [one.name, ...(one.aliases ?? [])].some(isNamed) ? one.packages(built.model) : [],
    ),
  );
}

function* textsOf({ model, documents }: BuiltConfiguration): Generator<string> {
  for (const { document } of model.fragments.values()) yield document.text;
  yield documents.global.text;
  for (const scope of [documents.workspaces, documents.products, documents.apis, documents.operations])
    for (const { text } of scope.values()) yield text;
}
