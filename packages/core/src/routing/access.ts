import { hash } from "node:crypto";
import type { ApiModel, GatewayModel, ProductModel, SubscriptionModel, UserModel } from "../config/model.js";

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

/** Decides about subscription keys. Keys are looked up by their SHA-256, so that the time taken says nothing about them. */
export class AccessControl {
  private readonly byDigest = new Map<string, SubscriptionModel>();
  /** The open product of an API. */
  private readonly openProducts = new Map<string, ProductModel>();
  private readonly apisOfProduct = new Map<string, ReadonlySet<string>>();

  constructor(private readonly model: GatewayModel) {
    for (const subscription of model.subscriptions.values())
      for (const key of [subscription.primaryKey, subscription.secondaryKey])
        if (key !== "") this.byDigest.set(hash("sha256", key, "base64"), subscription);
    for (const product of model.products.values()) {
      this.apisOfProduct.set(product.id, new Set(product.apis));
      if (!product.subscriptionRequired)
        for (const api of product.apis) if (!this.openProducts.has(api)) this.openProducts.set(api, product);
    }
  }

  /** @param key as the caller sent it; null or empty for none */
  decide(api: ApiModel, key: string | null): Access {
    const openProduct = this.openProducts.get(api.id) ?? null;
    if (key !== null && key !== "") {
      const found = this.byDigest.get(hash("sha256", key, "base64"));
      const user = found?.user == null ? null : (this.model.users.get(found.user) ?? null);
      const isUsable = found !== undefined && found.state === "active" && user?.state !== "blocked";
      if (isUsable && this.covers(found, api)) {
        const product = found.scope.kind === "product" ? (this.model.products.get(found.scope.id) ?? null) : null;
        return { isAllowed: true, subscription: found, product, user, key };
      }
      // A key that is good elsewhere stays refused even where an unknown one would be ignored.
      if (api.subscriptionRequired && (openProduct === null || isUsable)) return { isAllowed: false, reason: "invalid" };
    }
    if (openProduct !== null || !api.subscriptionRequired)
      return { isAllowed: true, subscription: null, product: openProduct, user: null, key: null };
    return { isAllowed: false, reason: "missing" };
  }

  private covers(subscription: SubscriptionModel, api: ApiModel): boolean {
    const { scope } = subscription;
    if (scope.kind === "all") return true;
    if (scope.kind === "api") return scope.id === api.id;
    return this.apisOfProduct.get(scope.id)?.has(api.id) === true;
  }
}
