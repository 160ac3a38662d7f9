import type { IncomingMessage, ServerResponse } from "node:http";
import type { PolicyError } from "@turnpike/core";
import { applicationFailure } from "../host/request.js";

/** An answer that the application has still to give. */
export interface AwaitedAnswer {
  /** True until the application has begun to answer. */
  readonly isOpen: boolean;
  /** The application has failed instead. */
  fail(error: PolicyError): void;
}

const AWAITED = Symbol("turnpike.awaited");

interface Waiting {
  [AWAITED]?: AwaitedAnswer;
}

/** Remembers whose answer is awaited, for {@link turnpikeErrors}. */
export function awaitAnswer(request: object, answer: AwaitedAnswer): void {
  (request as Waiting)[AWAITED] = answer;
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
  const answer = (request as Waiting)[AWAITED];
  if (answer?.isOpen !== true) return next(error);
  answer.fail(applicationFailure(error));
}
