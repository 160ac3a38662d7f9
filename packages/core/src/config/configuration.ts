import type { GatewayErrors, PathEncoding } from "../model/model.js";

/** Policy XML inline, or a file relative to the configuration. */
export type PolicySource = string | { readonly file: string };

/** A secret in a vault, which the gateway's `secrets` option looks up. */
export interface KeyVaultReference {
  /** `https://VAULT.vault.azure.net/secrets/NAME`, with a version or without. */
  readonly secretIdentifier: string;
  /** Client id of the user-assigned identity to ask with. */
  readonly identityClientId?: string;
}

/** A plain value; or one with its kind: where it comes from, and whether it is secret. It comes from one place. */
export type NamedValueConfiguration =
  | string
  | number
  | boolean
  | {
      /** Masked wherever it could be printed. Default false; from a vault always true. */
      readonly secret?: boolean;
      readonly value?: string | number | boolean;
      /** An environment variable. */
      readonly env?: string;
      /** A file that holds the value and nothing else; a line end at its end does not count. */
      readonly file?: string;
      readonly keyVault?: KeyVaultReference;
    };

/** Text in place, or a file's. */
export type TextSource = string | { readonly file: string };

/** An OpenAPI or WSDL document. `servers: false`: its servers are not where the backend is, as in what API Management exports. */
export type OpenApiSource = string | { readonly file: string; readonly servers?: boolean };

/** A parameter of an operation, or a header. */
export interface ParameterConfiguration {
  readonly name: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly defaultValue?: string | number | boolean;
  readonly values?: readonly (string | number | boolean)[];
  /** A JSON schema, in place of `type`. */
  readonly schema?: unknown;
  /** What stands between the items of a list that is sent as one value. Default: in headers and paths a comma; else each item is sent by itself. */
  readonly listSeparator?: "," | " " | "|" | "\t";
  readonly description?: string;
}

/** A form in which a body may come. */
export interface RepresentationConfiguration {
  readonly contentType: string;
  /** Text, or data that is sent as JSON. */
  readonly example?: unknown;
  readonly schemaId?: string;
  readonly schema?: unknown;
}

/** An operation of an API. */
export interface OperationConfiguration {
  readonly name?: string;
  /** Required, as `urlTemplate` is, unless the API's OpenAPI document has the operation. */
  readonly method?: string;
  /** `/accounts/{id}`, `/files/{*path}`, `/list?top={top}`. */
  readonly urlTemplate?: string;
  readonly policy?: PolicySource;
  readonly templateParameters?: readonly ParameterConfiguration[];
  readonly request?: {
    readonly queryParameters?: readonly ParameterConfiguration[];
    readonly headers?: readonly ParameterConfiguration[];
    readonly representations?: readonly RepresentationConfiguration[];
    readonly description?: string;
  };
  readonly responses?: readonly {
    /** 0 stands for every other status, 1 to 5 for all that begin with the digit. */
    readonly statusCode: number;
    readonly description?: string;
    readonly headers?: readonly ParameterConfiguration[];
    readonly representations?: readonly RepresentationConfiguration[];
  }[];
  readonly description?: string;
}

/** A revision of an API; what it leaves out is the API's own. */
export interface RevisionConfiguration {
  /** Default: the API's own. */
  readonly policy?: PolicySource;
  readonly operations?: Readonly<Record<string, OperationConfiguration>>;
  /** Default: the API's own, unless the revision has operations. */
  readonly openapi?: OpenApiSource;
  /** Default: the API's own, unless the revision has operations. */
  readonly wsdl?: OpenApiSource;
  readonly serviceUrl?: string;
  /** Default: the API's own. */
  readonly schema?: TextSource;
  readonly resolvers?: Readonly<Record<string, ResolverConfiguration>>;
  readonly isCurrent?: boolean;
  readonly isOnline?: boolean;
  readonly description?: string;
}

/** Who resolves a field of a GraphQL API. */
export interface ResolverConfiguration {
  /** The object type and its field: `Query/users`. */
  readonly path: string;
  /** A document with the root `<http-data-source>`, `<sql-data-source>` or `<cosmosdb-data-source>`. */
  readonly policy: PolicySource;
  readonly name?: string;
  readonly description?: string;
}

