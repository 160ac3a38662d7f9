import { MessageBody } from "../http/body.js";
import { Headers } from "../http/headers.js";
import type { GraphqlResult } from "../policies/content-validation/graphql-library.js";
import { RequestFault } from "../policies/content-validation/graphql-query.js";
import { writePlain } from "../policies/graphql/resolved-value.js";
import type { ResponseMessage } from "../policy/exchange.js";
import { reasonPhrase } from "../policy/failure.js";
import { MalformedRequest } from "./query.js";

/** The media types of answers: the one of GraphQL over HTTP, and the older one. */
export const RESPONSE_TYPE = "application/graphql-response+json";
const JSON_TYPE = "application/json";

/** Errors that an answer has at the most: a list of what fails may be long. */
const MOST_ERRORS = 100;

/** A result as JSON can hold it: errors, then data. */
export function plainResult({ data, errors }: GraphqlResult): Readonly<Record<string, unknown>> {
  return {
    ...(errors === undefined || errors.length === 0
      ? {}
      : { errors: errors.slice(0, MOST_ERRORS).map((error) => error.toJSON()) }),
    ...(data === undefined ? {} : { data }),
  };
}

/** What is wrong with a request, as a result. Throws what is none of the request's doing. */
export function faultResult(error: unknown): GraphqlResult {
  if (!(error instanceof RequestFault)) throw error;
  return { errors: [{ message: error.toCallers, toJSON: () => ({ message: error.toCallers }) }] };
}

/** The answer to a request: a status of 400 for what is no request, and, in the newer media type, for one without data. */
export function answerOf(result: GraphqlResult, isNewer: boolean, isMalformed = false): ResponseMessage {
  const isRequestError = result.data === undefined;
  return jsonAnswer(isMalformed || (isNewer && isRequestError) ? 400 : 200, plainResult(result), isNewer);
}

/** The answer to what cannot be answered at all. */
export function faultAnswer(error: unknown, isNewer: boolean): ResponseMessage {
  return answerOf(faultResult(error), isNewer, error instanceof MalformedRequest);
}

/** An answer with JSON. */
export function jsonAnswer(
  status: number,
  value: unknown,
  isNewer = false,
  headers: readonly (readonly [string, string])[] = [],
): ResponseMessage {
  return {
    status,
    reason: reasonPhrase(status),
    headers: new Headers([["Content-Type", `${isNewer ? RESPONSE_TYPE : JSON_TYPE}; charset=utf-8`], ...headers]),
    body: new MessageBody(Buffer.from(writePlain(value))),
  };
}

/** An answer that refuses a request before it is looked into. */
export function refusal(status: number, message: string, headers: readonly (readonly [string, string])[] = []): ResponseMessage {
  return jsonAnswer(status, { errors: [{ message }] }, false, headers);
}
