import { error, type Problem, warning } from "../diagnostics/problem.js";

/** The first ten of a list, and how many more there are. */
function listed(names: readonly string[]): string {
  return `${names.slice(0, 10).join(", ")}${names.length > 10 ? ` and ${names.length - 10} more` : ""}`;
}

/** Everything that can be wrong with a configuration, by name. */
export const configurationProblems = {
  // Files
  configurationUnreadable: (why: string): Problem => error("TP3001", `The configuration cannot be read: ${why}`),
  fileUnreadable: (file: string, why: string): Problem => error("TP3001", `The file ${file} cannot be read: ${why}`),

  moduleUnusable: (message: string): Problem => error("TP3015", message),
  modulesFromElsewhere: (): Problem =>
    error(
      "TP3015",
      "A configuration that is not a file on this machine cannot name modules of policies.",
      "Hand them in: turnpike --policies MODULE, or the gateway's option policies.",
    ),

  // Values of several parts
  notADate: (written: string): Problem => error("TP3005", `"${written}" is not a date.`, "Write it as 2026-01-31T00:00:00Z."),
  notADuration: (written: string): Problem =>
    error("TP3005", `"${written}" is not an ISO 8601 duration.`, "Write it as PT30S or PT1M."),
  notAUrl: (written: string): Problem => error("TP3005", `"${written}" is not an absolute http or https URL.`),
  ambiguousUrl: (written: string): Problem =>
    error("TP3005", `"${written}" has dot segments that servers read in different ways.`),
  notAHostname: (written: string): Problem =>
    error(
      "TP3005",
      `"${written}" is not a hostname.`,
      "Write a name without scheme, port and path, such as api.example.com or *.example.com.",
    ),
  outsideValueMissing: (what: string, where: string, why: string): Problem =>
    error("TP3011", `The value of the ${what} cannot be had from ${where}: ${why}`),
  vaultsNotAsked: (names: readonly string[]): Problem =>
    warning(
      "TP3011",
      `Values in vaults are not asked for here, and what depends on them is not judged: ${listed(names)}.`,
      "turnpike run and turnpike trace ask for them with the host's Azure identity (package @azure/identity).",
    ),

  // Named values
  namedValueUnreachable: (name: string): Problem =>
    error(
      "TP3005",
      `The named value "${name}" has a name that no document can refer to.`,
      "Use letters, digits, '.', '_' and '-'.",
    ),
  namedValueWithoutValue: (name: string, why: string, hint?: string): Problem =>
    error("TP3006", `The named value ${name} ${why}`, hint),

  // APIs
  twoDescriptions: (): Problem => error("TP3005", "An API is described by OpenAPI or by WSDL, not by both."),
  noPath: (api: string): Problem =>
    error(
      "TP3005",
      `The API ${api} has no path.`,
      "Give it a path, or an OpenAPI document with a server; an empty path is one too.",
    ),
  pathInvalid: (path: string | undefined): Problem => error("TP3005", `"${path}" is no prefix of a URL path.`),
  severalCurrent: (revisions: readonly string[]): Problem =>
    error("TP3005", `The revisions ${revisions.join(" and ")} both say isCurrent.`),
  versionWithout: (scheme: string, key: string): Problem => error("TP3005", `Versions by ${scheme} need ${key}.`),
  samePlace: (other: string, api: string, path: string, version: string | null): Problem =>
    error(
      "TP3003",
      `The APIs ${other} and ${api} both answer at /${path}${version === null ? "" : ` in version ${version}`}.`,
      "Give one of them another path or version.",
    ),
  closed: (apis: readonly string[]): Problem => {
    const names = listed(apis);
    const asks = apis.length === 1 ? `The API ${names} asks` : `The APIs ${names} ask`;
    return warning(
      "TP3014",
      `${asks} for a subscription key, and no subscription opens ${apis.length === 1 ? "it" : "them"}: all requests get 401.`,
      "Add a subscription, an open product, or subscriptionRequired: false.",
    );
  },
  failureStatusInvalid: (): Problem =>
    error("TP3005", "The status of a failureResponse is none.", "Give a whole number from 200 to 599."),
  graphqlOfOtherKind: (key: string): Problem =>
    error("TP3005", `Only an API of the type graphql has ${key}.`, `Give it type: graphql, or take ${key} out.`),
  resolversWithoutSchema: (): Problem =>
    error("TP3004", "The API has resolvers, and no schema.", "Give it its schema: { file: ./schema.graphql }."),
  resolverPath: (path: string): Problem =>
    error("TP3005", `Invalid path '${path}': expected an object type and its field, as in Query/users.`),
  resolverTwice: (field: string, other: string): Problem =>
    error("TP3005", `The field ${field} has a resolver, ${other}.`, "Keep one of them."),
  graphqlLimit: (key: string, value: unknown): Problem =>
    error("TP3005", `Invalid ${key} '${String(value)}': expected a whole number from 1.`),
  agentOfOtherKind: (key: string): Problem =>
    error("TP3005", `Only an API of the type a2a has ${key}.`, `Give it type: a2a, or take ${key} out.`),
  agentWithout: (key: string): Problem => error("TP3005", `An A2A API has no ${key}.`, "Say where the agent and its card are."),
  cardPath: (path: string): Problem => error("TP3005", `Invalid agentCardPath '${path}': expected a path that starts with /.`),
  operationOfAgent: (operation: string): Problem =>
    error(
      "TP3005",
      `An A2A API has no operations of its own: ${operation}.`,
      "Take it out; the API's policy holds for the card and for all messages.",
    ),
  authorizationServer: (url: string): Problem =>
    error("TP3005", `Invalid authorization server '${url}': expected the https address of an issuer.`),
  metadataWithoutServers: (): Problem =>
    error("TP3005", "The metadata of an MCP server names no authorization server.", "Give mcpProperties.authorizationServers."),
  toolsWithoutServer: (): Problem =>
    error("TP3005", "Only an API of the type mcp has tools.", "Give it type: mcp, or take mcpTools out."),
  serverWithoutTools: (): Problem =>
    error("TP3005", "An MCP server has neither tools nor a server behind it.", "Give it mcpTools, or serviceUrl or backendId."),
  toolsAndBackend: (): Problem =>
    error(
      "TP3005",
      "An MCP server is made of tools, or passes on to another one: not both.",
      "Take out mcpTools, or serviceUrl and backendId.",
    ),
  toolTwice: (tool: string): Problem =>
    error("TP3005", `An MCP server has two tools of the name ${tool}.`, "Callers name a tool: give each its own name."),
  endpointPath: (name: string, uriTemplate: string): Problem =>
    error("TP3005", `Invalid uriTemplate '${uriTemplate}' of the endpoint ${name}: expected a path that starts with /.`),
  toolOfOtherKind: (tool: string, type: string): Problem =>
    error(
      "TP3005",
      `The tool ${tool} is an operation of an API of the type ${type}.`,
      "Tools are made of operations of HTTP APIs.",
    ),
  operationBesideHandshake: (operation: string, handshake: string): Problem =>
    error(
      "TP3004",
      `A WebSocket API has the operation ${handshake} only, not ${operation}.`,
      `Give its policy to ${handshake}, with the method GET and the URL template /*.`,
    ),
  operationWithout: (operation: string, what: "method" | "urlTemplate"): Problem =>
    error(
      "TP3004",
      `The operation ${operation} has no ${what}.`,
      "Only an operation of the API's OpenAPI document can be without.",
    ),
  methodInvalid: (method: string): Problem => error("TP3004", `"${method}" is not an HTTP method.`),
  templateInvalid: (template: string, why: string): Problem => error("TP3004", `The URL template "${template}": ${why}`),

  // Access
  severalOpenProducts: (api: string, other: string, product: string): Problem =>
    error(
      "TP3005",
      `The API ${api} is in two open products, ${other} and ${product}.`,
      "An API can be in one open product at most.",
    ),
  keyLength: (): Problem => error("TP3007", "A subscription key has 1 to 256 characters."),
  keyTwice: (other: string, subscription: string): Problem =>
    error("TP3007", `The subscriptions ${other} and ${subscription} have the same key.`, "A key names exactly one subscription."),
  scopeInvalid: (written: string): Problem =>
    error("TP3005", `"${written}" is no scope of a subscription.`, "Write product/<id>, api/<id> or all."),

  // Backends
  backendWithoutUrl: (id: string): Problem => error("TP3005", `The backend ${id} has neither a url nor a pool.`),
  chainAlwaysValidated: (): Problem =>
    warning("TP3005", "With a ca of its own the chain of a backend's certificate is always validated."),
  caInvalid: (why: string): Problem => error("TP3005", `The ca cannot be used: ${why}`, "Give certificates in PEM."),
  backendTwice: (workspace: string, id: string): Problem =>
    warning(
      "TP3013",
      `The workspace ${workspace} and the service both have a backend ${id}: in requests to the workspace's APIs it is the workspace's.`,
      "Give one of them another id.",
    ),
  // Diagnostics
  samplingInvalid: (given: number): Problem => error("TP3005", `Invalid percentage ${given}: expected 0 to 100.`),
  bytesInvalid: (given: number, most: number): Problem => error("TP3005", `Invalid bytes ${given}: expected 0 to ${most}.`),

  // Pools
  poolSize: (): Problem => error("TP3005", "A pool has 1 to 30 members."),
  poolInPool: (member: string): Problem => error("TP3005", `${member} is a pool itself: members are single backends.`),
  shareInvalid: (key: "priority" | "weight"): Problem => error("TP3005", `The ${key} is from 0 to 100.`),
  cookieInvalid: (cookie: string): Problem => error("TP3005", `"${cookie}" cannot be a cookie's name.`),

  // Circuit breakers
  severalRules: (): Problem => warning("TP3005", "Only the first rule of a circuit breaker is in force."),
  breakerOfPool: (): Problem =>
    warning("TP3005", "A pool's own circuit breaker has no effect.", "Give one to each of its members."),
  countOrPercentage: (): Problem => error("TP3005", "A failure condition has either a count or a percentage."),
  countInvalid: (): Problem => error("TP3005", "The count of a failure condition is a whole number from 1."),
  percentageInvalid: (): Problem => error("TP3005", "The percentage of a failure condition is from 1 to 100."),
  statusRangeInvalid: (): Problem => error("TP3005", "A range of status codes lies within 200 to 599."),
  tooManyStatusRanges: (): Problem => error("TP3005", "There are at most 10 ranges of status codes."),
  errorReasonsInvalid: (): Problem => error("TP3005", "There are at most 10 error reasons of at most 200 characters."),
  nothingCounts: (reasons: readonly string[]): Problem =>
    warning(
      "TP3005",
      "Nothing that can happen counts as a failure: this circuit breaker never opens.",
      `Give statusCodeRanges, or errorReasons among ${reasons.join(" and ")}.`,
    ),

  // Certificates, revocation, schemas
  certificateInvalid: (id: string, why: string): Problem => error("TP3005", `The certificate ${id} cannot be used: ${why}`),
  certificateWithoutContent: (id: string): Problem =>
    error("TP3005", `The certificate ${id} has neither a pfx nor a certificate nor a keyVault.`),
  revocationListInvalid: (why: string): Problem => error("TP3005", `The revocation list cannot be used. ${why}`),
  revocationWithoutLists: (): Problem => error("TP3005", "revocation needs lists, or fetch: true."),
  schemaWithoutContent: (id: string): Problem =>
    error("TP3005", `The schema ${id} has neither a file nor a text, and is no JSON schema.`),
};

