import type { ApiModel, SubscriptionModel, SubscriptionScope } from "@turnpike/core";
import type { ExplainedConfiguration, ExplainedOperation } from "@turnpike/core/tools";
import type { Catalogue, CatalogueApi, ShownDocument, ShownPipeline } from "./messages.js";

/** `workspace/api;rev=2`: without the workspace for the service's own, without the revision for the current one. */
export function keyOf({ id, workspace, revision, isCurrentRevision }: ApiModel): string {
  return `${workspace === null ? "" : `${workspace.id}/`}${id}${isCurrentRevision ? "" : `;rev=${revision}`}`;
}

/** Where the console's own calls seem to go. */
export function originOf({ model }: ExplainedConfiguration): string {
  return `https://${(model.hostnames[0] ?? "gateway.local").replace("*", "gateway")}`;
}

/** The APIs and operations of a configuration, and what calls can be sent with. */
export function catalogueOf(explained: ExplainedConfiguration, tokens: readonly string[]): Catalogue {
  const apis = new Map<ApiModel, CatalogueApi & { operations: CatalogueApi["operations"][number][] }>();
  for (const found of explained.operations()) {
    const { api, operation, products } = found;
    let shown = apis.get(api);
    if (shown === undefined)
      apis.set(
        api,
        (shown = {
          key: keyOf(api),
          id: api.id,
          name: api.name,
          path: api.path,
          type: api.type,
          version: api.version,
          revision: api.revision,
          isCurrent: api.isCurrentRevision,
          protocols: api.protocols,
          subscriptionRequired: api.subscriptionRequired,
          serviceUrl: api.serviceUrl === null ? null : explained.mask.text(api.serviceUrl.toString()),
          products: products.map(({ id, name }) => ({ id, name })),
          operations: [],
        }),
      );
    shown.operations.push({
      id: operation.id,
      name: operation.name,
      method: operation.method,
      url: explained.urlOf(found),
      parameters: operation.templateParameters.map(({ name }) => name),
    });
  }
  return {
    apis: [...apis.values()],
    subscriptions: [...explained.model.subscriptions.values()].map(shownSubscription),
    tokens,
    origin: originOf(explained),
  };
}

function shownSubscription({ id, name, scope, state }: SubscriptionModel): Catalogue["subscriptions"][number] {
  return { id, name, scope: scopeText(scope), state };
}

function scopeText(scope: SubscriptionScope): string {
  return scope.kind === "all" ? "all APIs" : `${scope.kind} ${scope.id}`;
}

/** An operation of the catalogue by its API's key and its id; null if there is none. */
export function operationOf(explained: ExplainedConfiguration, key: string, id: string): ExplainedOperation | null {
  return explained.operations().find(({ api, operation }) => keyOf(api) === key && operation.id === id) ?? null;
}

/**
 * An operation's pipeline in effect.
 * @param product id of the product in whose context; null: of the open one, or the first
 */
export function pipelineOf(explained: ExplainedConfiguration, found: ExplainedOperation, product: string | null): ShownPipeline {
  const chosen =
    product === ""
      ? null
      : (found.products.find(({ id }) => id === product) ?? explained.openProduct(found) ?? found.products[0] ?? null);
  return {
    products: found.products.map(({ id, name }) => ({ id, name })),
    product: chosen?.id ?? null,
    sections: explained.sections(found, chosen),
  };
}

/** The documents that stand in some files; of a file with several, all. */
export function documentsIn(explained: ExplainedConfiguration, files: readonly string[]): ShownDocument[] {
  const wanted = new Set(files);
  const found = new Map<string, ShownDocument>();
  for (const { file, text, origin } of explained.documents()) {
    const line = origin?.line ?? 1;
    if (wanted.has(file)) found.set(`${line} ${file}`, { file, text, line });
  }
  return [...found.values()];
}
