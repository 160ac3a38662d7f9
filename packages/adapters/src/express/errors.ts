import type { IncomingMessage, ServerResponse } from "node:http";
import type { CapturedResponse } from "../host/captured-response.js";
import { applicationFailure } from "../host/request.js";

const waiting = new WeakMap<object, CapturedResponse>();

/** Remembers whose answer is awaited, for {@link turnpikeErrors}. */
export function awaitAnswer(request: object, response: CapturedResponse): void {
  waiting.set(request, response);
}

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
  const captured = waiting.get(request);
  if (captured?.isOpen !== true) return next(error);
  captured.fail(applicationFailure(error));
}
