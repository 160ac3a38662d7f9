import { LimitError, NetException } from "./exceptions.js";

/**
 * What a thrown value means to an expression. A `NetException` is itself. JavaScript's own ceilings (stack, string and array
 * length) are limits. Anything else is a defect of an implementation: it becomes an exception that says no more than that, with
 * the original as `cause` for whoever debugs the host.
 */
export function normalizeFailure(error: unknown): NetException | LimitError {
  if (error instanceof NetException || error instanceof LimitError) return error;
  if (error instanceof RangeError) {
    if (error.message.startsWith("Maximum call stack"))
      return new LimitError("depth", "The expression's calls are nested too deep.");
    if (
      /^Invalid (string|array|typed array) length|^Array buffer allocation|^Maximum BigInt size|^Invalid array buffer/.test(
        error.message,
      )
    )
      return new LimitError("memory", "The expression made a value that is too large.");
  }
  const failure = new NetException("System.InvalidOperationException", "An internal error occurred while the expression ran.");
  failure.cause = error;
  return failure;
}
