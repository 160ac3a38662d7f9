import { defaultLimits } from "@turnpike/expressions";
import { builtinScope, Run } from "@turnpike/expressions/values";
import { invokeStatic } from "../../context/invoke.js";
import { type DeclaredError, type ErrorBlanks, policyError } from "../../policy/declared-error.js";
import type { Value } from "../../policy/define.js";
import type { PolicyError } from "../../policy/error.js";
import type { Exchange } from "../../policy/exchange.js";
import { PerRequest } from "../../policy/per-request.js";
import { oneOf } from "../../policy/schema.js";

/** What is done about an error: nothing, since it is not looked for; the message is stopped; or the error is only written down. */
export const validationActions = ["ignore", "prevent", "detect"] as const;
/** One of {@link validationActions}. */
export type ValidationAction = (typeof validationActions)[number];
/** An action that an expression may choose. */
export type ActionValue = Value<ValidationAction>;

/** A required action. */
export const requiredAction = (notes: string) => oneOf(validationActions, { required: true, expressions: true, notes });

/** What callers are told where the details are none of their business. */
export const internalText = "The request could not be processed due to an internal error. Contact the API owner.";

/** Declares an error of requests: the caller gets the message. */
export function requestError<const M extends string>(when: string, message: M): DeclaredError<ErrorBlanks<M>, 400> {
  return policyError({ when, status: 400, reason: "Bad request", message, standsInOnError: true });
}

/** Declares an error of requests that the caller can do nothing about: it gets the public text, `LastError.Message` is the message. */
export function internalRequestError<const M extends string>(when: string, message: M): DeclaredError<ErrorBlanks<M>, 400> {
  return policyError({
    when,
    status: 400,
    reason: "Bad request",
    message,
    toCaller: internalText,
    standsInOnError: true,
  });
}

/** Declares an error of responses: the caller gets the public text, `LastError.Message` is the message. */
export function responseError<const M extends string>(when: string, message: M): DeclaredError<ErrorBlanks<M>, 502> {
  return policyError({
    when,
    status: 502,
    reason: "Response not allowed",
    message,
    toCaller: internalText,
    standsInOnError: true,
  });
}

/** What a message fails by, with its text, as long as nobody has thrown it. */
export interface Failure {
  readonly text: string;
  error(): PolicyError;
}

/** An occurrence of a declared error. @param values what its texts have in braces */
export function failure<B extends string>(
  declared: DeclaredError<B, number>,
  values: Readonly<Record<B, string | number>>,
): Failure {
  return { text: declared.text(values), error: () => declared.error(...([values] as Parameters<typeof declared.error>)) };
}

/** One error found: with the text of its failure, the members of the objects in the errors variable. */
export interface ValidationError {
  /** What it is about: a parameter's or header's name, a content type, a status. */
  readonly name: string;
  readonly type:
    | "QueryParameter"
    | "PathParameter"
    | "RequestHeader"
    | "ResponseHeader"
    | "RequestBody"
    | "ResponseBody"
    | "StatusCode"
    | "ApiSchema";
  readonly rule: "Unspecified" | "IncorrectMessage" | "SizeLimit" | "MissingDefinition" | "ValidationException";
  readonly failure: Failure;
}

interface Recorded {
  readonly Name: string;
  readonly Type: string;
  readonly ValidationRule: string;
  readonly Details: string;
  readonly Action: string;
}

/** What was put into each variable of a request so far: several policies may add to one. */
const recorded = new PerRequest<Map<string, Recorded[]>>();

/** Most errors that a variable holds. */
const MOST_ERRORS = 100;

/**
 * Takes errors in: writes them to the variable, a JArray of objects, and stops the message where the action is prevent. The variable is not
 * set while there are none.
 */
export class ErrorReport {
  constructor(
    private readonly variable: string | null,
    private readonly policy: string,
  ) {}

  /** Throws the error's PolicyError if the action is prevent. */
  add(exchange: Exchange, action: ValidationAction, error: ValidationError): void {
    if (action === "ignore") return;
    if (this.variable !== null) this.record(exchange, this.variable, action, error);
    exchange.observer?.message(this.policy, exchange.section, error.failure.text);
    if (action === "detect") {
      exchange.observer?.why(`${error.failure.text} It is only written down: the action is detect.`);
      return;
    }
    throw error.failure.error();
  }

  private record(exchange: Exchange, variable: string, action: ValidationAction, error: ValidationError): void {
    let variables = recorded.get(exchange);
    if (variables === undefined) recorded.set(exchange, (variables = new Map()));
    let all = variables.get(variable);
    if (all === undefined) variables.set(variable, (all = []));
    if (all.length >= MOST_ERRORS) return;
    all.push({ Name: error.name, Type: error.type, ValidationRule: error.rule, Details: error.failure.text, Action: action });
    exchange.variables.set(variable, jsonArray(exchange, all));
  }
}

/** Data as a Newtonsoft JObject, which expressions can look into. */
export function jsonObject(exchange: Exchange, data: object): unknown {
  const run = new Run(exchange.runtime.expressionHost, defaultLimits);
  return invokeStatic({ run, scope: builtinScope }, "Newtonsoft.Json.Linq.JObject", "Parse", JSON.stringify(data));
}

/** Data as a Newtonsoft JArray, which expressions can look into. */
export function jsonArray(exchange: Exchange, items: readonly unknown[]): unknown {
  const run = new Run(exchange.runtime.expressionHost, defaultLimits);
  return invokeStatic({ run, scope: builtinScope }, "Newtonsoft.Json.Linq.JArray", "Parse", JSON.stringify(items));
}
