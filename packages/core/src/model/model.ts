import type { Limits } from "@turnpike/expressions";
import type { OutgoingRequest } from "../http/transport.js";
import type { Url } from "../http/url.js";
import type { Diagnostics } from "./diagnostic.js";
import type { RevocationList } from "./revocation-list.js";

/**
 * The configuration as the engine uses it: checked, with defaults filled in, immutable. Made from what the user writes
 * (`configuration.ts`) by `load.ts`. Names follow the APIM resource model.
 */
export interface GatewayModel {
  readonly deployment: DeploymentModel;
  /** The names by which the gateway is reached, lower case; empty for all. */
  readonly hostnames: readonly string[];
  /** By display name, which is what `{{name}}` refers to. */
  readonly namedValues: ReadonlyMap<string, NamedValueModel>;
  readonly backends: ReadonlyMap<string, BackendModel>;
  readonly apis: ReadonlyMap<string, ApiModel>;
  readonly products: ReadonlyMap<string, ProductModel>;
  readonly users: ReadonlyMap<string, UserModel>;
  readonly subscriptions: ReadonlyMap<string, SubscriptionModel>;
  readonly fragments: ReadonlyMap<string, FragmentModel>;
  readonly schemas: ReadonlyMap<string, SchemaModel>;
  readonly certificates: ReadonlyMap<string, CertificateModel>;
  readonly loggers: ReadonlyMap<string, LoggerModel>;
  readonly diagnostics: Diagnostics;
  /** APIs of the service that the gateway is not associated with: they are there, and not served. */
  readonly notServed: readonly ApiModel[];
  readonly openIdProviders: ReadonlyMap<string, OpenIdProviderModel>;
  /** Null: nobody is asked whether a client certificate was revoked. */
  readonly revocation: RevocationModel | null;
  readonly tokens: TokenModel;
  readonly gatewayErrors: GatewayErrors;
  readonly pathEncoding: PathEncoding;
  /** Bounds of one evaluation that the configuration sets. */
  readonly limits: Partial<Limits>;
  /** What requests to a workspace's APIs run on: its own entities, and those of the service that they do not hide. */
  readonly workspaces: ReadonlyMap<string, GatewayModel>;
}

/**
 * The statuses of calls that fail. `turnpike`: 502 where there is no connection, 504 where there is no answer in time; `apim`: 500 for both, as
 * managed gateways answer. An open circuit is a 503 either way.
 */
export type GatewayErrors = "turnpike" | "apim";

/** `strict`: requests whose path has a backslash, or an encoded slash or backslash, are refused; `plain`: they go on as they are. */
export type PathEncoding = "plain" | "strict";

/** How validate-client-certificate finds out whether a certificate was revoked. */
export interface RevocationModel {
  readonly lists: readonly RevocationList[];
  /** Are lists fetched from where certificates say that they are? */
  readonly fetches: boolean;
  /** Is a certificate accepted of which no list says anything? */
  readonly acceptsUnknown: boolean;
}

/** How validate-jwt and validate-azure-ad-token verify signatures. */
export interface TokenModel {
  /** Are verified tokens remembered until they expire? */
  readonly cache: boolean;
  /** Signatures that are accepted beside those that API Management documents. */
  readonly algorithms: readonly string[];
}

/** What `context.Deployment` shows. */
export interface DeploymentModel {
  readonly region: string;
  readonly serviceId: string;
  readonly serviceName: string;
  /** `managed`, or the id of the gateway that this process serves. */
  readonly gatewayId: string;
  readonly instanceId: string;
  /** Base address of the Dapr sidecar. */
  readonly daprUrl: string;
  /** Host of the Service Bus namespace that messages go to where a policy names none; null if there is none. */
  readonly serviceBusNamespace: string | null;
}

/** A named value. */
export interface NamedValueModel {
  readonly name: string;
  /** Of a secret it is not enumerable, so that printing the object does not show it. */
  readonly value: string;
  /** Masked wherever it could be printed. */
  readonly secret: boolean;
  /** True: nobody has asked for the value, and what stands for it says nothing. */
  readonly isUnknown?: boolean;
}

/** A fragment: policies that documents include by its id. */
export interface FragmentModel {
  readonly id: string;
  readonly document: PolicyDocument;
}

/** The text of a policy document and where it came from. */
export interface PolicyDocument {
  readonly text: string;
  /** The file as the user named it, or what stands for one (`gateway.yaml#apis.payments.policy`). */
  readonly file: string;
  /** For text inside a configuration file: line and column (from 1) at which its first line stands there. */
  readonly origin?: { readonly line: number; readonly column: number };
}

/** A workspace: a part of the configuration with entities of its own. */
export interface WorkspaceModel {
  readonly id: string;
  readonly name: string;
}

/** Where an API looks for the subscription key. */
export interface SubscriptionKeyNames {
  readonly header: string;
  readonly query: string;
}

