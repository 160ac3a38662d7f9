import type { BuiltConfiguration, Namespace } from "../config/build/build.js";
import type { LoadedConfiguration } from "../config/source.js";
import type { ApiModel, GatewayModel, OperationModel, PolicyDocument, ProductModel } from "../model/model.js";
import type { ScopeName } from "../policy/sections.js";
import { readPolicyXml } from "../xml/read.js";
import { LintDocument, scopeAlone } from "./document.js";
import { Pipeline } from "./flow/pipeline.js";
import type { Project } from "./project.js";
import type { LintTarget } from "./target.js";

/** Documents without a configuration, looked at together. What cannot be read is left out: `check` reports it. */
export function projectOfDocuments(
  inputs: readonly PolicyDocument[],
  scope: ScopeName | null,
  target: LintTarget | null,
): Project {
  const documents = inputs.flatMap((input) => {
    const { document } = readPolicyXml(input);
    if (document === null) return [];
    const where = document.kind === "policies" ? (scope ?? scopeAlone(document)) : null;
    return [new LintDocument(input, document, where, null, null)];
  });
  const owner = { api: null, operations: [], product: null };
  const pipelines = documents.map((document) => new Pipeline([document], document.scope === "global", owner, () => null));
  return { documents, pipelines, configuration: null, target };
}

/** A configuration's documents, and what runs for its operations. */
export function projectOfConfiguration(
  loaded: LoadedConfiguration,
  built: BuiltConfiguration,
  target: LintTarget | null,
): Project {
  const gathering = new Gathering(built);
  const pipelines = gathering.pipelines();
  return {
    documents: gathering.documents,
    pipelines,
    configuration: { loaded, model: built.model, place: (path) => loaded.place(path) },
    target,
  };
}

class Gathering {
  readonly documents: LintDocument[] = [];
  private readonly known = new Map<PolicyDocument, LintDocument | null>();
  private readonly fragments = new Map<GatewayModel, Map<string, LintDocument | null>>();

  constructor(private readonly built: BuiltConfiguration) {}

  pipelines(): readonly Pipeline[] {
    const { namespaces, documents } = this.built;
    const service = namespaces[0]!;
    const global = this.read(documents.global, "global", service.model);
    const found: Pipeline[] = [];
    for (const namespace of namespaces) {
      for (const { id } of namespace.fragments) this.fragment(id, namespace.model);
      const { workspace } = namespace;
      const around = workspace === null ? undefined : documents.workspaces.get(workspace.id);
      const outer = [around === undefined ? null : this.read(around, "workspace", namespace.model), global].filter(
        (document) => document !== null,
      );
      found.push(...this.ofNamespace(namespace, outer));
      if (namespace.apis.length === 0 && namespace.products.length === 0)
        found.push(this.pipeline(outer, namespace, null, [], null));
    }
    return found;
  }

  private *ofNamespace(namespace: Namespace, outer: readonly LintDocument[]): Generator<Pipeline> {
    const { documents } = this.built;
    const { model, products, apis } = namespace;
    const productDocument = (product: ProductModel): LintDocument | null => {
      const document = documents.products.get(product);
      return document === undefined ? null : this.read(document, "product", model);
    };
    for (const product of products)
      if (!apis.some((api) => product.apis.includes(api.id)))
        yield this.pipeline([productDocument(product), ...outer], namespace, null, [], product);
    for (const api of apis) {
      const inside = products.filter((product) => product.apis.includes(api.id));
      const document = documents.apis.get(api);
      const ofApi = document === undefined ? null : this.read(document, "api", model);
      for (const resolver of api.graphql?.resolvers ?? []) {
        const own = documents.resolvers.get(resolver);
        if (own !== undefined) this.read(own, null, model);
      }
      for (const product of productsOf(api, inside))
        for (const [own, operations] of this.operations(api, model)) {
          const scopes = [own, ofApi, product === null ? null : productDocument(product), ...outer];
          yield this.pipeline(scopes, namespace, api, operations, product);
        }
    }
  }

  /** Operations by their own document; those without one run the same pipeline. */
  private operations(api: ApiModel, model: GatewayModel): Map<LintDocument | null, OperationModel[]> {
    const groups = new Map<LintDocument | null, OperationModel[]>();
    for (const operation of api.operations) {
      const document = this.built.documents.operations.get(operation);
      const read = document === undefined ? null : this.read(document, "operation", model);
      groups.set(read, [...(groups.get(read) ?? []), operation]);
    }
    return groups.size === 0 ? new Map([[null, []]]) : groups;
  }

  private pipeline(
    scopes: readonly (LintDocument | null)[],
    { model }: Namespace,
    api: ApiModel | null,
    operations: readonly OperationModel[],
    product: ProductModel | null,
  ): Pipeline {
    const documents = scopes.filter((document) => document !== null);
    return new Pipeline(documents, true, { api, operations, product }, (id) => this.fragment(id, model));
  }

  private fragment(id: string, model: GatewayModel): LintDocument | null {
    let byId = this.fragments.get(model);
    if (byId === undefined) this.fragments.set(model, (byId = new Map()));
    const known = byId.get(id);
    if (known !== undefined) return known;
    const fragment = model.fragments.get(id);
    const read = fragment === undefined ? null : this.read(fragment.document, null, model, id);
    byId.set(id, read);
    return read;
  }

  private read(
    document: PolicyDocument,
    scope: ScopeName | null,
    model: GatewayModel,
    fragment: string | null = null,
  ): LintDocument | null {
    const known = this.known.get(document);
    if (known !== undefined) return known;
    const { document: xml } = readPolicyXml(document);
    const made = xml === null ? null : new LintDocument(document, xml, scope, fragment, model);
    this.known.set(document, made);
    if (made !== null) this.documents.push(made);
    return made;
  }
}

/** The products in whose context an API runs; null for calls without one. */
function productsOf(api: ApiModel, products: readonly ProductModel[]): readonly (ProductModel | null)[] {
  return products.length === 0 || !api.subscriptionRequired ? [...products, null] : products;
}
