import type { CompiledExpression, OperandWatcher } from "@turnpike/expressions";
import type { Place } from "../diagnostics/place.js";
import type { PolicyError } from "./error.js";
import type { ScopeName, SectionName } from "./sections.js";
import type { Runtime } from "./services.js";

/** A policy element of a document, or a branch of one (`when`, `otherwise`): the same object each time it runs. */
export interface PolicyInfo {
  /** The element's name. */
  readonly name: string;
  readonly section: SectionName;
  readonly scope: ScopeName;
  /** Nesting below the section: `choose[1]\when[2]\set-header[1]`. */
  readonly path: string;
  /** Its attribute `id`. */
  readonly policyId: string | null;
  readonly place: Place;
}

/** An expression of a document: the same object each time it is evaluated. */
export interface ExpressionInfo {
  /** As written, named values not put in. */
  readonly source: string;
  /** Where its text begins, at the `@`. */
  readonly place: Place;
  readonly expression: CompiledExpression;
}

/** How a policy or branch ended; `skipped`: a branch that was not taken. */
export type StepOutcome = "continue" | "stop" | "error" | "skipped";

/** One evaluation of an expression, watched: what its conditions depend on, and what comes out. */
export interface EvaluationObserver extends OperandWatcher {
  /** @param value in object form */
  ended(value: unknown): void;
  failed(error: unknown): void;
}

/**
 * Looks on while a request runs: a trace, a debugger. It is asked only in the second compiled form of a program,
 * which is made when the first request comes by that somebody watches; the plain form knows nothing of it. Nothing that an observer does may
 * throw or wait. {@link SilentObserver} is one to begin with.
 */
export interface Observer {
  /** True of a trace: what `context.Tracing` says. */
  readonly isTrace: boolean;
  /**
   * A policy or a branch that is about to be looked at begins. What happens inside it is told to the observer that is given back, which may be this
   * one: policies that run at the same time are told apart by that.
   */
  enter(policy: PolicyInfo): Observer;
  /** It has ended: told to the observer that {@link enter} gave. Of a branch, `skipped` says that its condition was false. */
  leave(policy: PolicyInfo, outcome: StepOutcome, error: PolicyError | null): void;
  /** A branch that was not looked at, because one before it was taken. */
  skip(branch: PolicyInfo): void;
  /** An expression is about to be evaluated. Null: it is not watched. */
  evaluate(expression: ExpressionInfo): EvaluationObserver | null;
  /**
   * Something that a policy or a built-in step has to say.
   * @param source a policy's name, a built-in step's, or what a trace policy gives
   * @param data a text or a plain JSON object
   */
  message(source: string, section: SectionName, data: unknown, severity?: "verbose" | "information" | "error"): void;
  /** Why the policy at hand decided as it did, in one sentence for its operator. Of several the last counts. */
  why(sentence: string): void;
  /** The services as the policy at hand sees them: what it calls and counts may be looked on, too. */
  services(runtime: Runtime): Runtime;
}

/** An observer that takes no notice of anything. */
export class SilentObserver implements Observer {
  readonly isTrace: boolean = false;

  enter(_policy: PolicyInfo): Observer {
    return this;
  }

  leave(_policy: PolicyInfo, _outcome: StepOutcome, _error: PolicyError | null): void {}

  skip(_branch: PolicyInfo): void {}

  evaluate(_expression: ExpressionInfo): EvaluationObserver | null {
    return null;
  }

  message(_source: string, _section: SectionName, _data: unknown, _severity?: "verbose" | "information" | "error"): void {}

  why(_sentence: string): void {}

  services(runtime: Runtime): Runtime {
    return runtime;
  }
}

/** Several observers as one; none of them if there are none. */
export function allObservers(observers: readonly Observer[]): Observer | null {
  return observers.length < 2 ? (observers[0] ?? null) : new Observers(observers);
}

class Observers implements Observer {
  readonly isTrace: boolean;

  constructor(private readonly all: readonly Observer[]) {
    this.isTrace = all.some(({ isTrace }) => isTrace);
  }

  enter(policy: PolicyInfo): Observer {
    const inner = this.all.map((member) => member.enter(policy));
    return inner.every((member, index) => member === this.all[index]) ? this : new Observers(inner);
  }

  leave(...told: Parameters<Observer["leave"]>): void {
    for (const member of this.all) member.leave(...told);
  }

  skip(branch: PolicyInfo): void {
    for (const member of this.all) member.skip(branch);
  }

  evaluate(expression: ExpressionInfo): EvaluationObserver | null {
    const watching = this.all.map((member) => member.evaluate(expression)).filter((evaluation) => evaluation !== null);
    if (watching.length < 2) return watching[0] ?? null;
    return {
      saw: (operand, value) => watching.forEach((evaluation) => evaluation.saw(operand, value)),
      ended: (value) => watching.forEach((evaluation) => evaluation.ended(value)),
      failed: (error) => watching.forEach((evaluation) => evaluation.failed(error)),
    };
  }

  message(...told: Parameters<Observer["message"]>): void {
    for (const member of this.all) member.message(...told);
  }

  why(sentence: string): void {
    for (const member of this.all) member.why(sentence);
  }

  services(runtime: Runtime): Runtime {
    return this.all.reduce((seen, member) => member.services(seen), runtime);
  }
}