/** One revision of one version of an API. */
export interface ApiModel {
  /** Without `;rev=N`. */
  readonly id: string;
  readonly name: string;
  /** The prefix without slashes at its ends; may be empty. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly serviceUrl: Url | null;
  readonly subscriptionRequired: boolean;
  readonly subscriptionKeyParameterNames: SubscriptionKeyNames;
  readonly type: "http" | "soap" | "websocket" | "graphql" | "odata" | "grpc" | "mcp" | "a2a";
  readonly revision: string;
  readonly isCurrentRevision: boolean;
  readonly isOnline: boolean;
  readonly version: string | null;
  readonly versioning: VersioningModel | null;
  readonly workspace: WorkspaceModel | null;
  /** Does cors answer preflights although an OPTIONS operation would take them? */
  readonly answersPreflights: boolean;
  readonly operations: readonly OperationModel[];
  /** Of an MCP server that is made of operations: its tools. Null for everything else. */
  readonly mcpTools: readonly McpToolModel[] | null;
  /** Id of the backend entity that its requests go to, unless a policy says otherwise; null: the service URL. */
  readonly backendId: string | null;
  /** Of an MCP server that tells callers where they get tokens. Null for everything else. */
  readonly protectedResource: ProtectedResourceModel | null;
  /** Of an MCP server of the older transport, which tells callers where to post: the path that it tells it on. Null for everything else. */
  readonly ssePath: string | null;
  /** Of an A2A API: the agent behind it. Null for everything else. */
  readonly agent: AgentModel | null;
  /** Those that hold for its requests: its own, and those of its workspace and the service that it has none of its own for. */
  readonly diagnostics: Diagnostics;
  /** Null for APIs of other types. */
  readonly graphql: GraphqlModel | null;
}

/** What a GraphQL API has beside its operations. */
export interface GraphqlModel {
  /** Its schema in GraphQL's own language; null if it was not given. */
  readonly schema: PolicyDocument | null;
  /** The fields that the gateway resolves itself; null: requests go to the backend as they are. */
  readonly resolvers: readonly ResolverModel[] | null;
  readonly limits: GraphqlLimits;
}

/** Bounds of what one request may ask of the gateway itself, and of how many may listen. */
export interface GraphqlLimits {
  /** Bytes of a request's body, or of a message on a WebSocket. */
  readonly maxSize: number;
  /** Levels of nested fields. */
  readonly maxDepth: number;
  /** Fields of the answer, each item of a list counted. */
  readonly maxNodes: number;
  /** Runs of resolvers. */
  readonly maxCalls: number;
  /** Requests in one body. */
  readonly maxBatch: number;
  /** Subscriptions that are open at the same time, of all callers. */
  readonly maxSubscriptions: number;
}

/** Who resolves a field of a GraphQL API. */
export interface ResolverModel {
  readonly id: string;
  readonly name: string;
  /** The object type, and its field. */
  readonly type: string;
  readonly field: string;
}

/** A resource whose metadata callers may have (RFC 9728). */
export interface ProtectedResourceModel {
  /** Issuers whose tokens open it. */
  readonly authorizationServers: readonly string[];
  readonly scopes: readonly string[];
  /** The paths that mean it, without a slash in front: the API's own, and those of its endpoints. */
  readonly paths: readonly string[];
}

/** An agent that speaks A2A, and where it is. */
export interface AgentModel {
  /** For telemetry; null if it was not given. */
  readonly id: string | null;
  /** Where it takes messages of JSON-RPC. */
  readonly runtimeUrl: Url;
  /** Where its card is. */
  readonly cardUrl: Url;
  /** Id of the API's operation that gives the card. */
  readonly cardOperation: string;
}

/** A tool of an MCP server, made of an operation. */
export interface McpToolModel {
  readonly name: string;
  readonly description: string;
  /** Id of another API. */
  readonly api: string;
  /** Id of its operation. */
  readonly operation: string;
}

/** Where a version stands in a request. APIs with one `set` and one `path` are versions of each other. */
export interface VersioningModel {
  readonly set: string;
  readonly scheme: "segment" | "query" | "header";
  /** Of `query`: the parameter's name; of `header`: the header's. Empty for `segment`. */
  readonly name: string;
}

/** An operation of an API. */
export interface OperationModel {
  readonly id: string;
  readonly name: string;
  /** Upper case. */
  readonly method: string;
  readonly urlTemplate: string;
  /** Parameters of the template. */
  readonly templateParameters: readonly ParameterModel[];
  readonly request: OperationRequestModel | null;
  readonly responses: readonly OperationResponseModel[];
}

/** A parameter of an operation, or a header. */
export interface ParameterModel {
  readonly name: string;
  /** `string`, `integer`, `number`, `boolean` …, or a JSON schema. */
  readonly type: string;
  readonly required: boolean;
  readonly defaultValue: string | null;
  readonly values: readonly string[];
  readonly schema: unknown;
  /** What stands between the items of a list that is sent as one value; null where each is sent by itself. */
  readonly listSeparator: string | null;
}

/** A form in which a body may come. */
export interface RepresentationModel {
  readonly contentType: string;
  /** Text of the first example. */
  readonly example: string | null;
  /** Id among {@link GatewayModel.schemas}. */
  readonly schemaId: string | null;
  readonly schema: unknown;
}

