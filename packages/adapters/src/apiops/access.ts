import { isData, lastSegment, pick } from "./artifacts.js";
import { artifactProblems } from "./problems.js";
import { additionsOf, type Part, policyOf, propertiesOf, type Reading } from "./reading.js";

/** Groups by id, with the names that `context.Product.Groups` shows. */
function groupNames(reading: Reading): Map<string, string> {
  return new Map(
    reading.folder
      .collection("groups")
      .map(({ id, ...information }) => [id, String(propertiesOf(reading, "groups", id, information)["displayName"] ?? id)]),
  );
}

/** Products with their APIs, groups and policies. */
export function readProducts(reading: Reading, apis: ReadonlySet<string>): Part {
  const products: Part = {};
  const groups = groupNames(reading);
  for (const { id, folder, ...information } of reading.folder.collection("products")) {
    const properties = propertiesOf(reading, "products", id, information);
    const override = reading.overrides.entity("products", id);
    const policy = policyOf(override?.below ?? null, folder, reading.places, [...reading.path, "products", id]);
    products[id] = {
      ...pick(properties, {
        name: "displayName",
        subscriptionRequired: "subscriptionRequired",
        approvalRequired: "approvalRequired",
        subscriptionsLimit: "subscriptionsLimit",
        state: "state",
        description: "description",
      }),
      apis: linkedApis(reading, folder.links("apis"), apis, `The product ${id}`, information.file),
      groups: folder.links("groups").map((group) => ({ id: group, name: groups.get(group) ?? group })),
      ...(policy === undefined ? {} : { policy }),
    };
  }
  return products;
}

/** Gateways with the APIs that each serves. */
export function readGateways(reading: Reading, apis: ReadonlySet<string>): Part {
  const gateways: Part = {};
  for (const { id, folder, ...information } of reading.folder.collection("gateways")) {
    const properties = propertiesOf(reading, "gateways", id, information);
    gateways[id] = {
      ...pick(properties, { description: "description" }),
      apis: linkedApis(reading, folder.links("apis"), apis, `The gateway ${id}`, information.file),
    };
  }
  return gateways;
}

function linkedApis(
  { findings }: Reading,
  links: readonly string[],
  apis: ReadonlySet<string>,
  who: string,
  file: string,
): string[] {
  return links.filter((api) => {
    if (!apis.has(api)) findings.warn(file, artifactProblems.linkToNothing(who, api));
    return apis.has(api);
  });
}

/** Subscriptions. Extracted ones have no keys, and owners are not in a folder: both come from the environment or additions. */
export function readSubscriptions(reading: Reading, apis: ReadonlySet<string>, products: ReadonlySet<string>): Part {
  const subscriptions: Part = {};
  const users = new Set(reading.users);
  const added = additionsOf(reading, "subscriptions");
  for (const { id, ...information } of reading.folder.collection("subscriptions")) {
    const properties = propertiesOf(reading, "subscriptions", id, information);
    const scope = scopeOf(String(properties["scope"] ?? ""));
    const target = scope.slice(scope.indexOf("/") + 1);
    const known = scope.startsWith("product/") ? products : scope.startsWith("api/") ? apis : null;
    if (known !== null && !known.has(target)) {
      reading.findings.warn(information.file, artifactProblems.scopeMissing(id, scope));
      continue;
    }
    const keys = isData(added[id]) ? { ...properties, ...added[id] } : properties;
    if (keys["primaryKey"] == null && keys["secondaryKey"] == null)
      reading.findings.warn(information.file, artifactProblems.subscriptionWithoutKeys(id));
    const owner = properties["ownerId"] == null ? null : lastSegment(String(properties["ownerId"]));
    if (owner !== null && !users.has(owner)) reading.findings.warn(information.file, artifactProblems.ownerMissing(id, owner));
    subscriptions[id] = {
      ...pick(properties, {
        name: "displayName",
        state: "state",
        primaryKey: "primaryKey",
        secondaryKey: "secondaryKey",
        allowTracing: "allowTracing",
        createdDate: "createdDate",
        startDate: "startDate",
        endDate: "endDate",
      }),
      scope,
      ...(owner !== null && users.has(owner) ? { user: owner } : {}),
    };
  }
  return subscriptions;
}

/** `/products/x`, `/apis/x`, `/apis`, alone or at the end of a resource id, as a configuration has it. */
function scopeOf(written: string): string {
  const match = /\/(product|api)s\/([^/]+)\/?$/.exec(written);
  if (match !== null) return `${match[1]}/${match[2]}`;
  // The built-in subscription of all APIs has the service itself as its scope.
  return /\/apis\/?$/.test(written) || written === "/" || /\/service\/[^/]+\/?$/.test(written) ? "all" : written;
}