/** Bounds of what a request may ask of a GraphQL API that the gateway resolves itself. */
export interface GraphqlLimitsConfiguration {
  /** Bytes of a body, or of a message on a WebSocket. Default 102,400. */
  readonly maxSize?: number;
  /** Levels of nested fields. Default 20. */
  readonly maxDepth?: number;
  /** Fields of an answer, each item of a list counted. Default 100,000. */
  readonly maxNodes?: number;
  /** Runs of resolvers for one body. Default 1,000. */
  readonly maxCalls?: number;
  /** Requests in one body. Default 10. */
  readonly maxBatch?: number;
  /** Subscriptions that are open at the same time, of all callers. Default 1,000. */
  readonly maxSubscriptions?: number;
}

/** An API, as a configuration writes it. */
export interface ApiConfiguration {
  readonly name?: string;
  /** The URL prefix. Default: the path of the first server of its OpenAPI document. */
  readonly path?: string;
  readonly serviceUrl?: string;
  /** Default: http and https; for `websocket` ws and wss; for `graphql` all four. */
  readonly protocols?: readonly ("http" | "https" | "ws" | "wss")[];
  /** Default true. */
  readonly subscriptionRequired?: boolean;
  readonly subscriptionKeyParameterNames?: { readonly header?: string; readonly query?: string };
  /** A `websocket` API has one operation, `onHandshake`, which is there by itself; a `graphql` API has `graphql` (POST) and `graphql-get` (GET). */
  readonly type?: "http" | "soap" | "websocket" | "graphql" | "odata" | "grpc" | "mcp" | "a2a";
  /** Of a `graphql` API: its schema in GraphQL's own language. */
  readonly schema?: TextSource;
  /** Of a `graphql` API: the fields that the gateway resolves itself, by ids. Without it requests go to the backend as they are. */
  readonly resolvers?: Readonly<Record<string, ResolverConfiguration>>;
  /** Of a `graphql` API with resolvers: bounds of requests. */
  readonly graphql?: GraphqlLimitsConfiguration;
  /** Of an `mcp` API: tools made of operations of other APIs. Without them it passes on to the MCP server at `serviceUrl` or `backendId`. */
  readonly mcpTools?: readonly McpToolConfiguration[];
  /** The backend entity that requests go to, in place of serviceUrl. */
  readonly backendId?: string;
  /** Where an `mcp` API answers: the message endpoint `/mcp`, unless `endpoints` says otherwise. */
  readonly mcpProperties?: {
    readonly transportType?: "streamable" | "sse";
    readonly endpoints?:
      | readonly { readonly name: string; readonly uriTemplate: string }[]
      | Readonly<Record<string, { readonly uriTemplate: string }>>;
    /** Issuers whose tokens the server's policies accept: the gateway tells callers of them (RFC 9728). */
    readonly authorizationServers?: readonly string[];
    /** The scopes that it tells with them. */
    readonly scopesSupported?: readonly string[];
    /** False: callers are not told although there are authorizationServers. */
    readonly returnProtectedResourceMetadata?: boolean;
  };
  /** Of an `a2a` API: said for people; its type says it. */
  readonly isAgent?: boolean;
  /** Of an `a2a` API: the agent's id in telemetry. */
  readonly agent?: { readonly id?: string };
  /** Of an `a2a` API: where callers find the agent's card below the API's path (`/.well-known/agent-card.json`), and the URL at which the gateway gets it. */
  readonly a2aProperties?: { readonly agentCardPath?: string; readonly agentCardBackendUrl?: string };
  /** Of an `a2a` API: the agent's address, and the path there that takes JSON-RPC. */
  readonly jsonRpcProperties?: { readonly backendUrl?: string; readonly path?: string };
  readonly policy?: PolicySource;
  /** In place of those of the service, or of its workspace, with the same id. */
  readonly diagnostics?: Readonly<Record<string, DiagnosticConfiguration>>;
  readonly versioning?: {
    readonly scheme: "segment" | "query" | "header";
    /** APIs of one set are versions of each other. */
    readonly set?: string;
    /** None: the version that answers when a request names none. */
    readonly version?: string;
    readonly versionQueryName?: string;
    readonly versionHeaderName?: string;
  };
  /**
   * Who answers a CORS preflight that an OPTIONS operation of the API would take: that operation, as in API Management, or the gateway by the
   * cors policies of the operation asked for, as where there is no OPTIONS operation. Default `operation`.
   */
  readonly preflights?: "operation" | "gateway";
  /** The revision that the API itself stands for. Default `1`. */
  readonly revision?: string;
  readonly isOnline?: boolean;
  readonly revisions?: Readonly<Record<string, RevisionConfiguration>>;
  readonly workspace?: string;
  readonly operations?: Readonly<Record<string, OperationConfiguration>>;
  /** An OpenAPI 3 or Swagger 2 document: more operations, and the serviceUrl if none is given. Those in `operations` go before it. */
  readonly openapi?: OpenApiSource;
  /** A WSDL 1.1 document, of an API of type `soap`: the operations of its binding to SOAP, and the serviceUrl if none is given. */
  readonly wsdl?: OpenApiSource;
  readonly description?: string;
}

