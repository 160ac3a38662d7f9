import type { GatewayConfiguration, NamedValueConfiguration, PolicySource } from "../config/configuration.js";
import type { LoadedConfiguration } from "../config/source.js";
import type { GatewayOptions } from "../gateway-options.js";
import type { GatewayErrors } from "../model/model.js";
import type { SectionName } from "../policy/sections.js";
import type { ContentSafety } from "../policy/services.js";
import type { FakeDatabases } from "./fake-databases.js";
import type { FakeRule } from "./fake-rule.js";
import type { PlannedFault } from "./faults.js";
import type { IdentityKey } from "./identity-provider.js";
import type { TestState } from "./test-state.js";

/** Parts of the context fixture that a test may set. All are optional; names are those of the fixture of `turnpike eval`. */
export interface Surroundings {
  readonly api?: {
    readonly id?: string;
    readonly name?: string;
    readonly path?: string;
    readonly serviceUrl?: string;
    readonly protocols?: readonly string[];
    readonly revision?: string;
    readonly version?: string | null;
    readonly isCurrentRevision?: boolean;
  };
  readonly operation?: { readonly id?: string; readonly name?: string; readonly method?: string; readonly urlTemplate?: string };
  readonly product?: { readonly id?: string; readonly name?: string; readonly [key: string]: unknown };
  readonly subscription?: {
    readonly id?: string;
    readonly name?: string;
    readonly primaryKey?: string;
    readonly secondaryKey?: string;
    readonly key?: string;
    readonly createdDate?: string;
    readonly startDate?: string;
    readonly endDate?: string;
  };
  readonly user?: {
    readonly id?: string;
    readonly email?: string;
    readonly firstName?: string;
    readonly lastName?: string;
    readonly note?: string;
    readonly registrationDate?: string;
    readonly groups?: readonly { readonly id: string; readonly name?: string }[];
    readonly identities?: readonly { readonly id: string; readonly provider: string }[];
  };
  readonly deployment?: {
    readonly region?: string;
    readonly serviceName?: string;
    readonly serviceId?: string;
    readonly gatewayId?: string;
  };
  readonly requestId?: string;
  readonly timestamp?: string;
}

/** What is tested, and all that surrounds it. Give `policy`, `operationPolicy` or both; or `fragment`, `expression` or `gateway`. */
export interface PolicyTestOptions {
  /** One document, at API scope: XML, or a file. */
  readonly policy?: PolicySource;
  /** One fragment, included in `section`. */
  readonly fragment?: PolicySource;
  /** Where `fragment` or `expression` stands: default inbound. In backend it stands in place of what outer scopes have there. */
  readonly section?: SectionName;
  /** One expression, `@(…)` or `@{…}`, in `section`. Its value is the variable `value` of outcomes. */
  readonly expression?: string;
  /** A whole configuration, or a file that holds one. */
  readonly gateway?: GatewayConfiguration | { readonly file: string } | LoadedConfiguration;
  /**
   * One operation of `gateway`, as `<API>/<operation>`: requests without a URL go to it, and `context` says who calls (product, subscription,
   * user, request's id) in place of a key. Without `context` keys are asked for as ever.
   */
  readonly operation?: string;
  /** Documents of the outer scopes, with `policy`. */
  readonly inherits?: { readonly global?: PolicySource; readonly workspace?: PolicySource; readonly product?: PolicySource };
  /** The document of operation scope, with `policy`. */
  readonly operationPolicy?: PolicySource;
  readonly fragments?: Readonly<Record<string, PolicySource>>;
  readonly namedValues?: Readonly<Record<string, NamedValueConfiguration>>;
  /** Parts of the context fixture that hold for every call, with `policy`; with `operation`: who calls. */
  readonly context?: Surroundings;
  /** Where relative files are looked for. Default: the current folder. */
  readonly folder?: string;
  /** When the test begins. Default: `context.timestamp`, else 2026-01-01T00:00:00Z. */
  readonly clock?: number | string | Date;
  readonly identity?: readonly { readonly issuer: string; readonly keys?: readonly IdentityKey[] }[];
  /**
   * Tokens of the gateway's managed identity by resource (`https://storage.azure.com`). A resource that is not listed has the token
   * `managed-identity:<resource>`; null: there is none for it.
   */
  readonly managedIdentity?: Readonly<Record<string, string | null>>;
  /** What get-authorization-context finds, by `<provider id>/<authorization id>`. One that is not listed gives no token. */
  readonly authorizations?: Readonly<
    Record<string, { readonly accessToken: string; readonly claims?: Readonly<Record<string, unknown>> }>
  >;
  /** Secrets of vaults, by their identifiers as the configuration has them. One that is not listed is not found. */
  readonly vault?: Readonly<Record<string, string>>;
  /** Who judges texts for llm-content-safety. Default: calls that `external` answers. */
  readonly contentSafety?: ContentSafety;
  /** What fails from the beginning on; `faults.next` of the test says so later. */
  readonly faults?: readonly PlannedFault[];
  /**
   * So many gateways over one store, each with a clock that is so many milliseconds ahead (or behind, if negative): `[0, 250, -250]`. The store has the
   * test's own clock, as Redis has its. Requests go to them in turn. Default: one, with the test's clock.
   */
  readonly replicas?: readonly number[];
  /** The statuses of calls that fail, before what a configuration says. */
  readonly gatewayErrors?: GatewayErrors;
  /** Policies of one's own, beside the built-in ones. */
  readonly policies?: GatewayOptions["policies"];
  /** False: policies that have a fake run their own `compile` all the same. Default true. */
  readonly fakes?: boolean;
  /** Optional packages in place of those that are installed; see `GatewayOptions`. */
  readonly packages?: GatewayOptions["packages"];
  /** Bounds in place of the gateway's own; see `GatewayOptions`. */
  readonly limits?: GatewayOptions["limits"];
  /**
   * What tests reach of the documents is counted, and left in this folder (true: `coverage/policies`) for
   * `turnpike test --coverage --coverage-out FOLDER`, which adds it to what it counts itself.
   */
  readonly coverage?: boolean | string;
  /** What the gateway holds when the test begins: counters, cached values, open circuits. Default: nothing. */
  readonly state?: TestState;
  /** True: outcomes have the trace document of their request, with its recording. Default false. */
  readonly trace?: boolean;
  /** Answers to forward-request. Where none matches: 200 with an empty body. */
  readonly backend?: readonly FakeRule[];
  /** Answers to send-request and the like. A call that none matches fails. */
  readonly external?: readonly FakeRule[];
  /** Answers for sql-data-source and cosmosdb-data-source. A request that no rule answers fails. */
  readonly dataSources?: FakeDatabases;
}
