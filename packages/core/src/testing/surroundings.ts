import type { GatewayConfiguration, OperationConfiguration, PolicySource } from "../config/configuration.js";
import { standaloneApi, standaloneMethods } from "../config/standalone.js";
import type { GatewayModel } from "../model/model.js";
import type { Assumption } from "../run/options.js";
import type { PolicyTestOptions, Surroundings } from "./policy-test-options.js";

/** What is taken where `context` says nothing. */
const DEFAULT_API = { id: "echo-api", name: "Echo API", path: "", serviceUrl: "https://backend.example" };

/**
 * The configuration that a single document is tested in: one API that takes every method and path below its prefix, and the product
 * that `context` names.
 */
export function surroundingConfiguration(options: PolicyTestOptions): GatewayConfiguration {
  const { context = {}, inherits = {}, namedValues, fragments = {} } = options;
  const { product } = context;
  const { workspace } = inherits;
  const { id, serviceUrl, path, ...api } = { ...DEFAULT_API, ...context.api };
  const { policy, allFragments } = documentOf(options, fragments);
  return {
    ...(context.deployment === undefined ? {} : { deployment: pick(context.deployment, ["region", "serviceId", "serviceName"]) }),
    ...(namedValues === undefined ? {} : { namedValues }),
    fragments: allFragments,
    ...(inherits.global === undefined ? {} : { policy: inherits.global }),
    ...(workspace === undefined ? {} : { workspaces: { workspace: { policy: workspace } } }),
    ...(product === undefined && inherits.product === undefined
      ? {}
      : {
          products: {
            [productId(options)]: {
              ...pick(product ?? {}, ["name", "approvalRequired", "subscriptionRequired"]),
              apis: [id],
              ...(inherits.product === undefined ? {} : { policy: inherits.product }),
            },
          },
        }),
    apis: {
      [id]: {
        ...pick(api, ["name", "protocols", "revision"]),
        ...standaloneApi,
        path,
        serviceUrl,
        ...(workspace === undefined ? {} : { workspace: "workspace" }),
        ...(policy === undefined ? {} : { policy }),
        operations: operations(context.operation, options.operationPolicy),
      },
    },
  } as GatewayConfiguration;
}

function documentOf(
  {
    policy,
    fragment,
    expression,
    section = "inbound",
  }: Pick<PolicyTestOptions, "policy" | "fragment" | "expression" | "section">,
  fragments: Readonly<Record<string, PolicySource>>,
): { policy: PolicySource | undefined; allFragments: Readonly<Record<string, PolicySource>> } {
  const within = (tested: string): string => {
    const outer = section === "backend" && fragment !== undefined ? "" : "<base />";
    return `<policies><${section}>${outer}${tested}</${section}></policies>`;
  };
  if (fragment !== undefined)
    return {
      policy: within('<include-fragment fragment-id="fragment-under-test" />'),
      allFragments: { ...fragments, "fragment-under-test": fragment },
    };
  if (expression !== undefined)
    return { policy: within(`<set-variable name="value" value="${expression}" />`), allFragments: fragments };
  return { policy, allFragments: fragments };
}

/** The operation that `context` names, and catch-alls that bear its name for every other method and path. */
function operations(named: Surroundings["operation"], policy: PolicySource | undefined): Record<string, OperationConfiguration> {
  const shared = { ...(named?.name === undefined ? {} : { name: named.name }), ...(policy === undefined ? {} : { policy }) };
  const id = named?.id ?? "any";
  const made: Record<string, OperationConfiguration> = {};
  const method = (named?.method ?? "GET").toUpperCase();
  if (named?.urlTemplate !== undefined && named.urlTemplate !== "/*")
    made[id] = { ...shared, method, urlTemplate: named.urlTemplate };
  for (const verb of standaloneMethods)
    made[made[id] === undefined && verb === method ? id : `${id}-${verb.toLowerCase()}`] = {
      ...shared,
      method: verb,
      urlTemplate: "/*",
    };
  return made;
}

const productId = (options: PolicyTestOptions): string => options.context?.product?.id ?? "product";

/** Who calls, as `context` says; the models are those of the gateway that the configuration made. */
export function assumptionOf(options: PolicyTestOptions, model: GatewayModel): Assumption {
  const { context = {} } = options;
  const { subscription, user, requestId } = context;
  return {
    ...(requestId === undefined ? {} : { requestId }),
    product: model.products.get(productId(options)) ?? null,
    subscription:
      subscription === undefined
        ? null
        : {
            id: subscription.id ?? "subscription",
            name: subscription.name ?? null,
            scope: { kind: "all" },
            user: user?.id ?? null,
            state: "active",
            primaryKey: subscription.primaryKey ?? "primary-key",
            secondaryKey: subscription.secondaryKey ?? "secondary-key",
            allowTracing: true,
            createdDate: time(subscription.createdDate) ?? 0,
            startDate: time(subscription.startDate),
            endDate: time(subscription.endDate),
          },
    subscriptionKey: subscription === undefined ? null : (subscription.key ?? subscription.primaryKey ?? "primary-key"),
    user:
      user === undefined
        ? null
        : {
            id: user.id ?? "user",
            email: user.email ?? "",
            firstName: user.firstName ?? "",
            lastName: user.lastName ?? "",
            note: user.note ?? null,
            state: "active",
            registrationDate: time(user.registrationDate) ?? 0,
            groups: (user.groups ?? []).map((group) => ({ id: group.id, name: group.name ?? group.id })),
            identities: user.identities ?? [],
          },
  };
}

function time(text: string | undefined): number | null {
  return text === undefined ? null : new Date(text).getTime();
}

function pick(from: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined || from[key] === null ? [] : [[key, from[key]]])));
}
