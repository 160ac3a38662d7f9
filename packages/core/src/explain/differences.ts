import type { BackendModel, GatewayModel } from "../model/model.js";
import type { SectionName } from "../policy/sections.js";
import { allSections } from "../policy/sections.js";
import { contentOf, type EffectivePolicy, type EffectiveSections, resolved } from "./effective.js";
import { type ExplainedConfiguration, type ExplainedOperation, urlOf } from "./explain.js";
import { type LineChange, lineChanges } from "./line-changes.js";

/** A property that is not the same on both sides. Null stands for none; values that may be secret are left out. */
export interface PropertyChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** An element that only one side has. One whose attributes or text have changed is there twice: removed and added. */
export interface PolicyChange {
  readonly change: "removed" | "added";
  readonly section: SectionName;
  /** With named values put in, secrets masked. */
  readonly policy: EffectivePolicy;
}

/** How an operation differs between two configurations. */
export interface OperationDifference {
  readonly change: "added" | "removed" | "changed";
  /** `workspace/api;rev=2`: without the workspace for the service's own. */
  readonly api: string;
  readonly operation: string;
  readonly method: string;
  /** The URL up to the operation's own template: `/payments/v1/accounts/{id}`. */
  readonly url: string;
  readonly route: readonly PropertyChange[];
  readonly backend: readonly PropertyChange[];
  /** By the products in whose context the pipeline has changed alike; null stands for calls without a product. */
  readonly pipelines: readonly { readonly products: readonly (string | null)[]; readonly changes: readonly PolicyChange[] }[];
}

/** What differs between two configurations, operation by operation. */
export function compareConfigurations(before: ExplainedConfiguration, after: ExplainedConfiguration): OperationDifference[] {
  const old = byKey(before);
  const now = byKey(after);
  const differences: OperationDifference[] = [];
  for (const [key, operation] of old) {
    const other = now.get(key);
    if (other === undefined)
      differences.push({ ...headOf(operation, before), change: "removed", route: [], backend: [], pipelines: [] });
    else {
      const difference = compareOperation(before, operation, after, other);
      if (difference !== null) differences.push(difference);
    }
  }
  for (const [key, operation] of now)
    if (!old.has(key)) differences.push({ ...headOf(operation, after), change: "added", route: [], backend: [], pipelines: [] });
  return differences;
}

function byKey(explained: ExplainedConfiguration): Map<string, ExplainedOperation> {
  return new Map(
    explained.operations().map((operation) => [JSON.stringify([apiName(operation), operation.operation.id]), operation]),
  );
}

function apiName({ api }: ExplainedOperation): string {
  return `${api.workspace === null ? "" : `${api.workspace.id}/`}${api.id};rev=${api.revision}`;
}

function headOf(found: ExplainedOperation, explained: ExplainedConfiguration) {
  const { operation } = found;
  return { api: apiName(found), operation: operation.id, method: operation.method, url: explained.urlOf(found) };
}

function compareOperation(
  before: ExplainedConfiguration,
  old: ExplainedOperation,
  after: ExplainedConfiguration,
  now: ExplainedOperation,
): OperationDifference | null {
  const route = changes(routeOf(old, before.model), routeOf(now, after.model), before, after);
  const contexts = [null, ...new Set([...old.products, ...now.products].map(({ id }) => id))];
  const groups = new Map<string, { products: (string | null)[]; changes: PolicyChange[] }>();
  const backends = new Map<string, PropertyChange>();
  for (const id of contexts) {
    const sides = [sectionsIn(before, old, id), sectionsIn(after, now, id)] as const;
    const [was, is] = sides;
    // A product that only one side has is a change of the route.
    if (was === null || is === null) continue;
    for (const property of changes(backendOf(before, old, was), backendOf(after, now, is), before, after))
      backends.set(property.name, property);
    const found = allSections.flatMap((section) => policyChanges(section, was, is));
    if (found.length === 0) continue;
    const key = JSON.stringify(
      found.map((change) => [
        change.change,
        change.section,
        contentOf(change.policy),
        change.policy.file,
        change.policy.line,
        change.policy.column,
      ]),
    );
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { products: [id], changes: found.map((change) => shown(change, before, after)) });
    else group.products.push(id);
  }
  if (route.length === 0 && backends.size === 0 && groups.size === 0) return null;
  return { ...headOf(now, after), change: "changed", route, backend: [...backends.values()], pipelines: [...groups.values()] };
}

function shown(change: PolicyChange, before: ExplainedConfiguration, after: ExplainedConfiguration): PolicyChange {
  return { ...change, policy: resolved(change.policy, (change.change === "removed" ? before : after).namesMask) };
}

function sectionsIn(
  explained: ExplainedConfiguration,
  found: ExplainedOperation,
  productId: string | null,
): EffectiveSections | null {
  if (productId === null) return explained.sections(found, null);
  const product = found.products.find(({ id }) => id === productId);
  return product === undefined ? null : explained.sections(found, product);
}

