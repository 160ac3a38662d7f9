import { type Files, info, ran, specification } from "./support.js";

/** How a version of an extractor writes what others write otherwise. */
export interface Layout {
  readonly hasBlanks: boolean;
  readonly links: "folders" | "lists";
  readonly versionSet: string;
  readonly tags: "below tags" | "below owners" | "lists";
  readonly schema: string;
  readonly release: string;
  /** Fragments, and operations, stand in information files. */
  readonly isInline: boolean;
}

export const layouts: Readonly<Record<string, Layout>> = {
  "extractor 4": {
    hasBlanks: true,
    links: "lists",
    versionSet: "apiVersionSet",
    tags: "lists",
    schema: "apiSchema",
    release: "apiRelease",
    isInline: false,
  },
  "extractor 5": {
    hasBlanks: true,
    links: "lists",
    versionSet: "apiVersionSet",
    tags: "lists",
    schema: "apiSchema",
    release: "release",
    isInline: false,
  },
  "extractor 6": {
    hasBlanks: true,
    links: "folders",
    versionSet: "versionSet",
    tags: "below owners",
    schema: "apiSchema",
    release: "release",
    isInline: false,
  },
  "extractor 7": {
    hasBlanks: true,
    links: "folders",
    versionSet: "versionSet",
    tags: "below tags",
    schema: "apiSchema",
    release: "apiRelease",
    isInline: false,
  },
  "apiops-cli": {
    hasBlanks: false,
    links: "lists",
    versionSet: "versionSet",
    tags: "below owners",
    schema: "schema",
    release: "release",
    isInline: true,
  },
};

const message = {
  headers: ["X-A"],
  body: { bytes: 100 },
  dataMasking: { headers: [{ mode: "Mask", value: "X-B" }], queryParams: [{ mode: "Hide", value: "q" }] },
};
const logged = { messages: "all", maxSizeInBytes: 32_768 };
const diagnostic = {
  loggerId: "/loggers/insights",
  alwaysLog: "allErrors",
  sampling: { samplingType: "fixed", percentage: 50 },
  verbosity: "error",
  logClientIp: true,
  metrics: true,
  httpCorrelationProtocol: "W3C",
  operationNameFormat: "Url",
  frontend: { request: message, response: message },
  backend: { request: message, response: message },
  largeLanguageModel: { logs: "enabled", requests: logged, responses: logged },
};
const parameter = {
  name: "q",
  type: "string",
  required: true,
  defaultValue: "a",
  values: ["a", "b"],
  description: "A",
  examples: { default: { value: "a" } },
  schemaId: "s",
  typeName: "T",
};
const representation = {
  contentType: "application/json",
  examples: { default: { value: { a: 1 } } },
  sample: "{}",
  formParameters: [{ ...parameter, name: "form" }],
  schemaId: "s",
  typeName: "T",
};
const operation = {
  displayName: "Get x",
  method: "GET",
  urlTemplate: "/x/{id}",
  templateParameters: [{ ...parameter, name: "id" }],
  request: {
    description: "R",
    queryParameters: [parameter],
    headers: [{ ...parameter, name: "X-H" }],
    representations: [representation],
  },
  responses: [
    { statusCode: 200, description: "OK", headers: [{ ...parameter, name: "X-R" }], representations: [representation] },
  ],
  description: "Gets x",
  policies: null,
};
const refusal = { statusCode: 529 };

