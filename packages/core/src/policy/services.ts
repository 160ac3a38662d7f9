import type { Host, Limits } from "@turnpike/expressions";
import type { Transport } from "../http/transport.js";
import type { GatewayErrors, LoggerModel, PathEncoding } from "../model/model.js";
import type { Store } from "../stores/store.js";
import type { Clock } from "../time/clock.js";
import type { Background } from "./background.js";

/** Object first, as pino has it. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger that adds fields to every line, as pino has it: failures of one request are logged by one, if there is this. */
  child?(bindings: object): Logger;
}

/** One measurement: emit-metric, llm-emit-token-metric. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One message for an event hub: log-to-eventhub. */
export interface LoggedEvent {
  /** Id among the configured loggers. */
  readonly loggerId: string;
  readonly message: string;
  readonly partitionId: string | null;
  readonly partitionKey: string | null;
  /** The logger as the request's configuration has it, settings and credentials included: for whoever delivers the message, and nobody else. */
  readonly logger: LoggerModel;
}

/** One entry of a trace policy. */
export interface TraceEntry {
  readonly requestId: string;
  /** Its attribute `source`. */
  readonly source: string;
  readonly severity: "verbose" | "information" | "error";
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where what policies emit goes. What goes nowhere is counted, and told once a minute. */
export interface Telemetry {
  metric(metric: Metric): void;
  /** Delivers messages of log-to-eventhub, in the background. */
  event?(event: LoggedEvent): void;
  /** Told of the entries of trace policies, beside the logger. */
  entry?(entry: TraceEntry): void;
}

/** An access token and when it ends, in milliseconds since the epoch. */
export interface AccessToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** What get-authorization-context gives to expressions. */
export interface StoredAuthorization {
  readonly accessToken: string;
  /** The members of the token response. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Identities that the host lends to policies. Each is asked only when a policy needs it; absent ones make the policy fail by name. */
export interface Credentials {
  /** A token of the host's managed identity for a resource (`https://vault.azure.net`). `clientId` names a user-assigned identity. */
  managedIdentity?(request: {
    readonly resource: string;
    readonly clientId: string | null;
    readonly signal: AbortSignal;
  }): Promise<AccessToken>;
  /** The stored connection of a credential provider, for get-authorization-context. */
  authorization?(request: {
    readonly providerId: string;
    readonly authorizationId: string;
    readonly identityType: "managed" | "jwt";
    readonly identity: string | null;
    readonly signal: AbortSignal;
  }): Promise<StoredAuthorization>;
}

/** What a SQL statement is given for a parameter: dates and numbers beyond JavaScript's come as text. */
export type SqlValue = string | number | boolean | null;

/** A statement that sql-data-source wants run. */
export interface SqlStatement {
  /** As the document has it: `Server=tcp:db.example,1433;Initial Catalog=orders;User ID=…`. */
  readonly connectionString: string;
  /** Of the managed identity, where the document asks for it: in place of user and password. */
  readonly accessToken: string | null;
  /** T-SQL, with parameters as `@name`. Several statements run in order. */
  readonly statement: string;
  readonly parameters: readonly {
    /** Without `@`. */
    readonly name: string;
    /** As the document has it (`nvarchar(254)`); null where it says nothing. */
    readonly type: string | null;
    readonly value: SqlValue;
  }[];
  /** Aborted when nobody waits for the rows any more. */
  readonly signal: AbortSignal;
}

/** The rows of the last statement that has any, columns by name. */
export type SqlRows = readonly Readonly<Record<string, unknown>>[];

/** The key of a partition; undefined: none, which is another than null. */
export type CosmosPartitionKey = string | number | boolean | null | undefined;

/** What cosmosdb-data-source wants done with one item. */
export interface CosmosItemRequest {
  readonly id: string;
  readonly partitionKey: CosmosPartitionKey;
  readonly etag: { readonly value: string; readonly isMatch: boolean } | null;
  /** `Strong`, `BoundedStaleness`, `Session`, `Eventual` or `ConsistentPrefix`. */
  readonly consistencyLevel: string | null;
  readonly preTrigger: string | null;
  readonly postTrigger: string | null;
}

/** What is to be done in a container of Cosmos DB. */
export type CosmosOperation =
  | {
      readonly kind: "query";
      readonly statement: string;
      /** Names with `@`; JSON values. */
      readonly parameters: readonly { readonly name: string; readonly value: unknown }[];
      /** Left out: the query goes to all partitions. */
      readonly partitionKey?: CosmosPartitionKey;
      readonly lowPrecisionOrderBy: boolean;
      /** Items of a page; null: all items. */
      readonly maxItemCount: number | null;
      readonly continuationToken: string | null;
    }
  | { readonly kind: "read"; readonly id: string; readonly partitionKey: CosmosPartitionKey }
  | ({ readonly kind: "delete" } & CosmosItemRequest)
  | ({
      readonly kind: "insert" | "replace" | "upsert";
      readonly item: Readonly<Record<string, unknown>>;
      readonly indexingDirective: string | null;
    } & CosmosItemRequest);

/** A request that cosmosdb-data-source wants made. */
export interface CosmosRequest {
  /** As the document has it: `AccountEndpoint=https://…;AccountKey=…`. */
  readonly connectionString: string;
  /** Of the managed identity, where the document asks for it: in place of the key. */
  readonly accessToken: string | null;
  readonly database: string;
  readonly container: string;
  readonly operation: CosmosOperation;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What Cosmos DB has answered: a page of items, or one item; null where there is none. */
export type CosmosAnswer =
  | { readonly items: readonly unknown[]; readonly continuationToken: string | null }
  | { readonly item: unknown };

/** Databases that the host lends to GraphQL resolvers. Each is asked only when a resolver needs it; absent ones make the resolver fail by name. */
export interface DataSources {
  /** Runs a statement, for sql-data-source: `mssqlSource` and `postgresSource` of @turnpike/adapters/sql. */
  sql?(request: SqlStatement): Promise<SqlRows>;
  /** Makes a request to Cosmos DB, for cosmosdb-data-source: `cosmosSource` of @turnpike/adapters/azure. */
  cosmos?(request: CosmosRequest): Promise<CosmosAnswer>;
}

/** A text that llm-content-safety wants judged, and by what. */
export interface TextToJudge {
  readonly text: string;
  /** The backend entity that the policy names. */
  readonly backendId: string;
  /** Harmful from these severities on. */
  readonly categories: readonly { readonly name: string; readonly threshold: number }[];
  /** `FourSeverityLevels` or `EightSeverityLevels`. */
  readonly outputType: string;
  readonly blocklists: readonly string[];
  /** Whether attacks on the prompt are looked for as well. */
  readonly shieldsPrompt: boolean;
  readonly signal: AbortSignal;
}

/** Who judges texts for llm-content-safety. */
export interface ContentSafety {
  /** Judges one piece of text; rejects if it cannot. Default: Azure AI Content Safety at the policy's backend. */
  judge?(request: TextToJudge): Promise<{ readonly isHarmful: boolean }>;
  /** What becomes of a text that could not be judged: `fail` (the default) is a 500, `refuse` the same 403 as for harm. */
  readonly whenUnavailable?: "fail" | "refuse";
}

/**
 * What policies learn from memory that requests share and from the host, apart from calls and the store: written down while a request is recorded,
 * told again while it is replayed.
 */
export interface Facts {
  /**
   * @param kind what is asked for: `token`, `managed-identity`, `authorization`, `nearest-prompt`, `content-safety`, `sql`, `cosmos`
   * @param key of what
   * @param find asks for it; gives plain data, as JSON has it
   */
  know<T>(kind: string, key: string, find: () => T | Promise<T>): T | Promise<T>;
}

/** What a gateway was made with and every exchange can reach. */
export interface Runtime {
  /** Of a runtime that a request is measured through: the gateway's own, which others remember things by. */
  readonly original?: Runtime;
  readonly clock: Clock;
  readonly store: Store;
  readonly transport: Transport;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly credentials: Credentials;
  readonly contentSafety: ContentSafety;
  readonly dataSources: DataSources;
  readonly random: { bytes(length: number): Uint8Array; fraction(): number };
  /** Clock and randomness as expressions get them. */
  readonly expressionHost: Host;
  /** What one evaluation of an expression may use, and one rendering of a template. */
  readonly expressionLimits: Limits;
  /** The host's choice of {@link GatewayErrors}, before the configuration's; null if it made none. */
  readonly gatewayErrors: GatewayErrors | null;
  /** The host's choice of {@link PathEncoding}, before the configuration's; null if it made none. */
  readonly pathEncoding: PathEncoding | null;
  /** True if an API takes requests by `http` for `https` and the other way round. */
  readonly anyScheme: boolean;
  /** What goes on when its request has ended. */
  readonly background: Background;
  /** Most bytes of a body that may be buffered. */
  readonly bodyLimit: number;
  /** Units of work that one policy may put into taking bodies apart. */
  readonly bodyWork: number;
  /** Only of requests that are recorded or replayed. */
  readonly facts?: Facts;
}
