/** What becomes of a property of an artifact: it is used, requests do not notice it, or its effect is missing, which is told. */
export type PropertyFate = "used" | "inert" | "reported";

/** A type of artifact, as apiops-cli knows it, and what becomes of its properties. */
export interface ArtifactType {
  /** What its information file's name begins with, of any version; none where it has no properties of its own. */
  readonly files: readonly string[];
  readonly properties: Readonly<Record<string, PropertyFate>>;
}

const all = (fate: PropertyFate, ...names: string[]): Record<string, PropertyFate> =>
  Object.fromEntries(names.map((name) => [name, fate]));
const used = (...names: string[]): Record<string, PropertyFate> => all("used", ...names);
/** For people and portals, or for the service that keeps it: nothing that a request could notice. */
const inert = (...names: string[]): Record<string, PropertyFate> => all("inert", ...names);
const reported = (...names: string[]): Record<string, PropertyFate> => all("reported", ...names);

/** A document, a list of links or a text: there are no properties. */
const NONE: ArtifactType = { files: [], properties: {} };
/** Properties of a diagnostic. */
export const diagnosticKeys = [
  "loggerId",
  "alwaysLog",
  "sampling",
  "verbosity",
  "logClientIp",
  "metrics",
  "httpCorrelationProtocol",
  "operationNameFormat",
  "frontend",
  "backend",
  "largeLanguageModel",
] as const;
const DIAGNOSTIC = used(...diagnosticKeys);
const LINK = inert("displayName", "groupId", "apiId", "productId", "tagId");

/** All types of artifacts. */
export const artifactTypes: Readonly<Record<string, ArtifactType>> = {
  NamedValue: { files: ["namedValue"], properties: { ...used("displayName", "value", "secret", "keyVault"), ...inert("tags") } },
  Tag: { files: ["tag"], properties: inert("displayName") },
  Gateway: { files: ["gateway"], properties: { ...used("description"), ...inert("locationData") } },
  VersionSet: {
    files: ["versionSet", "apiVersionSet"],
    properties: { ...used("displayName", "versioningScheme", "versionQueryName", "versionHeaderName"), ...inert("description") },
  },
  Backend: {
    files: ["backend"],
    properties: {
      ...used(
        "url",
        "azureRegion",
        "title",
        "description",
        "properties",
        "credentials",
        "tls",
        "proxy",
        "circuitBreaker",
        "pool",
      ),
      // A pool is told by its members, and what is sent does not depend on the protocol.
      ...inert("type", "protocol", "resourceId"),
    },
  },
  Logger: { files: ["logger"], properties: used("loggerType", "description", "credentials", "resourceId", "isBuffered") },
  Group: { files: ["group"], properties: { ...used("displayName"), ...inert("description", "type", "externalId", "builtIn") } },
  PolicyFragment: { files: ["policyFragment"], properties: { ...used("value"), ...inert("description", "format") } },
  GlobalSchema: {
    files: ["schema"],
    properties: { ...used("schemaType", "contentType", "document", "value"), ...inert("description") },
  },
  PolicyRestriction: { files: ["policyRestriction"], properties: inert("scope", "requireBase") },
  Documentation: { files: ["documentation"], properties: inert("title", "content") },
  Diagnostic: { files: ["diagnostic"], properties: DIAGNOSTIC },
  ServicePolicy: NONE,
  Product: {
    files: ["product"],
    properties: {
      ...used("displayName", "description", "state", "subscriptionRequired", "approvalRequired", "subscriptionsLimit"),
      ...inert("terms"),
    },
  },
  Api: {
    files: ["api"],
    properties: {
      ...used("displayName", "description", "path", "protocols", "serviceUrl", "type", "apiType", "isCurrent", "isOnline"),
      ...used("subscriptionRequired", "subscriptionKeyParameterNames", "apiRevision", "apiRevisionDescription"),
      ...used("apiVersion", "apiVersionSetId", "backendId", "mcpProperties", "mcpTools"),
      // The portal's console alone goes by the authentication settings.
      ...inert("authenticationSettings", "apiVersionDescription", "apiVersionSet", "effectivePath", "contact", "license"),
      ...inert("termsOfServiceUrl", "sourceApiId", "format", "value", "wsdlSelector", "translateRequiredQueryParameters"),
      ...reported("isAgent", "agent", "a2aProperties", "jsonRpcProperties"),
    },
  },
  ProductPolicy: NONE,
  ProductApi: { files: ["productApi"], properties: LINK },
  ProductGroup: { files: ["productGroup"], properties: LINK },
  ProductTag: { files: ["productTag", "tagProduct"], properties: LINK },
  ProductWiki: NONE,
  ApiPolicy: NONE,
  ApiTag: { files: ["apiTag", "tagApi"], properties: LINK },
  ApiDiagnostic: { files: ["diagnostic"], properties: DIAGNOSTIC },
  ApiOperation: {
    files: ["operation"],
    properties: {
      ...used("displayName", "method", "urlTemplate", "templateParameters", "request", "responses", "description"),
      ...inert("policies"),
    },
  },
  ApiSchema: { files: ["apiSchema", "schema"], properties: used("contentType", "document") },
  ApiRelease: {
    files: ["apiRelease", "release"],
    properties: inert("apiId", "notes", "createdDateTime", "updatedDateTime"),
  },
  ApiTagDescription: {
    files: ["tagDescription"],
    properties: inert("description", "displayName", "externalDocsUrl", "externalDocsDescription", "tagId"),
  },
  ApiWiki: NONE,
  GraphQLResolver: { files: ["resolver"], properties: { ...used("displayName", "path"), ...inert("description") } },
  McpServer: NONE,
  GatewayApi: { files: ["gatewayApi"], properties: LINK },
  Subscription: {
    files: ["subscription"],
    properties: {
      ...used("displayName", "scope", "ownerId", "state", "primaryKey", "secondaryKey", "allowTracing"),
      ...used("createdDate", "startDate", "endDate"),
      // By its dates nothing expires: the state says what holds.
      ...inert("expirationDate", "notificationDate", "stateComment"),
    },
  },
  ApiOperationPolicy: NONE,
  GraphQLResolverPolicy: NONE,
  Workspace: { files: ["workspace"], properties: { ...used("displayName"), ...inert("description") } },
};

/** Of every resource: what the service says of its own work. */
const OF_ALL = new Set(["provisioningState"]);

const byFile = new Map<string, Map<string, PropertyFate>>();
for (const { files, properties } of Object.values(artifactTypes))
  for (const file of files) {
    const known = byFile.get(file.toLowerCase()) ?? new Map<string, PropertyFate>();
    byFile.set(file.toLowerCase(), known);
    for (const [name, fate] of Object.entries(properties)) known.set(name, fate);
  }

/**
 * What becomes of a property of an information file.
 * @param file its name, such as `apiInformation.json`
 * @returns null for a property that is not known; `inert` in a file of an unknown kind, which is told of as a whole
 */
export function fateOf(file: string, property: string): PropertyFate | null {
  const known = byFile.get(file.replace(/Information\.json$/i, "").toLowerCase());
  if (known === undefined || OF_ALL.has(property)) return "inert";
  return known.get(property) ?? null;
}
