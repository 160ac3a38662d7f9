import { type CompiledExpression, LimitError, NetException, type Usage } from "@turnpike/expressions";
import type { Place } from "../diagnostics/place.js";
import { BodyWorkLimit } from "./body-work-limit.js";
import { expressionError, internalError } from "./declared-error.js";
import type { ObjectValue, Value } from "./definition.js";
import type { PolicyError } from "./error.js";
import type { Exchange } from "./exchange.js";
import { toPolicyError } from "./failure.js";
import { logEvents } from "./log-events.js";
import type { ExpressionInfo, Observer } from "./observer.js";

/** A value that is known at load time. */
export class LiteralValue<T> implements Value<T> {
  constructor(
    readonly literal: T,
    readonly source: string,
  ) {}

  get(): T {
    return this.literal;
  }

  getObject(): ObjectValue<T> {
    return { value: this.literal, identity: undefined };
  }
}

/** An expression cannot be evaluated. */
export const expressionFailed = expressionError(
  "an expression throws, takes too long, or gives a value that the attribute or element cannot have",
  "{what}",
);

/** A required value came out null or empty (as logs of the service show it). */
export const valueRequired = internalError(
  "an expression gives null or an empty text for an attribute or element that must have a value; the tables of attributes name them",
  "ExpressionValueValidationFailure",
  "Expression value is invalid. The {attribute} field is required.",
);

/** A branch of a policy, such as the `when` of a choose, as failures of its values name it. */
export interface ValueBranch {
  readonly path: string;
  readonly place: Place;
}

/** A value that an expression computes anew each time it is asked for. */
export class ExpressionValue<T> implements Value<T> {
  readonly literal: undefined = undefined;
  /** As written, named values not put in: it may be shown. */
  readonly source: string;
  private readonly expression: CompiledExpression;

  constructor(
    private readonly convert: (value: unknown) => T,
    /** Where a failure is to be reported, if not at the policy itself. */
    private readonly branch: ValueBranch | null,
    /** What the failure of null and empty text calls the value; null where they are values like others. */
    private readonly requiredAs: string | null,
    private readonly info: ExpressionInfo,
  ) {
    this.expression = info.expression;
    this.source = info.source;
  }

  get(exchange: Exchange): T {
    return this.evaluate(exchange);
  }

  getObject(exchange: Exchange): ObjectValue<T> {
    if (!this.expression.hasIdentity) return { value: this.evaluate(exchange), identity: undefined };
    const usage: Usage = { steps: 0, memory: 0 };
    const value = this.evaluate(exchange, usage);
    return { value, identity: usage.identity };
  }

  private evaluate(exchange: Exchange, usage?: Usage): T {
    let value: unknown;
    try {
      value =
        exchange.observer === null
          ? this.expression.evaluate(exchange.globals, exchange.runtime.expressionHost, usage)
          : this.observed(exchange, exchange.observer, usage);
      if (this.requiredAs === null || (value !== null && value !== "")) return this.convert(value);
    } catch (error) {
      throw this.failure(error, exchange);
    }
    const failure = valueRequired.error({ attribute: this.requiredAs });
    throw Object.assign(failure, this.branch);
  }

  private observed({ globals, runtime }: Exchange, observer: Observer, usage: Usage | undefined): unknown {
    const watcher = observer.evaluate(this.info);
    if (watcher === null) return this.expression.evaluate(globals, runtime.expressionHost, usage);
    try {
      const value = this.expression.withOperands().evaluate(globals, runtime.expressionHost, usage, watcher);
      watcher.ended(value);
      return value;
    } catch (error) {
      watcher.failed(error);
      throw error;
    }
  }

  private failure(error: unknown, exchange: Exchange): PolicyError {
    if (error instanceof BodyWorkLimit) return Object.assign(toPolicyError(error.cause, exchange), this.branch);
    if (!(error instanceof NetException) && !(error instanceof LimitError) && !(error instanceof Error && error.name === "Error"))
      exchange.runtime.logger.error({ err: error, expression: this.source }, logEvents.expressionDefect);
    const failure = expressionFailed.error({ what: error instanceof Error ? error.message : String(error) }, { cause: error });
    return Object.assign(failure, this.branch);
  }
}
