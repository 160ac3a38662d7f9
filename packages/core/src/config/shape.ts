import {
  any,
  boolean,
  count,
  either,
  type KeysOf,
  list,
  map,
  number,
  object,
  type Shape,
  scalar,
  text,
  word,
} from "../yaml/shape.js";
import type {
  ApiConfiguration,
  BackendConfiguration,
  CertificateConfiguration,
  DiagnosticConfiguration,
  GatewayConfiguration,
  GraphqlLimitsConfiguration,
  GroupConfiguration,
  KeyVaultReference,
  LimitsConfiguration,
  LoggedMessageConfiguration,
  NamedValueConfiguration,
  OperationConfiguration,
  ParameterConfiguration,
  ProductConfiguration,
  RepresentationConfiguration,
  ResolverConfiguration,
  RevisionConfiguration,
  SubscriptionConfiguration,
  UserConfiguration,
  WorkspaceConfiguration,
} from "./configuration.js";

type CircuitBreaker = NonNullable<BackendConfiguration["circuitBreaker"]>;
type Pool = NonNullable<BackendConfiguration["pool"]>;

/** Bounds of one evaluation, in configurations and in test files. */
export const limitsShape = object<LimitsConfiguration>({
  steps: count,
  memory: count,
  depth: count,
  time: count,
  regexTime: count,
  bodyWork: count,
});

// The shape of a configuration file: what `configuration.ts` declares, for files and for objects that no compiler has checked.
const textSource = either(text, object({ file: text }, "file"));
const openApiSource = either(text, object({ file: text, servers: boolean }, "file"));
const texts = either(scalar, list(scalar));

const parameter = object<ParameterConfiguration>(
  {
    name: scalar,
    type: text,
    required: boolean,
    defaultValue: scalar,
    values: list(scalar),
    schema: any,
    listSeparator: word(",", " ", "|", "\t"),
    description: text,
  },
  "name",
);
const representation = object<RepresentationConfiguration>(
  { contentType: text, example: any, schemaId: text, schema: any },
  "contentType",
);

const maskings = list(
  object<{ readonly value: string; readonly mode?: "Mask" | "Hide" }>({ value: scalar, mode: word("Mask", "Hide") }, "value"),
);
const loggedMessage = object<LoggedMessageConfiguration>({
  headers: list(scalar),
  body: object<NonNullable<LoggedMessageConfiguration["body"]>>({ bytes: number }),
  dataMasking: object<NonNullable<LoggedMessageConfiguration["dataMasking"]>>({ headers: maskings, queryParams: maskings }),
});
const loggedSide = object<NonNullable<DiagnosticConfiguration["frontend"]>>({ request: loggedMessage, response: loggedMessage });
const diagnostics = map(
  object<DiagnosticConfiguration>({
    loggerId: text,
    alwaysLog: word("allErrors"),
    sampling: object<NonNullable<DiagnosticConfiguration["sampling"]>>({ samplingType: word("fixed"), percentage: number }),
    verbosity: word("error", "information", "verbose"),
    logClientIp: boolean,
    metrics: boolean,
    httpCorrelationProtocol: word("None", "Legacy", "W3C"),
    operationNameFormat: word("Name", "Url"),
    frontend: loggedSide,
    backend: loggedSide,
    largeLanguageModel: map(any),
  }),
);

const operation = object<OperationConfiguration>({
  name: scalar,
  method: text,
  urlTemplate: text,
  policy: textSource,
  templateParameters: list(parameter),
  request: object<NonNullable<OperationConfiguration["request"]>>({
    queryParameters: list(parameter),
    headers: list(parameter),
    representations: list(representation),
    description: text,
  }),
  responses: list(
    object<NonNullable<OperationConfiguration["responses"]>[number]>(
      { statusCode: number, description: text, headers: list(parameter), representations: list(representation) },
      "statusCode",
    ),
  ),
  description: text,
});

const resolvers = map(
  object<ResolverConfiguration>({ path: text, policy: textSource, name: scalar, description: text }, "path", "policy"),
);

const revision = object<RevisionConfiguration>({
  policy: textSource,
  schema: textSource,
  resolvers,
  operations: map(operation),
  openapi: openApiSource,
  wsdl: openApiSource,
  serviceUrl: text,
  isCurrent: boolean,
  isOnline: boolean,
  description: text,
});

