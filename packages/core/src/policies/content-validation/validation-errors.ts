import { defaultLimits } from "@turnpike/expressions";
import { builtinScope, Run } from "@turnpike/expressions/values";
import { invokeStatic } from "../../context/invoke.js";
import type { DocumentedError, Value } from "../../policy/define.js";
import { PolicyError } from "../../policy/error.js";
import type { Exchange } from "../../policy/exchange.js";
import { oneOf } from "../../policy/schema.js";
import type { SectionName } from "../../policy/sections.js";
import { twoTexts } from "../failures.js";
import { isRequestSection } from "../messages.js";

/** What is done about an error: nothing, since it is not looked for; the message is stopped; or the error is only written down. */
export const validationActions = ["ignore", "prevent", "detect"] as const;
export type ValidationAction = (typeof validationActions)[number];
export type ActionValue = Value<ValidationAction>;

/** A required action. */
export const requiredAction = (notes: string) => oneOf(validationActions, { required: true, expressions: true, notes });

/** What callers are told where the details are none of their business. */
export const internalText = "The request could not be processed due to an internal error. Contact the API owner.";

/** Errors of requests as a page tells of them: the caller gets the message. */
export const requestError = (when: string, message: string): DocumentedError => ({
  when,
  status: 400,
  reason: "Bad request",
  message,
});

/** Errors of responses: the caller gets the public text, `LastError.Message` is the message. */
export const responseError = (when: string, message: string): DocumentedError => ({
  when,
  status: 502,
  reason: "Response not allowed",
  message: twoTexts(internalText, message),
});

/** One error found. Its members but `isInternal` are those of the objects in the errors variable. */
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
  readonly details: string;
  /** True: even of a request the caller learns nothing. */
  readonly isInternal?: boolean;
}

interface Recorded {
  readonly Name: string;
  readonly Type: string;
  readonly ValidationRule: string;
  readonly Details: string;
  readonly Action: string;
}

/** What was put into each variable of a request so far: several policies may add to one. */
const recorded = new WeakMap<Exchange, Map<string, Recorded[]>>();

/** Most errors that a variable holds. */
const MOST_ERRORS = 100;

/**
 * Takes errors in: writes them to the variable, a JArray of objects, and stops the message where the action is prevent. The variable is not
 * set while there are none.
 */
export class ErrorReport {
  private readonly isRequest: boolean;

  constructor(
    section: SectionName,
    private readonly variable: string | null,
    private readonly policy: string,
  ) {
    this.isRequest = isRequestSection(section);
  }

  /** Throws PolicyError (400 for a request, 502 for a response) if the action is prevent. */
  add(exchange: Exchange, action: ValidationAction, error: ValidationError): void {
    if (action === "ignore") return;
    if (this.variable !== null) this.record(exchange, this.variable, action, error);
    exchange.trace?.message(this.policy, exchange.section, error.details);
    if (action === "detect") return;
    const isPublic = this.isRequest && error.isInternal !== true;
    throw new PolicyError({
      reason: this.isRequest ? "Bad request" : "Response not allowed",
      status: this.isRequest ? 400 : 502,
      message: error.details,
      standsInOnError: true,
      ...(isPublic ? {} : { bodyMessage: internalText }),
    });
  }

  private record(exchange: Exchange, variable: string, action: ValidationAction, error: ValidationError): void {
    let variables = recorded.get(exchange);
    if (variables === undefined) recorded.set(exchange, (variables = new Map()));
    let all = variables.get(variable);
    if (all === undefined) variables.set(variable, (all = []));
    if (all.length >= MOST_ERRORS) return;
    all.push({ Name: error.name, Type: error.type, ValidationRule: error.rule, Details: error.details, Action: action });
    exchange.variables.set(variable, jsonArray(exchange, all));
  }
}

/** Data as a Newtonsoft JArray, which expressions can look into. */
export function jsonArray(exchange: Exchange, items: readonly unknown[]): unknown {
  const run = new Run(exchange.runtime.expressionHost, defaultLimits);
  return invokeStatic({ run, scope: builtinScope }, "Newtonsoft.Json.Linq.JArray", "Parse", JSON.stringify(items));
}