/** A tool of an MCP server: `operationId` is the resource id of an operation (`/apis/orders/operations/list`), of which the end counts. */
export interface McpToolConfiguration {
  readonly name: string;
  readonly description?: string;
  readonly operationId: string;
}

/** A backend: a server, or a pool of them. */
export interface BackendConfiguration {
  readonly url?: string;
  readonly azureRegion?: string;
  /** Said for people; SOAP goes over HTTP as everything else. */
  readonly protocol?: "http" | "soap";
  /** The address of an Azure resource in the management API: for people. */
  readonly resourceId?: string;
  readonly title?: string;
  readonly description?: string;
  readonly credentials?: {
    readonly header?: Readonly<Record<string, string | readonly string[]>>;
    readonly query?: Readonly<Record<string, string | readonly string[]>>;
    readonly authorization?: { readonly scheme: string; readonly parameter: string };
    /** Client certificate: its id or thumbprint. The first one is presented. */
    readonly certificate?: readonly string[];
    /** The same, by ids. */
    readonly certificateIds?: readonly string[];
    readonly managedIdentity?: { readonly clientId?: string; readonly resource?: string };
  };
  readonly tls?: {
    /** Default true. With a `ca` the chain is always validated. */
    readonly validateCertificateChain?: boolean;
    /** Default true. */
    readonly validateCertificateName?: boolean;
    /** Certificates (PEM) of the authorities that the backend's certificate may come from, in place of those that Node trusts. */
    readonly ca?: TextSource;
  };
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: string };
  readonly circuitBreaker?: {
    readonly rules: readonly {
      readonly name?: string;
      readonly failureCondition: {
        readonly count?: number;
        readonly percentage?: number;
        /** ISO 8601 duration. */
        readonly interval: string;
        readonly statusCodeRanges?: readonly { readonly min: number; readonly max: number }[];
        readonly errorReasons?: readonly string[];
      };
      readonly tripDuration: string;
      readonly acceptRetryAfter?: boolean;
      /** The status of calls that are refused while the circuit is open. Default 503. */
      readonly failureResponse?: { readonly statusCode: number };
    }[];
  };
  readonly pool?: {
    readonly services: readonly {
      readonly backend: string;
      readonly priority?: number;
      readonly weight?: number;
      /** Read, and of no effect: nothing here knows what regions emit. */
      readonly preferredCarbonEmission?: "VeryLow" | "Low" | "Medium" | "High" | "VeryHigh";
    }[];
    /** The status of calls while no member can be called. Default 503. */
    readonly failureResponse?: { readonly statusCode: number };
    readonly sessionAffinity?: { readonly sessionId: { readonly source?: "Cookie"; readonly name: string } };
  };
}

/** A group of users. */
export interface GroupConfiguration {
  readonly id: string;
  readonly name?: string;
}

/** A product: APIs that are subscribed to together. */
export interface ProductConfiguration {
  readonly name?: string;
  readonly apis?: readonly string[];
  /** Default true. */
  readonly subscriptionRequired?: boolean;
  readonly approvalRequired?: boolean;
  readonly subscriptionsLimit?: number;
  readonly state?: "notPublished" | "published";
  readonly groups?: readonly (string | GroupConfiguration)[];
  readonly policy?: PolicySource;
  readonly description?: string;
}

/** A user, with their groups. */
export interface UserConfiguration {
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly note?: string;
  readonly state?: "active" | "blocked" | "pending" | "deleted";
  readonly registrationDate?: string;
  readonly groups?: readonly (string | GroupConfiguration)[];
  readonly identities?: readonly { readonly id: string; readonly provider: string }[];
}