/** Every property that the specification lists for the types of artifacts, each with a value that is not the default. */
const properties = {
  namedValue: { displayName: "the-word", value: "hush", secret: true, tags: ["t"] },
  vaulted: {
    displayName: "the-vaulted",
    keyVault: {
      secretIdentifier: "https://v.vault.azure.net/secrets/s",
      identityClientId: "00000000-0000-0000-0000-000000000001",
      lastStatus: { code: "Success" },
    },
  },
  backend: {
    url: "https://b.internal",
    azureRegion: "westeurope",
    protocol: "http",
    type: "Single",
    title: "B",
    description: "The backend",
    resourceId: "https://management.example/x",
    credentials: {
      header: { "X-A": ["1"] },
      query: { q: ["2"] },
      authorization: { scheme: "Basic", parameter: "eA==" },
      managedIdentity: { clientId: "c", resource: "https://r.example" },
    },
    tls: { validateCertificateChain: false, validateCertificateName: false },
    proxy: { url: "http://proxy.internal:3128", username: "u", password: "p" },
    circuitBreaker: {
      rules: [
        {
          name: "r",
          tripDuration: "PT1M",
          acceptRetryAfter: true,
          failureResponse: refusal,
          failureCondition: {
            count: 3,
            interval: "PT1M",
            statusCodeRanges: [{ min: 500, max: 599 }],
            errorReasons: ["Timeout"],
          },
        },
      ],
    },
  },
  pool: {
    type: "Pool",
    pool: {
      services: [{ id: "/backends/b", priority: 2, weight: 3, preferredCarbonEmission: "Low" }],
      sessionAffinity: { sessionId: { source: "Cookie", name: "S" } },
      failureResponse: refusal,
    },
  },
  logger: {
    loggerType: "applicationInsights",
    description: "L",
    credentials: { instrumentationKey: "0" },
    resourceId: "/x",
    isBuffered: false,
  },
  versionSet: {
    displayName: "Set",
    versioningScheme: "Query",
    versionQueryName: "v",
    versionHeaderName: "X-V",
    description: "D",
  },
  product: {
    displayName: "Gold",
    description: "D",
    terms: "T",
    state: "notPublished",
    subscriptionRequired: true,
    approvalRequired: true,
    subscriptionsLimit: 3,
  },
  subscription: {
    displayName: "Sub",
    scope: "/products/gold",
    state: "active",
    primaryKey: "k1",
    secondaryKey: "k2",
    allowTracing: true,
    createdDate: "2026-01-01T00:00:00Z",
    startDate: "2026-01-01T00:00:00Z",
    endDate: "2027-01-01T00:00:00Z",
    expirationDate: "2027-01-01T00:00:00Z",
    notificationDate: "2027-01-01T00:00:00Z",
    stateComment: "C",
  },
  api: {
    displayName: "Orders",
    description: "D",
    path: "orders",
    protocols: ["http", "https"],
    serviceUrl: "https://orders.internal",
    type: "http",
    apiRevision: "3",
    apiVersion: "v1",
    apiVersionDescription: "VD",
    apiVersionSetId: "/apiVersionSets/set",
    subscriptionRequired: false,
    subscriptionKeyParameterNames: { header: "X-Key", query: "key" },
    authenticationSettings: { oAuth2: null, openid: null },
    effectivePath: "orders",
    sourceApiId: "/apis/x",
    contact: { name: "C" },
    license: { name: "L" },
    termsOfServiceUrl: "https://t.example",
  },
};

