import type { Place } from "../diagnostics/place.js";
import type { Headers } from "../http/headers.js";
import type { ScopeName, SectionName } from "./sections.js";

/** What a {@link PolicyError} is made of. */
export interface PolicyErrorOptions {
  /** `LastError.Source`: the policy's element name or a built-in step. Filled in by the pipeline where left out. */
  readonly source?: string;
  readonly reason: string;
  readonly message: string;
  readonly status: number;
  /** Reason phrase of the response; the standard one where left out. */
  readonly statusReason?: string;
  /** Text of the default body's `message`, where it differs from `message`. */
  readonly bodyMessage?: string;
  /** Headers of the default error response, such as Retry-After. */
  readonly headers?: Iterable<readonly [string, string]> | Headers;
  /** True: the response as it stands becomes the error response, status and body included (fail-on-error-status-code). */
  readonly keepsResponse?: boolean;
  /** True: thrown in on-error, it still answers as it says; other failures there are a 500. */
  readonly standsInOnError?: boolean;
  readonly cause?: unknown;
  /** For the operator alone, in one sentence: why it came to this, where the message does not say. */
  readonly why?: string;
}

/** A policy's or built-in step's failure, with the documented source, reason, message and status. */
export class PolicyError extends Error {
  readonly reason: string;
  readonly status: number;
  readonly options: PolicyErrorOptions;
  /** Where it happened; the pipeline fills these in on the way out, innermost first. */
  source: string | null;
  section: SectionName | null = null;
  scope: ScopeName | null = null;
  path: string | null = null;
  policyId: string | null = null;
  /** The element in its document; null for built-in steps. */
  place: Place | null = null;
  /** When it became the request's error, in milliseconds since the epoch; null before that. */
  at: number | null = null;

  constructor(options: PolicyErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "PolicyError";
    this.options = options;
    this.reason = options.reason;
    this.status = options.status;
    this.source = options.source ?? null;
  }
}
