import type { Diagnostic } from "../diagnostics/diagnostic.js";

/**
 * How a second configuration runs beside the one in force.
 * @typeParam Input what a gateway takes as a configuration
 */
export interface ShadowOptions<Input> {
  readonly configuration: Input;
  /** The share of requests that the second one runs as well, from 0 to 1. Default 1. */
  readonly sample?: number;
  /** Told of each request that came to something else. What it throws is logged. */
  readonly onDifference?: (difference: ShadowDifference) => void;
  /** Milliseconds by which the times of a request must be apart for that to be a difference. Default 1,000. */
  readonly timeTolerance?: number;
}

/** Something that is not the same with the second configuration. Secrets are masked, long texts cut to where they part. */
export interface ShadowPart {
  /**
   * `decision`, `status`, `reason`, `error`, `route`, `header x-name`, `body`, `time`, `calls` (which there are), `call 1 url`, `call 1 header x-name`,
   * `call 1 body`; `unanswered`: it needs an answer that the request did not get, so that nobody knows what it would have come to.
   */
  readonly what: string;
  /** With the configuration in force; null where there was none. */
  readonly live: string | null;
  /** With the second one. */
  readonly shadow: string | null;
}

/** A request that came to something else with the second configuration. */
export interface ShadowDifference {
  readonly requestId: string;
  /** When the request came, milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly url: string;
  /** What the configuration in force routed it to; null where nothing took it. */
  readonly api: string | null;
  readonly operation: string | null;
  readonly parts: readonly ShadowPart[];
}

/** Mean times of the requests of an operation, in milliseconds. */
export interface ShadowTimes {
  /** Without backend and caller. */
  readonly gateway: number;
  /** Without the caller. In the shadow, backends take as long as they did. */
  readonly total: number;
}

/** One kind of difference of an operation's requests. */
export interface ShadowKind {
  /** As in {@link ShadowPart}. */
  readonly what: string;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly (Omit<ShadowDifference, "parts" | "api" | "operation"> & Omit<ShadowPart, "what">)[];
}

/** What a shadow has found of one operation. */
export interface ShadowOperation {
  readonly api: string | null;
  readonly operation: string | null;
  readonly compared: number;
  readonly differing: number;
  readonly times: { readonly live: ShadowTimes; readonly shadow: ShadowTimes };
  /** The most frequent first. */
  readonly kinds: readonly ShadowKind[];
}

/** What a shadow has found. It begins anew when one of the two configurations changes. */
export interface ShadowReport {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly sample: number;
  readonly requests: {
    readonly compared: number;
    readonly differing: number;
    /** Not run, because too many were on their way. */
    readonly dropped: number;
    /** Not run, because they could not be taken down whole: large bodies, WebSocket connections, callers that went away. */
    readonly skipped: number;
    /** Run, but not to an end. */
    readonly failed: number;
  };
  /** Those with differences first. */
  readonly operations: readonly ShadowOperation[];
}

/** A second configuration that runs beside the one in force. */
export interface Shadow<Input> {
  /** Findings about the second configuration. */
  readonly diagnostics: readonly Diagnostic[];
  report(): ShadowReport;
  /** Puts another one in its place: all or nothing. Rejects with ConfigurationError; then the old one stays. */
  update(configuration: Input): Promise<void>;
  /** Ends it. What waits to be run is dropped. */
  close(): Promise<void>;
}
