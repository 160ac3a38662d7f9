import { notThere } from "../../diagnostics/references.js";
import { withHidden } from "../../model/hidden.js";
import type { GroupModel, ProductModel, SubscriptionModel, SubscriptionScope, UserModel } from "../../model/model.js";
import type { GatewayConfiguration, GroupConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { LoadedConfiguration } from "../source.js";

/** Products of a configuration. */
export function buildProducts(data: GatewayConfiguration, loaded: LoadedConfiguration): Map<string, ProductModel> {
  const products = new Map<string, ProductModel>();
  const openProductOf = new Map<string, string>();
  for (const [id, product] of Object.entries(data.products ?? {})) {
    const apis = (product.apis ?? []).map(String);
    const subscriptionRequired = product.subscriptionRequired ?? true;
    apis.forEach((api, index) => {
      const path = ["products", id, "apis", index];
      if (!Object.hasOwn(data.apis ?? {}, api)) loaded.report(path, notThere("API", api, Object.keys(data.apis ?? {})));
      if (subscriptionRequired) return;
      const other = openProductOf.get(api);
      if (other === undefined) openProductOf.set(api, id);
      else loaded.report(path, configurationProblems.severalOpenProducts(api, other, id));
    });
    products.set(id, {
      id,
      name: String(product.name ?? id),
      apis,
      subscriptionRequired,
      approvalRequired: product.approvalRequired ?? false,
      subscriptionsLimit: product.subscriptionsLimit ?? null,
      state: product.state ?? "published",
      groups: groupsOf(product.groups),
    });
  }
  return products;
}

/** Users of a configuration. */
export function buildUsers(data: GatewayConfiguration, loaded: LoadedConfiguration): Map<string, UserModel> {
  const users = new Map<string, UserModel>();
  for (const [id, user] of Object.entries(data.users ?? {})) {
    users.set(id, {
      id,
      email: user.email ?? "",
      firstName: String(user.firstName ?? ""),
      lastName: String(user.lastName ?? ""),
      note: user.note ?? null,
      state: user.state ?? "active",
      registrationDate: dateOf(user.registrationDate, ["users", id, "registrationDate"], loaded) ?? 0,
      groups: groupsOf(user.groups),
      identities: (user.identities ?? []).map((identity) => ({ id: String(identity.id), provider: identity.provider })),
    });
  }
  return users;
}

/**
 * Subscriptions of the service or of a workspace.
 * @param ownerOfKey ids of subscriptions by key, shared by all: a key names exactly one
 */
export function buildSubscriptions(
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
  expand: (text: string) => string,
  ownerOfKey: Map<string, string>,
): Map<string, SubscriptionModel> {
  const subscriptions = new Map<string, SubscriptionModel>();
  for (const [id, subscription] of Object.entries(data.subscriptions ?? {})) {
    const path = ["subscriptions", id];
    const keys = { primaryKey: "", secondaryKey: "" };
    for (const name of ["primaryKey", "secondaryKey"] as const) {
      const key = subscription[name] === undefined ? "" : expand(String(subscription[name]));
      keys[name] = key;
      if (subscription[name] === undefined) continue;
      if (key.length < 1 || key.length > 256) loaded.report([...path, name], configurationProblems.keyLength());
      const other = ownerOfKey.get(key);
      if (other !== undefined && other !== id) loaded.report([...path, name], configurationProblems.keyTwice(other, id));
      ownerOfKey.set(key, id);
    }
    if (subscription.user !== undefined && !Object.hasOwn(data.users ?? {}, subscription.user))
      loaded.report([...path, "user"], notThere("user", String(subscription.user), Object.keys(data.users ?? {})));
    const model = {
      id,
      name: subscription.name === undefined ? null : String(subscription.name),
      scope: scopeOf(subscription.scope, [...path, "scope"], data, loaded),
      user: subscription.user === undefined ? null : String(subscription.user),
      state: subscription.state ?? "active",
      allowTracing: subscription.allowTracing ?? false,
      createdDate: dateOf(subscription.createdDate, [...path, "createdDate"], loaded) ?? 0,
      startDate: dateOf(subscription.startDate, [...path, "startDate"], loaded),
      endDate: dateOf(subscription.endDate, [...path, "endDate"], loaded),
    };
    subscriptions.set(id, withHidden(model, keys));
  }
  return subscriptions;
}

/** `product/<id>`, `api/<id>`, `all`; also as resource ids have it, `/products/<id>`. */
function scopeOf(
  text: string,
  path: readonly string[],
  data: GatewayConfiguration,
  loaded: LoadedConfiguration,
): SubscriptionScope {
  if (text === "all" || text === "/apis") return { kind: "all" };
  const match = /^\/?(product|api)s?\/(.+)$/.exec(text);
  if (match === null) {
    loaded.report(path, configurationProblems.scopeInvalid(text));
    return { kind: "api", id: "" };
  }
  const kind = match[1] as "product" | "api";
  const known = Object.keys((kind === "product" ? data.products : data.apis) ?? {});
  if (!known.includes(match[2]!)) loaded.report(path, notThere(kind === "api" ? "API" : kind, match[2]!, known));
  return { kind, id: match[2]! };
}

function groupsOf(groups: readonly (string | GroupConfiguration)[] | undefined): GroupModel[] {
  return (groups ?? []).map((group) =>
    typeof group === "object"
      ? { id: String(group.id), name: String(group.name ?? group.id) }
      : { id: String(group), name: String(group) },
  );
}

function dateOf(text: string | undefined, path: readonly string[], loaded: LoadedConfiguration): number | null {
  if (text === undefined) return null;
  const time = Date.parse(String(text));
  if (!Number.isNaN(time)) return time;
  loaded.report(path, configurationProblems.notADate(text));
  return null;
}
