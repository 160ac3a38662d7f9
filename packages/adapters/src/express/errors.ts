import type { IncomingMessage, ServerResponse } from "node:http";
import { awaitedAnswer } from "../host/outcome.js";
import { applicationFailure } from "../host/request.js";

/**
 * An error handler that takes the application's errors to on-error. Mount it last, `app.use(turnpikeErrors)`; without it they go to the
 * application's own error handlers, and policies see the answer that those make. The error's `status` becomes the response's.
 */
export function turnpikeErrors(
  error: unknown,
  request: IncomingMessage,
  _response: ServerResponse,
  next: (error?: unknown) => void,
): void {
  const answer = awaitedAnswer(request);
  if (answer?.isOpen !== true) return next(error);
  answer.fail(applicationFailure(error));
}
