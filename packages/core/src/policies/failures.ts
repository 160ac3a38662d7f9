import type { DocumentedError } from "../policy/define.js";
import { PolicyError, type PolicyErrorOptions } from "../policy/error.js";
import { emptyMessage } from "../policy/value.js";

/** An expression gave a value that the policy cannot work with: reported as if the expression had thrown. */
export function expressionFailure(message: string): PolicyError {
  return internalFailure("ExpressionValueEvaluationFailure", `Expression evaluation failed. ${message}`);
}

/** A failure that says nothing of itself to the caller: a 500 whose sentence is in LastError only. */
export function internalFailure(reason: string, message: string, options: Partial<PolicyErrorOptions> = {}): PolicyError {
  return new PolicyError({ status: 500, bodyMessage: "Internal server error", ...options, reason, message });
}

/** What a page says where callers are told another text than `LastError.Message`. */
export function twoTexts(toCaller: string, inLastError: string): string {
  return `to the caller: ${toCaller} In LastError: ${inLastError}`;
}

/** An {@link internalFailure} as a page tells of it. */
export function internalError(when: string, reason: string, message: string): DocumentedError {
  return { when, status: 500, reason, message: twoTexts("Internal server error.", message) };
}

/** An {@link expressionFailure} as a page tells of it. */
export function expressionError(when: string, message: string): DocumentedError {
  return internalError(when, "ExpressionValueEvaluationFailure", `Expression evaluation failed. ${message}`);
}

/** The failure of a value that came out empty, as a page tells of it. Of attributes whose schema refuses that, pages tell by themselves. */
export function emptyError(field: string, when: string): DocumentedError {
  return internalError(when, "ExpressionValueValidationFailure", emptyMessage(field));
}

/** The failure of a path that is not sent, as a page tells of it. */
export function pathError(when: string): DocumentedError {
  return internalError(when, "PathNotAllowed", "The path '{path}' has dot segments, or what some servers take for them.");
}

/** How calls fail. @param condition what else must be so for it to be an error, if anything */
export function callErrors(condition = ""): readonly DocumentedError[] {
  const failed = (when: string, status: string, reason: string): DocumentedError => ({
    ...internalError(`${when}${condition}`, reason, "{what happened}"),
    status,
  });
  return [
    failed("no connection, or one that breaks", '502; 500 with `gatewayErrors: "apim"`', "BackendConnectionFailure"),
    failed("no answer within timeout", '504; 500 with `gatewayErrors: "apim"`', "Timeout"),
    {
      when: "the caller has gone",
      status: "499, which nobody reads",
      reason: "ClientConnectionFailure",
      message: "{what happened}",
    },
  ];
}