const apiKeys = {
  name: scalar,
  path: scalar,
  serviceUrl: text,
  protocols: list(word("http", "https", "ws", "wss")),
  subscriptionRequired: boolean,
  subscriptionKeyParameterNames: object<NonNullable<ApiConfiguration["subscriptionKeyParameterNames"]>>({
    header: text,
    query: text,
  }),
  type: word("http", "soap", "websocket", "graphql", "odata", "grpc", "mcp", "a2a"),
  schema: textSource,
  resolvers,
  graphql: object<GraphqlLimitsConfiguration>({
    maxSize: number,
    maxDepth: number,
    maxNodes: number,
    maxCalls: number,
    maxBatch: number,
    maxSubscriptions: number,
  }),
  mcpTools: list(object({ name: text, description: text, operationId: text }, "name", "operationId")),
  backendId: text,
  mcpProperties: object<NonNullable<ApiConfiguration["mcpProperties"]>>({
    transportType: word("streamable", "sse"),
    endpoints: either(
      list(object({ name: text, uriTemplate: text }, "name", "uriTemplate")),
      map(object({ uriTemplate: text }, "uriTemplate")),
    ),
    authorizationServers: list(text),
    scopesSupported: list(text),
    returnProtectedResourceMetadata: boolean,
  }),
  isAgent: boolean,
  agent: object<NonNullable<ApiConfiguration["agent"]>>({ id: text }),
  a2aProperties: object<NonNullable<ApiConfiguration["a2aProperties"]>>({ agentCardPath: text, agentCardBackendUrl: text }),
  jsonRpcProperties: object<NonNullable<ApiConfiguration["jsonRpcProperties"]>>({ backendUrl: text, path: text }),
  policy: textSource,
  diagnostics,
  versioning: object<NonNullable<ApiConfiguration["versioning"]>>(
    {
      scheme: word("segment", "query", "header"),
      set: scalar,
      version: scalar,
      versionQueryName: text,
      versionHeaderName: text,
    },
    "scheme",
  ),
  preflights: word("operation", "gateway"),
  revision: scalar,
  isOnline: boolean,
  revisions: map(revision),
  operations: map(operation),
  openapi: openApiSource,
  wsdl: openApiSource,
  description: text,
} satisfies KeysOf<Omit<ApiConfiguration, "workspace">>;

const backend = object<BackendConfiguration>({
  url: text,
  azureRegion: text,
  protocol: word("http", "soap"),
  resourceId: text,
  title: text,
  description: text,
  credentials: object<NonNullable<BackendConfiguration["credentials"]>>({
    header: map(texts),
    query: map(texts),
    authorization: object({ scheme: text, parameter: scalar }, "scheme", "parameter"),
    certificate: list(text),
    certificateIds: list(text),
    managedIdentity: object({ clientId: text, resource: text }),
  }),
  tls: object<NonNullable<BackendConfiguration["tls"]>>({
    validateCertificateChain: boolean,
    validateCertificateName: boolean,
    ca: textSource,
  }),
  proxy: object<NonNullable<BackendConfiguration["proxy"]>>({ url: text, username: text, password: scalar }, "url"),
  circuitBreaker: object<CircuitBreaker>(
    {
      rules: list(
        object<CircuitBreaker["rules"][number]>(
          {
            name: text,
            failureCondition: object<CircuitBreaker["rules"][number]["failureCondition"]>(
              {
                count: number,
                percentage: number,
                interval: text,
                statusCodeRanges: list(object({ min: number, max: number }, "min", "max")),
                errorReasons: list(text),
              },
              "interval",
            ),
            tripDuration: text,
            acceptRetryAfter: boolean,
            failureResponse: object({ statusCode: number }, "statusCode"),
          },
          "failureCondition",
          "tripDuration",
        ),
      ),
    },
    "rules",
  ),
  pool: object<Pool>(
    {
      services: list(
        object<Pool["services"][number]>(
          {
            backend: text,
            priority: number,
            weight: number,
            preferredCarbonEmission: word("VeryLow", "Low", "Medium", "High", "VeryHigh"),
          },
          "backend",
        ),
      ),
      sessionAffinity: object({ sessionId: object({ source: word("Cookie"), name: text }, "name") }, "sessionId"),
      failureResponse: object({ statusCode: number }, "statusCode"),
    },
    "services",
  ),
});

