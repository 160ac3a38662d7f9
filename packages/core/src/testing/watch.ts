import type { Place } from "../diagnostics/place.js";
import type { PolicyError } from "../policy/error.js";
import { type Observer, type PolicyInfo, SilentObserver, type StepOutcome } from "../policy/observer.js";
import type { ScopeName, SectionName } from "../policy/sections.js";

/** A policy, or a branch of one, that a request came to. */
export interface RanStep {
  /** The element's name. */
  readonly name: string;
  readonly section: SectionName;
  readonly scope: ScopeName;
  readonly place: Place;
  /** How many policies and branches it stands in. */
  readonly depth: number;
  /** `skipped`: a branch whose condition was false. Null while it runs. */
  outcome: StepOutcome | null;
  /** Of one that failed: why. */
  error: string | null;
}

/** Who made the answer that the caller got. */
export interface AnsweredBy {
  /** A policy's name, a built-in step's (`authorization`, `configuration`), or `backend`. */
  readonly policy: string;
  /** Null for what stands in no document. */
  readonly place: Place | null;
}

/** Takes down what a request comes to. */
export class Watch extends SilentObserver {
  override readonly isTrace = true;

  constructor(
    readonly steps: RanStep[] = [],
    private readonly step: RanStep | null = null,
  ) {
    super();
  }

  override enter({ name, section, scope, place }: PolicyInfo): Observer {
    const depth = this.step === null ? 0 : this.step.depth + 1;
    const step: RanStep = { name, section, scope, place, depth, outcome: null, error: null };
    this.steps.push(step);
    return new Watch(this.steps, step);
  }

  override leave(_policy: PolicyInfo, outcome: StepOutcome, error: PolicyError | null): void {
    if (this.step === null) return;
    this.step.outcome = outcome;
    this.step.error = error?.message ?? null;
  }

  /** Names of the policies that ran, in the order in which they began. */
  get policies(): readonly string[] {
    return this.steps.flatMap(({ name }) => (name === "when" || name === "otherwise" ? [] : [name]));
  }
}
