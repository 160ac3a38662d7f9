import type { NetObject } from "@turnpike/expressions/values";
import { Url } from "../http/url.js";
import { defaultDeployment } from "../model/empty.js";
import type { ApiModel, OperationModel, ProductModel, SubscriptionModel, UserModel } from "../model/model.js";
import type { LastError } from "../policy/exchange.js";
import { SilentObserver } from "../policy/observer.js";
import type { ScopeName, SectionName } from "../policy/sections.js";
import { Variables } from "../policy/variables.js";
import { checkData, showPath } from "../yaml/check-data.js";
import { object } from "../yaml/shape.js";
import { createContext } from "./context.js";
import { fixtureBody, fixtureHeaders, fixtureResponse } from "./fixture-message.js";
import type { ApiFixture, Fixture, GroupFixture } from "./fixture-model.js";
import { fixtureParts, variableTypes } from "./fixture-shape.js";
import { fixtureTime, fixtureValue } from "./fixture-value.js";
import type { ContextSource } from "./source.js";

/** Thrown for a fixture that cannot be used; the message names every problem and where it is. */
export class FixtureError extends Error {
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "FixtureError";
  }
}

const shape = object(fixtureParts);

/** Throws {@link FixtureError} for keys and values that a fixture does not have. */
function checkFixture(fixture: Fixture): void {
  const given = Object.fromEntries(Object.entries(fixture).filter(([, value]) => value !== null));
  const problems = checkData(given, shape, "The fixture").map(({ path, problem: { message, hint } }) => {
    const place = path.length === 0 ? "" : `${showPath(path)}: `;
    return `${place}${message}${hint === undefined ? "" : ` ${hint}`}`;
  });
  for (const [name, variable] of Object.entries(fixture.variables ?? {})) {
    const type = String(variable?.type).toLowerCase().replaceAll(" ", "");
    if (!(variableTypes as readonly string[]).includes(type))
      problems.push(`variables.${name}.type: "${variable?.type}" is not one of ${variableTypes.join(", ")}.`);
  }
  if (problems.length > 0) throw new FixtureError(problems);
}

const DEFAULT_TIME = "2024-01-15T10:30:00Z";
const DEFAULT_DATE = "2024-01-01T00:00:00Z";

function milliseconds(text: string): number {
  return Math.floor(fixtureTime(text).toUnixMilliseconds());
}

function orNull(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : milliseconds(text);
}

function urlOf(text: string, where: string): Url {
  const url = Url.parse(text);
  if (url === null) throw new FixtureError([`${where}: "${text}" is not an absolute URL.`]);
  return url;
}

/** What a fixture describes, as the source of a context. Throws {@link FixtureError}, and what parsers throw for variables. */
export function fixtureSource(fixture: Fixture): ContextSource {
  checkFixture(fixture);
  const request = fixture.request ?? {};
  const url = urlOf(request.url ?? "https://gateway.example.com/", "request.url");
  const method = request.method ?? "GET";
  const startedAt = milliseconds(fixture.timestamp ?? DEFAULT_TIME);
  const now = () => startedAt + (fixture.elapsedMs ?? 0);
  const deployment = fixture.deployment ?? {};
  const productApis = (fixture.product?.apis ?? []).map(apiOf);
  const variables = Object.entries(fixture.variables ?? {});
  return {
    requestId: fixture.requestId ?? "11111111-2222-3333-4444-555555555555",
    startedAt,
    originalUrl: request.originalUrl === undefined ? url : urlOf(request.originalUrl, "request.originalUrl"),
    request: {
      method,
      url,
      headers: fixtureHeaders(request),
      body: fixtureBody(request),
      ipAddress: request.ipAddress ?? "127.0.0.1",
      certificate: null,
      matchedParameters: new Map(Object.entries(request.matchedParameters ?? {}).map(([name, value]) => [name, String(value)])),
    },
    response: fixture.response == null ? null : fixtureResponse(fixture.response),
    variables: new Variables(variables.map(([name, variable]) => [name, fixtureValue(variable, startedAt)])),
    lastError: fixture.lastError == null ? null : lastErrorOf(fixture.lastError),
    api: apiOf(fixture.api ?? {}),
    operation: operationOf(fixture.operation ?? {}, method),
    product: fixture.product == null ? null : productOf(fixture.product, productApis),
    subscription: fixture.subscription == null ? null : subscriptionOf(fixture.subscription),
    subscriptionKey: fixture.subscription?.key ?? null,
    user: fixture.user == null ? null : userOf(fixture.user),
    target: { backendId: null, baseUrl: null },
    section: "inbound",
    observer: fixture.tracing === true ? new FixtureObserver() : null,
    configuration: {
      deployment: {
        region: deployment.region ?? "West Europe",
        serviceName: deployment.serviceName ?? "contoso",
        serviceId: deployment.serviceId ?? "contoso",
        gatewayId: deployment.gatewayId ?? "managed",
        instanceId: deployment.gatewayId ?? "managed",
        daprUrl: defaultDeployment.daprUrl,
        serviceBusNamespace: null,
      },
      apis: new Map(productApis.map((api) => [api.id, api])),
      backends: new Map(),
      certificates: new Map(),
    },
    runtime: { clock: { now } },
  };
}

