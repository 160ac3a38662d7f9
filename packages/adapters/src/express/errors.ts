import type { IncomingMessage, ServerResponse } from "node:http";
import { awaitedAnswer, logApplicationError } from "../host/outcome.js";
import { applicationFailure } from "../host/request.js";

/**
 * An error handler that takes the application's errors to on-error, and logs them with their stack by the gateway's logger. Mount it last,
 * `app.use(turnpikeErrors)`: the application's own error handlers in front of it get them first, and it gets what they pass on. Without it all go
 * to the application's own error handlers, and in the end Express's, as without Turnpike; policies see the answer that those make. The error's
 * `status` becomes the response's.
 */
export function turnpikeErrors(
  error: unknown,
  request: IncomingMessage,
  _response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  const answer = awaitedAnswer(request);
  if (answer?.isOpen !== true) return next(error);
  logApplicationError(request, error);
  answer.fail(applicationFailure(error));
}