function policyChanges(section: SectionName, was: EffectiveSections, is: EffectiveSections): PolicyChange[] {
  const flat = (policies: readonly EffectivePolicy[], depth: number): { content: string; policy: EffectivePolicy }[] =>
    policies.flatMap((policy) => [{ content: `${depth} ${contentOf(policy)}`, policy }, ...flat(policy.elements, depth + 1)]);
  const found: readonly LineChange<EffectivePolicy>[] = lineChanges(flat(was[section], 0), flat(is[section], 0));
  return found.map(({ change, value }) => ({ change, section, policy: value }));
}

type Properties = ReadonlyMap<string, { readonly value: string; readonly isSecret?: boolean }>;

/** What decides whether a request finds the operation, and who may call it. */
function routeOf(found: ExplainedOperation, { hostnames }: GatewayModel): Properties {
  const { api, operation, products } = found;
  const { versioning } = api;
  const text = (value: unknown): { value: string } => ({ value: String(value) });
  return new Map([
    ["method", text(operation.method)],
    ["url", text(urlOf(found))],
    [
      "version",
      text(versioning === null ? "none" : `${api.version ?? "none"} by ${[versioning.scheme, versioning.name].join(" ").trim()}`),
    ],
    ["current revision", text(api.isCurrentRevision)],
    ["online", text(api.isOnline)],
    ["hostnames", text([...hostnames].sort().join(", ") || "any")],
    ["protocols", text([...api.protocols].sort().join(", "))],
    ["subscription required", text(api.subscriptionRequired)],
    ["subscription key", text(`${api.subscriptionKeyParameterNames.header}, ${api.subscriptionKeyParameterNames.query}`)],
    [
      "products",
      text(
        products
          .map(({ id, subscriptionRequired }) => `${id}${subscriptionRequired ? "" : " (open)"}`)
          .sort()
          .join(", "),
      ),
    ],
    [
      "optional parameters",
      text(
        operation.templateParameters
          .flatMap(({ required, name }) => (required ? [] : [name]))
          .sort()
          .join(", "),
      ),
    ],
  ]);
}

/** Where requests may be sent: the API's address, and the backends that it or a policy means. */
function backendOf(explained: ExplainedConfiguration, { api }: ExplainedOperation, sections: EffectiveSections): Properties {
  const { backends } = explained.modelOf(api);
  const properties = new Map<string, { value: string; isSecret?: boolean }>([
    ["serviceUrl", { value: api.serviceUrl?.toString() ?? "" }],
  ]);
  const address = api.serviceUrl?.toString();
  const named = new Set(
    [...backends.values()].filter(({ url }) => address !== undefined && url?.toString() === address).map(({ id }) => id),
  );
  const look = (policies: readonly EffectivePolicy[]): void => {
    for (const policy of policies) {
      if (policy.name === "set-backend-service") for (const id of backendIds(policy)) named.add(id);
      look(policy.elements);
    }
  };
  for (const section of allSections) look(sections[section]);
  for (const id of named) describeBackend(id, backends, properties, 0);
  return properties;
}

function backendIds(policy: EffectivePolicy): string[] {
  const [, attributes] = JSON.parse(contentOf(policy)) as [string, [string, string][], string | null];
  return attributes.flatMap(([name, value]) => (name === "backend-id" ? [value.trim()] : []));
}

function describeBackend(
  id: string,
  backends: GatewayModel["backends"],
  into: Map<string, { value: string; isSecret?: boolean }>,
  depth: number,
): void {
  const backend: BackendModel | undefined = backends.get(id);
  if (backend === undefined || into.has(`backend ${id} type`)) return;
  const add = (name: string, value: unknown, isSecret = false): void => {
    if (value !== null && value !== undefined)
      into.set(`backend ${id} ${name}`, { value: typeof value === "string" ? value : JSON.stringify(value), isSecret });
  };
  const { credentials, proxy } = backend;
  add("type", backend.type);
  add("url", backend.url?.toString());
  add("tls", backend.tls);
  add("circuit breaker", backend.circuitBreaker);
  add("pool", backend.pool);
  add("proxy", proxy?.url);
  add("proxy credentials", proxy === null ? null : [proxy.username, proxy.password], true);
  if (credentials !== null) {
    const { headers, query, authorization, certificates, managedIdentity } = credentials;
    add("credentials", [headers, query, authorization], true);
    add("certificates", certificates.join(", "));
    add("managed identity", managedIdentity);
  }
  if (depth < 1)
    for (const { backend: member } of backend.pool?.services ?? []) describeBackend(member, backends, into, depth + 1);
}

function changes(
  was: Properties,
  is: Properties,
  before: ExplainedConfiguration,
  after: ExplainedConfiguration,
): PropertyChange[] {
  const found: PropertyChange[] = [];
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(name), is.get(name)];
    if (old?.value === now?.value) continue;
    const shown = (side: typeof old, { mask }: ExplainedConfiguration): string | null =>
      side === undefined ? null : side.isSecret === true ? "***" : mask.text(side.value);
    found.push({ name, before: shown(old, before), after: shown(now, after) });
  }
  return found;
}