/** Everything that can be wrong with a WSDL document, by name. */
export const wsdlProblems = {
  notWsdl: (root: string): Problem =>
    error("TP3010", `This is no WSDL document: its root is <${root}>.`, "Use WSDL 1.1; its root is <definitions>."),
  noBinding: (): Problem =>
    error("TP3010", "The WSDL document has no binding to SOAP.", "Put documents that it imports into it: nothing is fetched."),
  nameInvalid: (name: string): Problem =>
    error("TP3010", `Two operations of the binding are called "${name}", or one has no name.`),
  sameAction: (name: string, other: string, action: string): Problem =>
    error("TP3010", `The operations ${other} and ${name} have the same soapAction "${action}": they cannot be told apart.`),
};

/** Everything that can be wrong with an OpenAPI document, by name. */
export const openApiProblems = {
  unreadable: (why: string): Problem => error("TP3010", why),
  notOpenApi: (): Problem => error("TP3010", "This is no OpenAPI document: it has neither openapi nor swagger."),
  versionUnknown: (version: string): Problem =>
    error("TP3009", `Version ${version} of OpenAPI is not supported.`, "Use 2.0, 3.0 or 3.1."),
  referenceOutside: (reference: string, hint?: string): Problem =>
    error("TP3009", `The reference ${reference} leaves the document.`, hint),
  referenceBroken: (reference: string): Problem => error("TP3010", `The reference ${reference} leads nowhere.`),
  pathInvalid: (path: string, why: string): Problem => error("TP3004", `The path "${path}": ${why}`),
  operationTwice: (id: string): Problem => error("TP3010", `Two operations have the id ${id}.`),
  statusInvalid: (status: string): Problem => error("TP3010", `"${status}" is no status of a response.`),
  tooLong: (limit: number): Problem => error("TP3010", `The document is longer than ${limit} characters.`),
  /** @param why what the validator of the whole specification says */
  notValid: (why: string): Problem => error("TP3010", why),
  validatorMissing: (name: string): Problem =>
    error("TP2108", `Validating OpenAPI documents needs the package ${name}.`, `npm install ${name}`),
};
