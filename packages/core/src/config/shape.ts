import { any, boolean, either, list, map, number, object, type Shape, scalar, text, word } from "../yaml/shape.js";

/** The shape of a configuration file: what `configuration.ts` declares, for files and for objects that no compiler has checked. */
const textSource = either(text, object({ file: text }, "file"));
const openApiSource = either(text, object({ file: text, servers: boolean }, "file"));
const texts = either(scalar, list(scalar));

const parameter = object(
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
const representation = object({ contentType: text, example: any, schemaId: text, schema: any }, "contentType");

const operation = object({
  name: scalar,
  method: text,
  urlTemplate: text,
  policy: textSource,
  templateParameters: list(parameter),
  request: object({
    queryParameters: list(parameter),
    headers: list(parameter),
    representations: list(representation),
    description: text,
  }),
  responses: list(
    object(
      { statusCode: number, description: text, headers: list(parameter), representations: list(representation) },
      "statusCode",
    ),
  ),
  description: text,
});

const revision = object({
  policy: textSource,
  operations: map(operation),
  openapi: openApiSource,
  serviceUrl: text,
  isCurrent: boolean,
  isOnline: boolean,
  description: text,
});

const apiKeys: Readonly<Record<string, Shape>> = {
  name: scalar,
  path: scalar,
  serviceUrl: text,
  protocols: list(word("http", "https", "ws", "wss")),
  subscriptionRequired: boolean,
  subscriptionKeyParameterNames: object({ header: text, query: text }),
  type: word("http", "soap", "websocket", "graphql", "odata", "grpc"),
  policy: textSource,
  versioning: object(
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
  description: text,
};

const backend = object({
  url: text,
  azureRegion: text,
  protocol: word("http", "soap"),
  resourceId: text,
  title: text,
  description: text,
  credentials: object({
    header: map(texts),
    query: map(texts),
    authorization: object({ scheme: text, parameter: scalar }, "scheme", "parameter"),
    certificate: list(text),
    certificateIds: list(text),
    managedIdentity: object({ clientId: text, resource: text }),
  }),
  tls: object({ validateCertificateChain: boolean, validateCertificateName: boolean, ca: textSource }),
  proxy: object({ url: text, username: text, password: scalar }, "url"),
  circuitBreaker: object(
    {
      rules: list(
        object(
          {
            name: text,
            failureCondition: object(
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
          },
          "failureCondition",
          "tripDuration",
        ),
      ),
    },
    "rules",
  ),
  pool: object(
    {
      services: list(object({ backend: text, priority: number, weight: number }, "backend")),
      sessionAffinity: object({ sessionId: object({ source: word("Cookie"), name: text }, "name") }, "sessionId"),
    },
    "services",
  ),
});

const groups = list(either(scalar, object({ id: scalar, name: scalar }, "id")));

const keyVault = object({ secretIdentifier: text, identityClientId: text }, "secretIdentifier");

/** A named value, also of policy tests. */
export const namedValue = either(scalar, object({ secret: boolean, value: scalar, env: text, file: text, keyVault }));

/** What the service and each of its workspaces have of their own. */
const entities: Readonly<Record<string, Shape>> = {
  policy: textSource,
  namedValues: map(namedValue),
  fragments: map(textSource),
  backends: map(backend),
  products: map(
    object({
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
    object(
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
  certificates: map(object({ pfx: textSource, password: scalar, certificate: textSource, key: textSource, keyVault })),
  loggers: map(object({ type: text, properties: map(any) })),
};

/** The shape of a whole configuration. */
export const configurationShape: Shape = object({
  gateway: scalar,
  gateways: map(object({ apis: list(scalar), hostnames: list(text), description: text }, "apis")),
  hostnames: list(text),
  deployment: object({ region: text, serviceId: text, serviceName: text, daprUrl: text, serviceBusNamespace: text }),
  users: map(
    object({
      email: text,
      firstName: scalar,
      lastName: scalar,
      note: text,
      state: word("active", "blocked", "pending", "deleted"),
      registrationDate: scalar,
      groups,
      identities: list(object({ id: scalar, provider: text }, "id", "provider")),
    }),
  ),
  openIdProviders: map(object({ metadataEndpoint: text, description: text }, "metadataEndpoint")),
  revocation: object({ lists: list(textSource), fetch: boolean, whenUnknown: word("refuse", "accept") }),
  gatewayErrors: word("turnpike", "apim"),
  pathEncoding: word("plain", "strict"),
  tokens: object({ cache: boolean, algorithms: list(word("RS384", "PS384", "PS512", "ES384", "ES512", "EdDSA")) }),
  ...entities,
  apis: map(object({ ...apiKeys, workspace: text })),
  workspaces: map(object({ ...entities, name: scalar, description: text, apis: map(object(apiKeys)) })),
});