/** A folder with every type of artifact and all properties, as a version of an extractor writes it. */
export function wholeEstate(layout: Layout): Files {
  const folderName = (name: string): string =>
    layout.hasBlanks ? name : name.replace(/ (.)/g, (_, letter: string) => letter.toUpperCase());
  const links = (owner: string, kind: string, file: string, id: string): Files =>
    layout.links === "lists"
      ? { [`${owner}/${kind}.json`]: [{ name: id }] }
      : { [`${owner}/${kind}/${id}/${file}Information.json`]: {} };
  const tagLinks = (owner: string, kind: "api" | "product", id: string): Files =>
    layout.tags === "lists"
      ? { [`${owner}/tags.json`]: [{ name: "t" }] }
      : layout.tags === "below owners"
        ? { [`${owner}/tags/t/${kind}TagInformation.json`]: {} }
        : { [`tags/t/${kind}s/${id}/tag${kind === "api" ? "Api" : "Product"}Information.json`]: {} };
  const api = (id: string, own: object): Files => ({ [`apis/${id}/apiInformation.json`]: info({ path: id, ...own }) });
  const stored = {
    contentType: "application/vnd.ms-azure-apim.graphql.schema",
    document: { value: "type Query { a: String }" },
  };
  const resolver =
    "<http-data-source><http-request><set-method>GET</set-method><set-url>https://a.example/</set-url></http-request></http-data-source>";
  const fragment = '<fragment><set-variable name="f" value="1" /></fragment>';
  return {
    "policy.xml": ran("global").replace("<policies>", "<policies><backend><forward-request /></backend>"),
    [`${folderName("named values")}/word/namedValueInformation.json`]: info(properties.namedValue),
    [`${folderName("named values")}/vaulted/namedValueInformation.json`]: info(properties.vaulted),
    "tags/t/tagInformation.json": info({ displayName: "t" }),
    "gateways/dc1/gatewayInformation.json": info({
      description: "D",
      locationData: { name: "n", city: "c", district: "d", countryOrRegion: "r" },
    }),
    ...links("gateways/dc1", "apis", "gatewayApi", "orders"),
    [`${folderName("version sets")}/set/${layout.versionSet}Information.json`]: info(properties.versionSet),
    "backends/b/backendInformation.json": info(properties.backend),
    "backends/pool/backendInformation.json": info(properties.pool),
    "loggers/insights/loggerInformation.json": info(properties.logger),
    "groups/g/groupInformation.json": info({
      displayName: "G",
      type: "external",
      description: "D",
      externalId: "aad://x",
      builtIn: false,
    }),
    ...(layout.isInline
      ? {
          [`${folderName("policy fragments")}/f/policyFragmentInformation.json`]: info({
            description: "D",
            format: "rawxml",
            value: fragment,
          }),
        }
      : {
          [`${folderName("policy fragments")}/f/policyFragmentInformation.json`]: info({ description: "D" }),
          [`${folderName("policy fragments")}/f/policy.xml`]: fragment,
        }),
    "schemas/json/schemaInformation.json": info({
      contentType: "application/vnd.example+json",
      description: "D",
      document: { value: '{"type":"object"}' },
    }),
    "schemas/xml/schemaInformation.json": info({
      schemaType: "xml",
      value: "<schema />",
    }),
    [`${folderName("policy restrictions")}/p/policyRestrictionInformation.json`]: info({ scope: "/apis", requireBase: "true" }),
    "documentations/d/documentationInformation.json": info({ title: "T", content: "C" }),
    "diagnostics/applicationinsights/diagnosticInformation.json": info(diagnostic),
    "products/gold/productInformation.json": info(properties.product),
    "products/gold/policy.xml": ran("product"),
    ...links("products/gold", "apis", "productApi", "orders"),
    ...links("products/gold", "groups", "productGroup", "g"),
    ...tagLinks("products/gold", "product", "gold"),
    "products/gold/wiki.md": "# Gold",
    "apis/orders/apiInformation.json": info(properties.api),
    "apis/orders/policy.xml": ran("orders"),
    ...(layout.isInline
      ? { "apis/orders/operations/get-x/operationInformation.json": info(operation) }
      : { "apis/orders/specification.yaml": specification() }),
    "apis/orders/operations/get-x/policy.xml": ran("get-x"),
    "apis/orders/wiki.md": "# Orders",
    "apis/orders/diagnostics/applicationinsights/diagnosticInformation.json": info({
      ...diagnostic,
      sampling: { percentage: 10 },
    }),
    [`apis/orders/schemas/s/${layout.schema}Information.json`]: info({
      contentType: "application/vnd.oai.openapi.components+json",
      document: { components: { schemas: { T: { type: "string" } } } },
    }),
    [`apis/orders/releases/r/${layout.release}Information.json`]: info({
      apiId: "/apis/orders;rev=3",
      notes: "N",
      createdDateTime: "2026-01-01T00:00:00Z",
      updatedDateTime: "2026-01-01T00:00:00Z",
    }),
    "apis/orders/tagDescriptions/t/tagDescriptionInformation.json": info({
      displayName: "t",
      description: "D",
      externalDocsUrl: "https://d.example",
      externalDocsDescription: "E",
      tagId: "/tags/t",
    }),
    ...tagLinks("apis/orders", "api", "orders"),
    "apis/orders;rev=2/apiInformation.json": info({
      isOnline: false,
      apiRevisionDescription: "R2",
    }),
    "apis/orders;rev=2/specification.json": JSON.stringify({ openapi: "3.0.1", info: {}, paths: {} }),
    "apis/moved;rev=2/apiInformation.json": info({ path: "moved", isCurrent: true }),
    "apis/moved;rev=2/specification.yaml": specification(),
    ...api("graph", { type: "graphql" }),
    [`apis/graph/schemas/graphql/${layout.schema}Information.json`]: info(stored),
    "apis/graph/resolvers/r/resolverInformation.json": info({ displayName: "R", path: "Query/a", description: "D" }),
    "apis/graph/resolvers/r/policy.xml": resolver,
    ...api("tools", {
      type: "mcp",
      mcpTools: [{ id: "x", displayName: "X", name: "x", description: "Gets x", operationId: "/apis/orders/operations/get-x" }],
    }),
    ...api("passed", {
      type: "mcp",
      backendId: "b",
      mcpProperties: { transportType: "streamable", endpoints: { message: { uriTemplate: "/mcp" } } },
    }),
    ...api("socket", { type: "websocket", serviceUrl: "wss://socket.internal", protocols: ["wss"] }),
    "subscriptions/s/subscriptionInformation.json": info(properties.subscription),
    "workspaces/w/workspaceInformation.json": info({ displayName: "W", description: "D" }),
    "workspaces/w/policy.xml": ran("workspace"),
    "workspaces/w/apis/inner/apiInformation.json": info({
      path: "inner",
      serviceUrl: "https://inner.internal",
      displayName: "I",
    }),
    "workspaces/w/apis/inner/specification.yaml": specification(),
    [`workspaces/w/${folderName("named values")}/n/namedValueInformation.json`]: info({ displayName: "the-n", value: "v" }),
    "workspaces/w/products/p/productInformation.json": info({ displayName: "P" }),
    "workspaces/w/tags/t/tagInformation.json": info({ displayName: "t" }),
  };
}