const groups = list(either(scalar, object<GroupConfiguration>({ id: scalar, name: scalar }, "id")));

const keyVault = object<KeyVaultReference>({ secretIdentifier: text, identityClientId: text }, "secretIdentifier");

/** A named value, also of policy tests. */
export const namedValue = either(
  scalar,
  object<Exclude<NamedValueConfiguration, string | number | boolean>>({
    secret: boolean,
    value: scalar,
    env: text,
    file: text,
    keyVault,
  }),
);

/** What the service and each of its workspaces have of their own. */
const entities = {
  policy: textSource,
  namedValues: map(namedValue),
  fragments: map(textSource),
  backends: map(backend),
  products: map(
    object<ProductConfiguration>({
      name: scalar,
      apis: list(scalar),
      subscriptionRequired: boolean,
      approvalRequired: boolean,
      subscriptionsLimit: number,
      state: word("notPublished", "published"),
      groups,
      policy: textSource,
      description: text,
    }),
  ),
  subscriptions: map(
    object<SubscriptionConfiguration>(
      {
        name: scalar,
        scope: text,
        user: scalar,
        primaryKey: scalar,
        secondaryKey: scalar,
        state: word("active", "suspended", "expired", "cancelled", "rejected", "submitted"),
        allowTracing: boolean,
        createdDate: scalar,
        startDate: scalar,
        endDate: scalar,
      },
      "scope",
    ),
  ),
  schemas: map(either(text, map(any))),
  certificates: map(
    object<CertificateConfiguration>({ pfx: textSource, password: scalar, certificate: textSource, key: textSource, keyVault }),
  ),
  loggers: map(object<NonNullable<GatewayConfiguration["loggers"]>[string]>({ type: text, properties: map(any) })),
  diagnostics,
} satisfies KeysOf<Omit<WorkspaceConfiguration, "name" | "description" | "apis">>;

/** The shape of a whole configuration. */
export const configurationShape: Shape = object<GatewayConfiguration>({
  policies: list(text),
  gateway: scalar,
  gateways: map(
    object<NonNullable<GatewayConfiguration["gateways"]>[string]>(
      { apis: list(scalar), hostnames: list(text), description: text },
      "apis",
    ),
  ),
  hostnames: list(text),
  deployment: object<NonNullable<GatewayConfiguration["deployment"]>>({
    region: text,
    serviceId: text,
    serviceName: text,
    daprUrl: text,
    serviceBusNamespace: text,
  }),
  users: map(
    object<UserConfiguration>({
      email: text,
      firstName: scalar,
      lastName: scalar,
      note: text,
      state: word("active", "blocked", "pending", "deleted"),
      registrationDate: scalar,
      groups,
      identities: list(
        object<NonNullable<UserConfiguration["identities"]>[number]>({ id: scalar, provider: text }, "id", "provider"),
      ),
    }),
  ),
  openIdProviders: map(
    object<NonNullable<GatewayConfiguration["openIdProviders"]>[string]>(
      { metadataEndpoint: text, description: text },
      "metadataEndpoint",
    ),
  ),
  revocation: object<NonNullable<GatewayConfiguration["revocation"]>>({
    lists: list(textSource),
    fetch: boolean,
    whenUnknown: word("refuse", "accept"),
  }),
  gatewayErrors: word("turnpike", "apim"),
  run: map(either(scalar, list(scalar))),
  pathEncoding: word("plain", "strict"),
  limits: limitsShape,
  tokens: object<NonNullable<GatewayConfiguration["tokens"]>>({
    cache: boolean,
    algorithms: list(word("RS384", "PS384", "PS512", "ES384", "ES512", "EdDSA")),
  }),
  ...entities,
  apis: map(object<ApiConfiguration>({ ...apiKeys, workspace: text })),
  workspaces: map(
    object<WorkspaceConfiguration>({
      ...entities,
      name: scalar,
      description: text,
      apis: map(object<Omit<ApiConfiguration, "workspace">>(apiKeys)),
    }),
  ),
});
