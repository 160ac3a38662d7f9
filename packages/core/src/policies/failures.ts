import { PolicyError, type PolicyErrorOptions } from "../pipeline/error.js";

/** An expression gave a value that the policy cannot work with: reported as if the expression had thrown. */
export function expressionFailure(message: string): PolicyError {
  return internalFailure("ExpressionValueEvaluationFailure", `Expression evaluation failed. ${message}`);
}

/** A failure that says nothing of itself to the caller: a 500 whose sentence is in LastError only. */
export function internalFailure(reason: string, message: string, options: Partial<PolicyErrorOptions> = {}): PolicyError {
  return new PolicyError({ status: 500, bodyMessage: "Internal server error", ...options, reason, message });
}
