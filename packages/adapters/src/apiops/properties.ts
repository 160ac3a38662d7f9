/**
 * What becomes of a property of an artifact, with all that is in it: it is used, requests do not notice it, or its effect is missing, which is
 * told.
 */
export type PropertyFate = "used" | "inert" | "reported";

/** What becomes of properties by name. Those of an object, or of each object in a list, have fates of their own. */
export interface Fates {
  readonly [name: string]: PropertyFate | Fates;
}

/** A type of artifact, as apiops-cli knows it, and what becomes of its properties. */
export interface ArtifactType {
  /** What its information file's name begins with, of any version; none where it has no properties of its own. */
  readonly files: readonly string[];
  readonly properties: Fates;
}

const all = (fate: PropertyFate, ...names: string[]): Record<string, PropertyFate> =>
  Object.fromEntries(names.map((name) => [name, fate]));
const used = (...names: string[]): Record<string, PropertyFate> => all("used", ...names);
/** For people and portals, or for the service that keeps it: nothing that a request could notice. */
const inert = (...names: string[]): Record<string, PropertyFate> => all("inert", ...names);
const reported = (...names: string[]): Record<string, PropertyFate> => all("reported", ...names);

/** A document, a list of links or a text: there are no properties. */
const NONE: ArtifactType = { files: [], properties: {} };
const PARAMETER: Fates = {
  ...used("name", "type", "required", "defaultValue", "values", "description"),
  // Of schemas of messages only those of a specification are known.
  ...inert("examples", "schemaId", "typeName"),
};
const REPRESENTATION: Fates = {
  ...used("contentType", "examples"),
  ...inert("sample", "schemaId", "typeName"),
  formParameters: inert(...Object.keys(PARAMETER)),
};
const MASKING = { headers: used("mode", "value"), queryParams: used("mode", "value") };
const LOGGED: Fates = { headers: "used", body: used("bytes"), dataMasking: MASKING };
const SIDE: Fates = { request: LOGGED, response: LOGGED };
const LOGGED_MODEL = used("messages", "maxSizeInBytes");
const DIAGNOSTIC: Fates = {
  ...used("loggerId", "alwaysLog", "verbosity", "logClientIp", "metrics", "httpCorrelationProtocol", "operationNameFormat"),
  sampling: used("samplingType", "percentage"),
  frontend: SIDE,
  backend: SIDE,
  largeLanguageModel: { ...used("logs"), requests: LOGGED_MODEL, responses: LOGGED_MODEL },
};
/** Properties of a diagnostic. */
export const diagnosticKeys: readonly string[] = Object.keys(DIAGNOSTIC);
const REFUSAL = used("statusCode");
const VAULT: Fates = { ...used("secretIdentifier", "identityClientId"), ...inert("lastStatus") };
const LINK = inert("displayName", "groupId", "apiId", "productId", "tagId");

/** All types of artifacts. */
export const artifactTypes: Readonly<Record<string, ArtifactType>> = {
  NamedValue: {
    files: ["namedValue"],
    properties: { ...used("displayName", "value", "secret"), keyVault: VAULT, ...inert("tags") },
  },
  Tag: { files: ["tag"], properties: inert("displayName") },
  Gateway: { files: ["gateway"], properties: { ...used("description"), ...inert("locationData") } },
  VersionSet: {
    files: ["versionSet", "apiVersionSet"],
    properties: { ...used("versioningScheme", "versionQueryName", "versionHeaderName"), ...inert("displayName", "description") },
  },
  Backend: {
    files: ["backend"],
    properties: {
      ...used("url", "azureRegion", "title", "description"),
      // The reader tells of a Service Fabric cluster by itself.
      properties: used("serviceFabricCluster"),
      credentials: {
        ...used("header", "query", "certificate", "certificateIds"),
        authorization: used("scheme", "parameter"),
        managedIdentity: used("clientId", "resource"),
      },
      tls: {
        ...used("validateCertificateChain", "validateCertificateName"),
        ...reported("serverCertificateThumbprints", "serverX509Names"),
      },
      proxy: used("url", "username", "password"),
      circuitBreaker: {
        rules: {
          ...used("name", "tripDuration", "acceptRetryAfter"),
          failureResponse: REFUSAL,
          failureCondition: { ...used("count", "percentage", "interval", "errorReasons"), statusCodeRanges: used("min", "max") },
        },
      },
      pool: {
        // Without data about the world's carbon the preference does nothing.
        services: { ...used("id", "priority", "weight"), ...inert("preferredCarbonEmission") },
        sessionAffinity: { sessionId: used("source", "name") },
        failureResponse: REFUSAL,
      },
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
      ...used("subscriptionRequired", "apiRevision", "apiRevisionDescription", "apiVersion", "apiVersionSetId", "backendId"),
      subscriptionKeyParameterNames: used("header", "query"),
      mcpProperties: used("transportType", "endpoints"),
      mcpTools: { ...used("name", "description", "operationId"), ...inert("id", "displayName") },
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
      ...used("displayName", "method", "urlTemplate", "description"),
      templateParameters: PARAMETER,
      request: { ...used("description"), queryParameters: PARAMETER, headers: PARAMETER, representations: REPRESENTATION },
      responses: { ...used("statusCode", "description"), headers: PARAMETER, representations: REPRESENTATION },
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

const byFile = new Map<string, Fates>();
for (const { files, properties } of Object.values(artifactTypes))
  for (const file of files) byFile.set(file.toLowerCase(), { ...byFile.get(file.toLowerCase()), ...properties });

/** What becomes of a property at the top of an information file; null where nothing alone does. */
export function fateOfProperty(file: string, property: string): PropertyFate | null {
  const fate = byFile.get(file.replace(/Information\.json$/i, "").toLowerCase())?.[property];
  return typeof fate === "string" ? fate : null;
}

/** A property whose effect is missing, or that nobody knows. */
export interface Unaccounted {
  /** Where it stands, from the artifact's properties. */
  readonly path: readonly (string | number)[];
  readonly why: "unknown" | "without effect" | "misshapen";
}

/**
 * The properties of an information file that are not used although they may matter.
 * @param file its name, such as `apiInformation.json`; one of an unknown kind is told of as a whole, elsewhere
 */
export function unaccounted(file: string, properties: Readonly<Record<string, unknown>>): Unaccounted[] {
  const fates = byFile.get(file.replace(/Information\.json$/i, "").toLowerCase());
  return fates === undefined ? [] : [...below(fates, properties, [])];
}

function* below(
  fates: Fates,
  properties: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
): Generator<Unaccounted> {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || OF_ALL.has(name)) continue;
    const at = [...path, name];
    const fate = Object.hasOwn(fates, name) ? fates[name]! : null;
    if (fate === null) yield { path: at, why: "unknown" };
    else if (fate === "reported") yield { path: at, why: "without effect" };
    else if (typeof fate !== "string") yield* inside(fate, value, at);
  }
}

function* inside(fates: Fates, value: unknown, path: readonly (string | number)[]): Generator<Unaccounted> {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* inside(fates, item, [...path, index]);
  else if (typeof value === "object" && value !== null) yield* below(fates, value as Record<string, unknown>, path);
  else if (value !== null) yield { path, why: "misshapen" };
}
