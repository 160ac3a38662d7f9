import { hash } from "node:crypto";
import type { BuiltConfiguration, Namespace } from "../config/build/build.js";
import type { ApiModel, ProductModel, SubscriptionModel, UserModel } from "../model/model.js";

/** What a caller may do, and as whom. */
export type Access =
  | {
      readonly isAllowed: true;
      readonly subscription: SubscriptionModel | null;
      readonly product: ProductModel | null;
      readonly user: UserModel | null;
      /** The key, if it counted. */
      readonly key: string | null;
    }
  | { readonly isAllowed: false; readonly reason: "missing" | "invalid" };

/** What a key stands for. */
interface Grant {
  readonly subscription: SubscriptionModel;
  readonly product: ProductModel | null;
  readonly user: UserModel | null;
  /** Null for all. */
  readonly apis: ReadonlySet<ApiModel> | null;
}

/** Decides about subscription keys. Keys are looked up by their SHA-256, so that the time taken says nothing about them. */
export class AccessControl {
  private readonly byDigest = new Map<string, Grant>();
  /** The open product of an API. */
  private readonly openProducts = new Map<ApiModel, ProductModel>();

  constructor({ model, namespaces }: Pick<BuiltConfiguration, "model" | "namespaces">) {
    for (const namespace of namespaces) {
      const apisOf = revisionsById(namespace.apis);
      const productApis = new Map(
        namespace.products.map((product) => [product.id, new Set(product.apis.flatMap((id) => apisOf.get(id) ?? []))]),
      );
      for (const subscription of namespace.subscriptions) {
        const grant: Grant = {
          subscription,
          product: productOf(subscription, namespace),
          user: subscription.user === null ? null : (model.users.get(subscription.user) ?? null),
          apis: apisCovered(subscription, namespace, apisOf, productApis),
        };
        for (const key of [subscription.primaryKey, subscription.secondaryKey])
          if (key !== "") this.byDigest.set(hash("sha256", key, "base64"), grant);
      }
      for (const product of namespace.products)
        if (!product.subscriptionRequired)
          for (const api of productApis.get(product.id)!) if (!this.openProducts.has(api)) this.openProducts.set(api, product);
    }
  }

  /** APIs to which every request is answered with 401: they ask for a key, and there is none that opens them. */
  closed(apis: Iterable<ApiModel>): ApiModel[] {
    const opened = new Set<ApiModel>();
    for (const { subscription, user, apis: covered } of this.byDigest.values()) {
      if (subscription.state !== "active" || user?.state === "blocked") continue;
      if (covered === null) return [];
      for (const api of covered) opened.add(api);
    }
    return [...apis].filter((api) => api.subscriptionRequired && !this.openProducts.has(api) && !opened.has(api));
  }

  /** @param key as the caller sent it; null or empty for none */
  decide(api: ApiModel, key: string | null): Access {
    const openProduct = this.openProducts.get(api) ?? null;
    if (key !== null && key !== "") {
      const grant = this.byDigest.get(hash("sha256", key, "base64"));
      const isUsable = grant !== undefined && grant.subscription.state === "active" && grant.user?.state !== "blocked";
      if (isUsable && (grant.apis === null || grant.apis.has(api))) {
        const { subscription, product, user } = grant;
        return { isAllowed: true, subscription, product, user, key };
      }
      // A key that is good elsewhere stays refused even where an unknown one would be ignored.
      if (api.subscriptionRequired && (openProduct === null || isUsable)) return { isAllowed: false, reason: "invalid" };
    }
    if (openProduct !== null || !api.subscriptionRequired)
      return { isAllowed: true, subscription: null, product: openProduct, user: null, key: null };
    return { isAllowed: false, reason: "missing" };
  }

  /** The product that has the API and asks for no subscription; null if there is none. */
  openProduct(api: ApiModel): ProductModel | null {
    return this.openProducts.get(api) ?? null;
  }

  /** Is it the key of a subscription whose requests may be traced: one that is good for all APIs of the service, or with `allowTracing`? */
  mayTrace(key: string): boolean {
    const grant = this.byDigest.get(hash("sha256", key, "base64"));
    if (grant === undefined || (grant.apis !== null && !grant.subscription.allowTracing)) return false;
    return grant.subscription.state === "active" && grant.user?.state !== "blocked";
  }

  /** Why a key that was refused is no good, for the operator. */
  why(api: ApiModel, key: string | null): string {
    const { header, query } = api.subscriptionKeyParameterNames;
    if (key === null || key === "")
      return `No key came with it: the API takes one in the header ${header} or the query parameter ${query}.`;
    const grant = this.byDigest.get(hash("sha256", key, "base64"));
    if (grant === undefined) return "No subscription has the key that came with it.";
    const { id, state, scope } = grant.subscription;
    const named = `Its key is that of the subscription ${id}`;
    if (state !== "active") return `${named}, which is ${state}.`;
    if (grant.user?.state === "blocked") return `${named}, whose owner is blocked.`;
    return `${named}, which is for ${scope.kind === "all" ? "all APIs of its workspace" : `the ${scope.kind} ${scope.id}`}: the API ${api.id} is not ${scope.kind === "product" ? "associated with it" : "among them"}.`;
  }
}

/** An API's key is good for all its revisions. */
function revisionsById(apis: readonly ApiModel[]): Map<string, ApiModel[]> {
  const byId = new Map<string, ApiModel[]>();
  for (const api of apis) byId.set(api.id, [...(byId.get(api.id) ?? []), api]);
  return byId;
}

function productOf({ scope }: SubscriptionModel, { products }: Namespace): ProductModel | null {
  return scope.kind === "product" ? (products.find(({ id }) => id === scope.id) ?? null) : null;
}

function apisCovered(
  { scope }: SubscriptionModel,
  { workspace, apis }: Namespace,
  apisOf: ReadonlyMap<string, readonly ApiModel[]>,
  productApis: ReadonlyMap<string, ReadonlySet<ApiModel>>,
): ReadonlySet<ApiModel> | null {
  if (scope.kind === "product") return productApis.get(scope.id) ?? new Set();
  if (scope.kind === "api") return new Set(apisOf.get(scope.id));
  return workspace === null ? null : new Set(apis);
}
