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
}