/** A subscription, with its keys. */
export interface SubscriptionConfiguration {
  readonly name?: string;
  /** `product/<id>`, `api/<id>` or `all`. */
  readonly scope: string;
  readonly user?: string;
  readonly primaryKey?: string;
  readonly secondaryKey?: string;
  /** Default active. */
  readonly state?: "active" | "suspended" | "expired" | "cancelled" | "rejected" | "submitted";
  readonly allowTracing?: boolean;
  readonly createdDate?: string;
  readonly startDate?: string;
  readonly endDate?: string;
}

/** A certificate, with its key where it has one. */
export interface CertificateConfiguration {
  /** PKCS #12, in base64 or from a file. */
  readonly pfx?: TextSource;
  readonly password?: string;
  /** PEM, with its key. */
  readonly certificate?: TextSource;
  readonly key?: TextSource;
  /** A certificate with its key in a vault: PKCS #12 in base64, or PEM. */
  readonly keyVault?: KeyVaultReference;
}

/** What a diagnostic logs of one message. */
export interface LoggedMessageConfiguration {
  readonly headers?: readonly string[];
  /** First bytes of the body, from 0 (the default) to 8192. */
  readonly body?: { readonly bytes?: number };
  /** `Mask` (the default) puts stars for a value, `Hide` leaves the entry out. */
  readonly dataMasking?: {
    readonly headers?: readonly { readonly value: string; readonly mode?: "Mask" | "Hide" }[];
    readonly queryParams?: readonly { readonly value: string; readonly mode?: "Mask" | "Hide" }[];
  };
}

/** What of requests is logged: by `azuremonitor` in the access log, by `applicationinsights` in Application Insights. */
export interface DiagnosticConfiguration {
  /** A logger's id, alone or as the end of a resource id. */
  readonly loggerId?: string;
  readonly alwaysLog?: "allErrors";
  readonly sampling?: { readonly samplingType?: "fixed"; readonly percentage?: number };
  /** Default `information`. */
  readonly verbosity?: "error" | "information" | "verbose";
  readonly logClientIp?: boolean;
  readonly metrics?: boolean;
  /** Read, and of no effect: traces go on by W3C's headers. */
  readonly httpCorrelationProtocol?: "None" | "Legacy" | "W3C";
  /** Default `Name`. */
  readonly operationNameFormat?: "Name" | "Url";
  readonly frontend?: { readonly request?: LoggedMessageConfiguration; readonly response?: LoggedMessageConfiguration };
  readonly backend?: { readonly request?: LoggedMessageConfiguration; readonly response?: LoggedMessageConfiguration };
  /** Read, and of no effect: prompts and answers of models are not logged. */
  readonly largeLanguageModel?: Readonly<Record<string, unknown>>;
}

/** What a workspace has for itself. Its documents see these entities first, then those of the service. */
export interface WorkspaceConfiguration {
  readonly name?: string;
  readonly policy?: PolicySource;
  readonly description?: string;
  readonly namedValues?: NonNullable<GatewayConfiguration["namedValues"]>;
  readonly fragments?: NonNullable<GatewayConfiguration["fragments"]>;
  readonly backends?: NonNullable<GatewayConfiguration["backends"]>;
  readonly apis?: Readonly<Record<string, Omit<ApiConfiguration, "workspace">>>;
  readonly products?: NonNullable<GatewayConfiguration["products"]>;
  /** Their scopes name products and APIs of the workspace; `all` means all its APIs. */
  readonly subscriptions?: NonNullable<GatewayConfiguration["subscriptions"]>;
  readonly schemas?: NonNullable<GatewayConfiguration["schemas"]>;
  readonly certificates?: NonNullable<GatewayConfiguration["certificates"]>;
  readonly loggers?: NonNullable<GatewayConfiguration["loggers"]>;
  /** In place of those of the service with the same id. */
  readonly diagnostics?: NonNullable<GatewayConfiguration["diagnostics"]>;
}

/** A schema: its text or a file, with or without a content type; or a JSON schema as an object. */
export type SchemaConfiguration =
  | TextSource
  | { readonly contentType: string; readonly file?: string; readonly text?: string }
  | Readonly<Record<string, unknown>>;

