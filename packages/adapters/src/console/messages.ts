import type {
  BackendHealth,
  GatewayHealth,
  GatewayOutcome,
  LiveStatus,
  OutcomeError,
  OutcomeTimes,
  TraceDocument,
} from "@turnpike/core";
import type { EffectiveSections, OperationDifference } from "@turnpike/core/tools";

/** A request in the list. */
export interface RequestRow {
  /** Grows by one with each request. */
  readonly number: number;
  readonly id: string;
  /** Milliseconds since the epoch at which it came in. */
  readonly at: number;
  readonly method: string;
  /** Without secrets, at most 2,000 characters. */
  readonly url: string;
  /** 0: the caller went away. */
  readonly status: number;
  readonly reason: string;
  /** Who answered, and by which policy at which place (`payments.xml:4:5`). */
  readonly by: { readonly layer: GatewayOutcome["by"]["layer"]; readonly policy: string | null; readonly place: string | null };
  readonly api: string | null;
  readonly operation: string | null;
  readonly product: string | null;
  readonly subscription: string | null;
  readonly cache: GatewayOutcome["cache"];
  /** `context.LastError`'s reason and message; null without error. */
  readonly error: { readonly reason: string | null; readonly message: string } | null;
  readonly times: OutcomeTimes;
  /** Is there a trace of it? */
  readonly isTraced: boolean;
}

/** Requests of the list, the latest first. */
export interface RequestPage {
  readonly rows: readonly RequestRow[];
  /** Requests seen since the console was made. */
  readonly seen: number;
}

/** What an event of the stream of requests holds. */
export interface RequestEvent {
  /** New ones, the latest first. */
  readonly rows: readonly RequestRow[];
  /** New ones that match as well, but were too many to send. */
  readonly skipped: number;
  readonly seen: number;
}

/** Why a request was answered as it was. */
export interface Explanation {
  /** One sentence: who answered what, where. */
  readonly headline: string;
  /** Why, and where the time went, as sentences. */
  readonly reasons: readonly string[];
  /** Where the policy stands that decided; null where none did. */
  readonly place: { readonly file: string; readonly line: number } | null;
}

/** All that is known of a request. */
export interface RequestDetail {
  readonly row: RequestRow;
  readonly explanation: Explanation;
  readonly errors: readonly Omit<OutcomeError, "cause">[];
  readonly backend: GatewayOutcome["backend"];
  readonly retries: number;
  readonly requestSize: number;
  readonly responseSize: number;
  readonly ipAddress: string;
  readonly protocol: string | null;
  /** Null: it was not traced, or its trace is not kept any more. */
  readonly trace: TraceDocument | null;
  /** True: another configuration has come into force since, so documents may be others. */
  readonly isOfOtherConfiguration: boolean;
}

/** A policy document without its secrets. */
export interface ShownDocument {
  readonly file: string;
  readonly text: string;
  /** Where its first line stands in the file. */
  readonly line: number;
}

/** An operation of the catalogue. */
export interface CatalogueOperation {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly parameters: readonly string[];
}

/** An API of the catalogue. */
export interface CatalogueApi {
  /** `workspace/api;rev=2`: without the workspace for the service's own, without the revision for the current one. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly type: string;
  readonly version: string | null;
  readonly revision: string;
  readonly isCurrent: boolean;
  readonly protocols: readonly string[];
  readonly subscriptionRequired: boolean;
  readonly serviceUrl: string | null;
  readonly products: readonly { readonly id: string; readonly name: string }[];
  readonly operations: readonly CatalogueOperation[];
}

/** A subscription whose key a call may be sent with. Never the key. */
export interface ShownSubscription {
  readonly id: string;
  readonly name: string | null;
  readonly scope: string;
  readonly state: string;
}

/** What can be called. */
export interface Catalogue {
  readonly apis: readonly CatalogueApi[];
  readonly subscriptions: readonly ShownSubscription[];
  /** Names of the tokens that a call may be sent with. */
  readonly tokens: readonly string[];
  /** Where calls go: `https://api.example`. */
  readonly origin: string;
}

/** An operation's pipeline in effect, in the context of a product or of none. */
export interface ShownPipeline {
  readonly products: readonly { readonly id: string; readonly name: string }[];
  readonly product: string | null;
  readonly sections: EffectiveSections;
}

/** A counter as the last traced request saw it. */
export interface SeenCounter {
  /** The policy that counts. */
  readonly policy: string;
  readonly key: string;
  readonly count: number;
  readonly limit: number;
  /** When it renews, in milliseconds since the epoch; null: never. */
  readonly renewsAt: number | null;
  /** Id of the request that saw it. */
  readonly request: string;
}

/** A secret of the configuration. Never its value. */
export interface ShownSecret {
  readonly what: string;
  readonly from: "configuration" | "file" | "vault";
  /** When the value came into force, or was seen to change, in milliseconds since the epoch. */
  readonly since: number | null;
  readonly lookedUpAt: number | null;
  readonly problem: string | null;
}

/** How the gateway is at the moment. */
export interface GatewayState {
  readonly now: number;
  readonly since: number;
  readonly backends: readonly (BackendHealth & { readonly url: string | null; readonly weights: readonly string[] })[];
  readonly store: GatewayHealth["store"];
  readonly counters: readonly SeenCounter[];
  readonly cache: { readonly hits: number; readonly misses: number };
  readonly secrets: readonly ShownSecret[];
  readonly configuration: {
    readonly apis: number;
    readonly operations: number;
    readonly products: number;
    readonly subscriptions: number;
    readonly backends: number;
    readonly namedValues: number;
    readonly findings: readonly { readonly severity: string; readonly place: string; readonly message: string }[];
    readonly setAside: readonly { readonly kind: string; readonly id: string; readonly message: string }[];
  };
  /** What the last change of the configuration made different; null: there was none since the console was made. */
  readonly lastChange: { readonly at: number; readonly differences: readonly OperationDifference[] } | null;
  /** How its source fares, where there is one. */
  readonly source: LiveStatus | null;
  readonly console: { readonly rows: number; readonly traces: number; readonly bytes: number; readonly seen: number };
}

/** What the page has to know first. */
export interface ConsoleFacts {
  readonly version: string;
  readonly isReadOnly: boolean;
  readonly gateway: string;
  readonly tracesPerSecond: number;
}

/** A request that the console is to send. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
  /** Id of the subscription whose key it is sent with; null for none. */
  readonly subscription: string | null;
  /** Name of the token that it is sent with; null for none. */
  readonly token: string | null;
}

/** The answer to a request that the console has sent. */
export interface SentAnswer {
  readonly id: string;
  readonly status: number;
}

/** A policy test made of a request. */
export interface MadeTest {
  readonly file: string;
  readonly text: string;
  /** True: it was run, and passes. */
  readonly passes: boolean;
  /** What it cannot say, and what is not as the request came out. */
  readonly notes: readonly string[];
}
