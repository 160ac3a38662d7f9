import type { Place } from "../diagnostics/place.js";
import type { PolicyError } from "./error.js";
import { type Observer, type PolicyInfo, SilentObserver, type StepOutcome } from "./observer.js";
import { SecretMask } from "./secret-mask.js";
import type { ScopeName, SectionName } from "./sections.js";

/** One policy that ran. */
export interface TracedPolicy {
  readonly kind: "policy";
  readonly name: string;
  readonly section: SectionName;
  readonly scope: ScopeName;
  /** Nesting below the section: `choose[1]\when[2]\set-header[1]`. */
  readonly path: string;
  readonly policyId: string | null;
  readonly place: Place;
  /** Milliseconds from the request's arrival to the policy's start. */
  readonly at: number;
  /** Milliseconds it took, those of policies inside it included; null while it runs. */
  elapsed: number | null;
  outcome: StepOutcome | null;
}

/** Something that a policy or a built-in step had to say. */
export interface TracedMessage {
  readonly kind: "message";
  /** A policy's name, a built-in step's, or what a trace policy gives. */
  readonly source: string;
  readonly section: SectionName;
  /** Milliseconds from the request's arrival. */
  readonly at: number;
  readonly severity: "verbose" | "information" | "error";
  /** A text or a plain JSON object. */
  readonly data: unknown;
}

/** What a trace lists. */
export type TraceEntry = TracedPolicy | TracedMessage;

/** Entries beyond this are counted but not kept: a retry loop must not grow a trace without end. */
const MOST_ENTRIES = 10_000;

/** What happened to one request, in order. An exchange has one only if it is traced. */
export class Trace extends SilentObserver {
  override readonly isTrace = true;
  readonly entries: TraceEntry[] = [];
  /** Entries that were not kept. */
  dropped = 0;

  constructor(
    /** Milliseconds since the epoch at which the request came in. */
    private readonly startedAt: number,
    private readonly now: () => number,
    /** What messages must not show. */
    private readonly mask: SecretMask = new SecretMask([]),
  ) {
    super();
  }

  /** Adds a message; secrets in it are masked. */
  override message(
    source: string,
    section: SectionName,
    data: unknown,
    severity: TracedMessage["severity"] = "information",
  ): void {
    this.add({ kind: "message", source, section, at: this.now() - this.startedAt, severity, data: this.mask.data(data) });
  }

  override enter(policy: PolicyInfo): Observer {
    const started = this.now();
    const entry: TracedPolicy = { kind: "policy", ...policy, at: started - this.startedAt, elapsed: null, outcome: null };
    if (policy.name !== "when" && policy.name !== "otherwise") this.add(entry);
    return new TracedStep(this, entry, () => this.now() - started);
  }

  /** Names of the policies that ran, in the order in which they started. */
  get policies(): readonly string[] {
    return this.entries.flatMap((entry) => (entry.kind === "policy" ? [entry.name] : []));
  }

  private add(entry: TraceEntry): void {
    if (this.entries.length >= MOST_ENTRIES) this.dropped++;
    else this.entries.push(entry);
  }
}

/** One policy of a trace, while it runs. */
class TracedStep extends SilentObserver {
  override readonly isTrace = true;

  constructor(
    private readonly trace: Trace,
    private readonly policy: TracedPolicy,
    private readonly elapsed: () => number,
  ) {
    super();
  }

  override enter(policy: PolicyInfo): Observer {
    return this.trace.enter(policy);
  }

  override leave(policy: PolicyInfo, outcome: StepOutcome, error: PolicyError | null): void {
    this.policy.elapsed = this.elapsed();
    this.policy.outcome = outcome;
    if (error !== null) this.message(policy.name, policy.section, { message: error.message, reason: error.reason }, "error");
  }

  override message(...told: Parameters<Observer["message"]>): void {
    this.trace.message(...told);
  }
}