/** A gateway as users write it, in TypeScript, YAML or JSON. Names follow the APIM resource model in camelCase. */
export interface GatewayConfiguration {
  /** Modules with policies of one's own: paths that begin with `./`, relative to the configuration file, or packages. */
  readonly policies?: readonly string[];
  /** The gateway that this process serves; its id is a key of `gateways`. */
  readonly gateway?: string;
  readonly gateways?: Readonly<
    Record<string, { readonly apis: readonly string[]; readonly hostnames?: readonly string[]; readonly description?: string }>
  >;
  /** The names by which the gateway is reached (`api.example.com`, `*.example.com`); requests to others find no API. Default: all. */
  readonly hostnames?: readonly string[];
  readonly deployment?: {
    readonly region?: string;
    readonly serviceId?: string;
    readonly serviceName?: string;
    /** Base address of the Dapr sidecar. Default: `http://localhost:3500`. */
    readonly daprUrl?: string;
    /** Host of the Service Bus namespace of send-service-bus-message without a namespace. */
    readonly serviceBusNamespace?: string;
  };
  readonly namedValues?: Readonly<Record<string, NamedValueConfiguration>>;
  /** The policy document of the global scope. Default: a backend section that forwards the request, nothing else. */
  readonly policy?: PolicySource;
  readonly fragments?: Readonly<Record<string, PolicySource>>;
  readonly backends?: Readonly<Record<string, BackendConfiguration>>;
  readonly apis?: Readonly<Record<string, ApiConfiguration>>;
  readonly products?: Readonly<Record<string, ProductConfiguration>>;
  readonly users?: Readonly<Record<string, UserConfiguration>>;
  readonly subscriptions?: Readonly<Record<string, SubscriptionConfiguration>>;
  readonly workspaces?: Readonly<Record<string, WorkspaceConfiguration>>;
  readonly schemas?: Readonly<Record<string, SchemaConfiguration>>;
  readonly certificates?: Readonly<Record<string, CertificateConfiguration>>;
  readonly loggers?: Readonly<
    Record<string, { readonly type?: string; readonly properties?: Readonly<Record<string, unknown>> }>
  >;
  /** What of requests is logged, by `azuremonitor` and `applicationinsights`. */
  readonly diagnostics?: Readonly<Record<string, DiagnosticConfiguration>>;
  readonly openIdProviders?: Readonly<Record<string, { readonly metadataEndpoint: string; readonly description?: string }>>;
  /** How validate-client-certificate finds out whether a certificate was revoked. Without it, it does not. */
  readonly revocation?: {
    /** Revocation lists: PEM in place, or files in DER or PEM. */
    readonly lists?: readonly TextSource[];
    /** True: fetch the lists that certificates name, over http and https. Default false. */
    readonly fetch?: boolean;
    /** What becomes of a certificate of which no list says anything. Default `refuse`. */
    readonly whenUnknown?: "refuse" | "accept";
  };
  /** Settings of `turnpike run`: its options by their names in camelCase. A gateway that is made in code takes none of them. */
  readonly run?: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;
  /** The statuses of calls that fail: `turnpike`, the default (502 and 504), or `apim` (500). */
  readonly gatewayErrors?: GatewayErrors;
  /** What becomes of requests whose path has a backslash, or an encoded slash or backslash. Default `plain`. */
  readonly pathEncoding?: PathEncoding;
  /** Bounds of what one evaluation of an expression, and one policy, may use up. What the host says goes before. */
  readonly limits?: LimitsConfiguration;
  /** How validate-jwt and validate-azure-ad-token verify signatures. */
  readonly tokens?: {
    /** False: verify every token anew. Default true: a verified token is remembered until it expires or its provider's keys change. */
    readonly cache?: boolean;
    /** Signatures that are accepted beside those that API Management documents. */
    readonly algorithms?: readonly ("RS384" | "PS384" | "PS512" | "ES384" | "ES512" | "EdDSA")[];
  };
}

/** Bounds of one evaluation, each from 1. What is left out is as it is without. */
export interface LimitsConfiguration {
  /** Loop turns, calls and enumerated elements. */
  readonly steps?: number;
  /** Characters of two bytes that are allocated. */
  readonly memory?: number;
  /** Nested calls of lambdas and local functions. */
  readonly depth?: number;
  /** Milliseconds. */
  readonly time?: number;
  /** Milliseconds of one match of a regular expression. */
  readonly regexTime?: number;
  /** Units of work that goes into taking bodies apart, by a policy too. */
  readonly bodyWork?: number;
}

/**
 * Declares a gateway in TypeScript: gives completion and checks, and returns what it is given.
 *
 *     export default defineGateway({ apis: { echo: { path: "echo", serviceUrl: "http://127.0.0.1:9001", … } } });
 */
export function defineGateway(configuration: GatewayConfiguration): GatewayConfiguration {
  return configuration;
}