function apiOf(fixture: ApiFixture): ApiModel {
  const protocols = fixture.protocols ?? ["https"];
  return {
    id: fixture.id ?? "echo-api",
    name: fixture.name ?? "Echo API",
    path: fixture.path ?? "echo",
    protocols: typeof protocols === "string" ? [protocols] : protocols,
    serviceUrl: urlOf(fixture.serviceUrl ?? "https://backend.example.com/echo", "api.serviceUrl"),
    subscriptionRequired: true,
    answersPreflights: false,
    diagnostics: new Map(),
    mcpTools: null,
    agent: null,
    protectedResource: null,
    ssePath: null,
    backendId: null,
    graphql: null,
    subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
    type: "http",
    revision: String(fixture.revision ?? "1"),
    isCurrentRevision: fixture.isCurrentRevision ?? true,
    isOnline: true,
    version: fixture.version ?? null,
    versioning: null,
    workspace: null,
    operations: [],
  };
}

function operationOf(fixture: NonNullable<Fixture["operation"]>, method: string): OperationModel {
  return {
    id: fixture.id ?? "get-resource",
    name: fixture.name ?? "Get resource",
    method: fixture.method ?? method,
    urlTemplate: fixture.urlTemplate ?? "/resource",
    templateParameters: [],
    request: null,
    responses: [],
  };
}

function groupsOf(groups: readonly GroupFixture[] | undefined) {
  return (groups ?? []).map(({ id, name }) => ({ id, name: name ?? id }));
}

function productOf(fixture: NonNullable<Fixture["product"]>, apis: readonly ApiModel[]): ProductModel {
  return {
    id: fixture.id ?? "",
    name: fixture.name ?? fixture.id ?? "",
    apis: apis.map((api) => api.id),
    subscriptionRequired: fixture.subscriptionRequired ?? true,
    approvalRequired: fixture.approvalRequired ?? false,
    subscriptionsLimit: fixture.subscriptionLimit ?? null,
    state: fixture.state === "NotPublished" ? "notPublished" : "published",
    groups: groupsOf(fixture.groups),
  };
}

function subscriptionOf(fixture: NonNullable<Fixture["subscription"]>): SubscriptionModel {
  return {
    id: fixture.id ?? "",
    name: fixture.name ?? null,
    scope: { kind: "all" },
    user: null,
    state: "active",
    primaryKey: fixture.primaryKey ?? "",
    secondaryKey: fixture.secondaryKey ?? "",
    allowTracing: true,
    createdDate: milliseconds(fixture.createdDate ?? DEFAULT_DATE),
    startDate: orNull(fixture.startDate),
    endDate: orNull(fixture.endDate),
  };
}

function userOf(fixture: NonNullable<Fixture["user"]>): UserModel {
  return {
    id: fixture.id ?? "",
    email: fixture.email ?? "",
    firstName: fixture.firstName ?? "",
    lastName: fixture.lastName ?? "",
    note: fixture.note ?? null,
    state: "active",
    registrationDate: milliseconds(fixture.registrationDate ?? DEFAULT_DATE),
    groups: groupsOf(fixture.groups),
    identities: fixture.identities ?? [],
  };
}

function lastErrorOf(fixture: Readonly<Record<string, string | null>>): LastError {
  return {
    source: fixture["source"] ?? "",
    reason: fixture["reason"] ?? null,
    message: fixture["message"] ?? "",
    scope: (fixture["scope"] ?? null) as ScopeName | null,
    section: (fixture["section"] ?? null) as SectionName | null,
    path: fixture["path"] ?? null,
    policyId: fixture["policyId"] ?? null,
    status: 500,
  };
}

/** The `context` object that a JSON fixture describes, for `turnpike eval` and tests. Throws {@link FixtureError}. */
export function createFixtureContext(fixture: Fixture): NetObject {
  return createContext(fixtureSource(fixture));
}

/** What a traced fixture keeps of what is said. */
export class FixtureObserver extends SilentObserver {
  override readonly isTrace = true;
  readonly messages: unknown[] = [];

  override message(_source: string, _section: SectionName, data: unknown): void {
    this.messages.push(data);
  }
}
