import type { ScopeName, SectionName } from "../policy/sections.js";
import type { Recording } from "./recording.js";

/** A body, or the beginning of one: as text where it is one, otherwise in base64. */
export interface TracedBody {
  readonly text?: string;
  readonly base64?: string;
  /** Its whole length. */
  readonly bytes: number;
  readonly truncated: boolean;
}

/** Who made an answer. */
export interface TracedAnswerer {
  readonly layer: "gateway" | "backend" | "cache" | "host";
  /** The policy or built-in step; null where none made it. */
  readonly policy: string | null;
  readonly section: SectionName | null;
  readonly scope: ScopeName | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** An expression that was evaluated, and what came out. */
export interface TracedExpression {
  readonly line: number;
  readonly column: number;
  /** As written, named values not put in. */
  readonly text: string;
  /** The .NET name of the value's type; null for null, and where it failed. */
  readonly type: string | null;
  /** Null for null. */
  readonly value: string | null;
  /** What it failed with. */
  readonly error?: string;
  /** The parts on which its conditions depended. */
  readonly operands?: readonly { readonly text: string; readonly value: string | null; readonly comparison?: string }[];
}

/** Something that a policy made another of. */
export interface TracedChange {
  readonly what: "request-header" | "response-header" | "variable" | "url" | "method" | "status" | "body" | "backend";
  /** Of headers and variables. */
  readonly name: string | null;
  /** Null where it was not there. */
  readonly before: string | null;
  /** Null where it is not there any more. */
  readonly after: string | null;
}

/** A request that left the gateway. */
export interface TracedCall {
  /** `backend` for forward-request, otherwise the policy that called. */
  readonly to: string;
  readonly method: string;
  readonly url: string;
  /** Null if there was no answer. */
  readonly status: number | null;
  readonly elapsed: number;
  /** Why there was none. */
  readonly error?: string;
}

/** A counter or cached value that was looked at or changed. */
export interface TracedEntry {
  readonly kind: "counter" | "cache";
  readonly key: string;
  /** Of counters what they held, of cached values their bytes; null where there was nothing. */
  readonly before: number | null;
  readonly after: number | null;
  readonly limit?: number;
  /** Milliseconds until the counter renews. */
  readonly renewsIn?: number;
}

/** Something that a policy had to say. */
export interface TracedMessage {
  readonly source: string;
  readonly severity: "verbose" | "information" | "error";
  /** A text or a plain JSON object. */
  readonly data: unknown;
}

/** A policy, a branch of one, or what the gateway does without an element: then file and line are null. */
export interface TracedStep {
  readonly policy: string;
  readonly section: SectionName;
  readonly scope: ScopeName | null;
  readonly path: string;
  readonly id: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Milliseconds from the request's arrival. */
  readonly at: number;
  readonly elapsed: number;
  readonly outcome: "continue" | "stop" | "error" | "skipped";
  /** One sentence on why it decided as it did. */
  readonly why: string | null;
  readonly expressions: readonly TracedExpression[];
  readonly changes: readonly TracedChange[];
  readonly calls: readonly TracedCall[];
  readonly store: readonly TracedEntry[];
  readonly messages: readonly TracedMessage[];
  readonly steps: readonly TracedStep[];
}

/** Milliseconds. */
export interface TracedTiming {
  readonly total: number;
  /** Without backend and caller; cache and store are part of it. */
  readonly gateway: number;
  readonly backend: number;
  /** Waiting for what the caller sends and takes. */
  readonly client: number;
  readonly cache: number;
  readonly store: number;
}

/** `context.LastError`, with its place. */
export interface TracedError {
  readonly source: string;
  readonly reason: string | null;
  readonly message: string;
  readonly scope: ScopeName | null;
  readonly section: SectionName | null;
  readonly path: string | null;
  readonly policyId: string | null;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
}

/** What happened to a request: shown by `turnpike trace`, and given by `handle` of a gateway with `trace: true`. Holds no secrets. */
export interface TraceDocument {
  /** Grows when a member changes its meaning. */
  readonly version: 1;
  readonly id: string;
  readonly timestamp: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly ipAddress: string;
    readonly body: TracedBody | null;
  };
  readonly match: {
    readonly api: string | null;
    readonly version: string | null;
    readonly revision: string | null;
    readonly operation: string | null;
    readonly product: string | null;
    readonly subscription: string | null;
    readonly user: string | null;
    readonly workspace: string | null;
  };
  readonly answer: {
    readonly status: number;
    readonly reason: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: TracedBody | null;
    readonly by: TracedAnswerer;
  };
  readonly timing: TracedTiming;
  readonly steps: readonly TracedStep[];
  readonly error: TracedError | null;
  /** Steps and other entries that were more than a trace holds. */
  readonly dropped: number;
  /** What it takes to run the request again; null where that is not recorded. */
  readonly recording: Recording | null;
}
