import type { Limits } from "@turnpike/expressions";
import type { GatewayConfiguration } from "./config/configuration.js";
import type { SecretOptions } from "./config/outside-values.js";
import type { LoadedConfiguration } from "./config/source.js";
import type { Transport } from "./http/transport.js";
import type { GatewayErrors, PathEncoding } from "./model/model.js";
import type { TraceOptions } from "./observe/kept-traces.js";
import type { OutcomeListener } from "./observe/sending.js";
import type { GatewayTelemetry } from "./observe/telemetry.js";
import type { PolicyDefinition } from "./policy/define.js";
import type { ContentSafety, Credentials, DataSources, Logger, Runtime } from "./policy/services.js";
import type { ShadowOptions } from "./shadow/options.js";
import type { Store } from "./stores/store.js";
import type { Clock } from "./time/clock.js";

/** A configuration made in code, or one that {@link loadConfiguration} has read. */
export type ConfigurationInput = GatewayConfiguration | LoadedConfiguration;

/**
 * Bounds of one expression's evaluation. `bodyWork` bounds what a policy does with a body as well: one that would take more is refused before it is
 * looked into, with 413 for the request's and 502 for a response's. Its default of 150,000 is some 500 KB of ordinary JSON or XML.
 */
export type GatewayLimits = Limits;

/** What a gateway may be given. Everything has a default; tests hand in their own clock, store and transport. */
export interface GatewayOptions {
  /** Counters and cached values. Default: in memory. One that is handed in is not closed with the gateway. */
  readonly store?: Store;
  readonly clock?: Clock;
  /** Object first, as pino has it. Default: silent. */
  readonly logger?: Logger;
  /** How calls leave the process. Default: undici. */
  readonly transport?: Transport;
  /** A `fetch` to call with, in place of `transport`. */
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: Partial<Runtime["random"]>;
  /** Told of every request once its answer has gone out: who asked for what, who answered, and where the time went. */
  readonly onOutcome?: OutcomeListener;
  /**
   * Writes a line of the access log for every request through `logger.info`: the columns of API Management's `ApiManagementGatewayLogs`. `sample`
   * is the share of successful requests that is written, from 0 to 1; failures always are. With `write` lines of JSON go there, without their
   * ends, in place of the logger: that takes half of the time.
   */
  readonly accessLog?: boolean | { readonly sample?: number; readonly write?: (line: string) => void };
  /** Lets callers with a key have their requests traced, and keeps traces: see {@link Gateway.traces}. */
  readonly trace?: TraceOptions;
  /** Told of what policies emit (metrics, events, trace entries) and, where it wants to know, of every request. Several are all told. */
  readonly telemetry?: GatewayTelemetry | readonly GatewayTelemetry[];
  readonly credentials?: Credentials;
  readonly contentSafety?: ContentSafety;
  /** Databases for the resolvers of GraphQL APIs. */
  readonly dataSources?: DataSources;
  /** Policies beside the built-in ones; one of the same name takes its place. */
  readonly policies?: readonly PolicyDefinition[];
  /**
   * Optional packages by name, as `import * as` gives them, in place of those that Turnpike would load: for services that are bundled into one
   * file. Null counts as not installed.
   */
  readonly packages?: Readonly<Record<string, object | null>>;
  /** The statuses of failed calls, before what the configuration says (`gatewayErrors` there). */
  readonly gatewayErrors?: GatewayErrors;
  /** Whether paths with backslashes and encoded slashes are refused, before what the configuration says (`pathEncoding` there). */
  readonly pathEncoding?: PathEncoding;
  /**
   * True: an API that is served by https only also takes requests that came by http, and the other way round (`wss` and `ws` likewise): for a
   * gateway behind whatever ends TLS. The request then counts as having come by the API's scheme. Default false.
   */
  readonly anyScheme?: boolean;
  /** Most bytes of a body that are buffered. Default 4 MiB. */
  readonly bodyLimit?: number;
  /** Bounds of what one policy or expression may use up. */
  readonly limits?: Partial<GatewayLimits>;
  /** The folder in which files are looked for that a configuration made in code names. Default: the process's own. */
  readonly folder?: string;
  /** Where secrets in vaults are looked up, and how often. Azure Key Vault: `keyVaultSecrets` of @turnpike/adapters/azure. */
  readonly secrets?: SecretOptions;
  /**
   * True: OpenAPI documents are held against the whole of their specification, by the package `@apidevtools/swagger-parser`. Default false:
   * what the gateway needs of them has to be right.
   */
  readonly validateOpenApi?: boolean;
  /**
   * True: an entity of a configuration that cannot be used is set aside, with everything that cannot be used without it, and the rest is served;
   * requests to it are answered with 503. A later configuration in which an entity is broken that is served now is still refused. Default
   * false: one error refuses the whole.
   */
  readonly lenient?: boolean;
  /** Another configuration that runs what this gateway answers as well, so that one sees what it would change: see {@link Gateway.startShadow}. */
  readonly shadow?: ShadowOptions<ConfigurationInput>;
}