/** What an operation says of requests. */
export interface OperationRequestModel {
  readonly queryParameters: readonly ParameterModel[];
  readonly headers: readonly ParameterModel[];
  readonly representations: readonly RepresentationModel[];
}

/** What an operation says of responses with one status. */
export interface OperationResponseModel {
  /** 0 stands for every other status (`default`), 1 to 5 for all that begin with the digit (`4XX`). */
  readonly statusCode: number;
  readonly description: string;
  readonly headers: readonly ParameterModel[];
  readonly representations: readonly RepresentationModel[];
}

/** A product: APIs that are subscribed to together. */
export interface ProductModel {
  readonly id: string;
  readonly name: string;
  /** Ids of its APIs. */
  readonly apis: readonly string[];
  readonly subscriptionRequired: boolean;
  readonly approvalRequired: boolean;
  readonly subscriptionsLimit: number | null;
  readonly state: "notPublished" | "published";
  readonly groups: readonly GroupModel[];
}

/** A group of users. */
export interface GroupModel {
  readonly id: string;
  readonly name: string;
}

/** A user, with their groups. */
export interface UserModel {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly note: string | null;
  readonly state: "active" | "blocked" | "pending" | "deleted";
  /** Milliseconds since the epoch. */
  readonly registrationDate: number;
  readonly groups: readonly GroupModel[];
  readonly identities: readonly { readonly id: string; readonly provider: string }[];
}

/** How a subscription stands: only an active one opens anything. */
export type SubscriptionState = "active" | "suspended" | "expired" | "cancelled" | "rejected" | "submitted";

/** A subscription, with its keys. */
export interface SubscriptionModel {
  readonly id: string;
  readonly name: string | null;
  readonly scope: SubscriptionScope;
  /** Id of the owner; null for a stand-alone subscription. */
  readonly user: string | null;
  readonly state: SubscriptionState;
  /** Keys are not enumerable, so that printing the object shows none. */
  readonly primaryKey: string;
  readonly secondaryKey: string;
  readonly allowTracing: boolean;
  /** Milliseconds since the epoch. */
  readonly createdDate: number;
  readonly startDate: number | null;
  readonly endDate: number | null;
}

/** What a subscription opens. */
export type SubscriptionScope =
  | { readonly kind: "all" }
  | { readonly kind: "product"; readonly id: string }
  | { readonly kind: "api"; readonly id: string };

/** A backend: a server, or a pool of them. */
export interface BackendModel {
  readonly id: string;
  /** Id of the workspace that it belongs to; null for the service's own. */
  readonly workspace: string | null;
  readonly type: "Single" | "Pool";
  /** Null for pools. */
  readonly url: Url | null;
  readonly azureRegion: string | null;
  readonly credentials: BackendCredentials | null;
  readonly tls: OutgoingRequest["tls"] | null;
  readonly proxy: NonNullable<OutgoingRequest["proxy"]> | null;
  readonly circuitBreaker: CircuitBreakerModel | null;
  readonly pool: PoolModel | null;
}

/** What a backend's calls carry. */
export interface BackendCredentials {
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[];
  readonly query: readonly (readonly [name: string, values: readonly string[]])[];
  readonly authorization: { readonly scheme: string; readonly parameter: string } | null;
  /** Ids or thumbprints of client certificates. */
  readonly certificates: readonly string[];
  readonly managedIdentity: { readonly clientId: string | null; readonly resource: string | null } | null;
}

/** The one rule in force. Durations in milliseconds. */
export interface CircuitBreakerModel {
  readonly name: string;
  readonly count: number | null;
  readonly percentage: number | null;
  readonly interval: number;
  readonly statusCodeRanges: readonly { readonly min: number; readonly max: number }[];
  readonly errorReasons: readonly string[];
  readonly tripDuration: number;
  readonly acceptRetryAfter: boolean;
  /** Status of refused calls. */
  readonly failureStatus: number;
}

/** The members of a pool of backends. */
export interface PoolModel {
  readonly services: readonly {
    readonly backend: string;
    /** Lower numbers first; null counts as 0. */
    readonly priority: number | null;
    readonly weight: number | null;
  }[];
  /** Name of the cookie that keeps a session at one member. */
  readonly sessionCookie: string | null;
  /** Status of calls for which there is no member. */
  readonly failureStatus: number;
}

/** A stored schema. */
export interface SchemaModel {
  readonly id: string;
  readonly contentType: string;
  readonly text: string;
}

/** A certificate, with what TLS is given. */
export interface CertificateModel {
  readonly id: string;
  /** DER bytes of the certificate itself. */
  readonly der: Uint8Array;
  /** SHA-1, upper-case hex. */
  readonly thumbprint: string;
  /** How to present it to a server. */
  readonly tls: NonNullable<OutgoingRequest["tls"]>;
}

/** A logger that log-to-eventhub names. */
export interface LoggerModel {
  readonly id: string;
  readonly type: string;
  readonly properties: ReadonlyMap<string, unknown>;
}

/** An OpenID provider that the configuration names. */
export interface OpenIdProviderModel {
  readonly id: string;
  readonly metadataEndpoint: string;
}
