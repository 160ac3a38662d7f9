import type { Headers } from "../http/headers.js";
import { PolicyError } from "./error.js";

/** One way in which a policy ends a request, as its page tells it: what `context.LastError` and the caller see. */
export interface DocumentedError {
  readonly when: string;
  /** Of the answer; text for one that depends on something. */
  readonly status: number | string;
  /** `LastError.Reason`; null where there is none, as where on-error has no part in it. */
  readonly reason: string | null;
  /** `LastError.Message`; what stands in braces is filled in. */
  readonly message: string;
  /** What the caller is told, where it is not the message. */
  readonly toCaller?: string;
  /** The attribute whose text, where it is given, callers are told instead. */
  readonly toCallerFrom?: string;
}

/** What {@link policyError} takes: the error as pages tell it, and what else its answer has. */
export interface ErrorDeclaration extends DocumentedError {
  /** Reason phrase of the answer; the standard one where left out. */
  readonly statusReason?: string;
  /** True: thrown in on-error, it still answers as it says; other failures there are a 500. */
  readonly standsInOnError?: boolean;
}

/** What one occurrence of an error adds to its declaration. */
export interface ErrorOccurrence {
  /** `LastError.Source`, where it is not the policy's element name. */
  readonly source?: string;
  /** The status, where the declared one depends on something. */
  readonly status?: number;
  /** Reason phrase of the answer, where it depends on something. */
  readonly statusReason?: string;
  /** What the caller is told, where the policy's author has said so. */
  readonly toCaller?: string;
  /** Headers of the answer, such as Retry-After. */
  readonly headers?: Iterable<readonly [string, string]> | Headers;
  /** True: the response as it stands becomes the answer, status and body included. */
  readonly keepsResponse?: boolean;
  readonly cause?: unknown;
  /** For the operator alone, in a sentence: why it came to this, where the message does not say. */
  readonly why?: string;
}

/** The names that stand in braces in a text. */
export type ErrorBlanks<T> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | ErrorBlanks<Rest> : never;

/** What the blanks are filled with. */
export type ErrorValues<B extends string> = Readonly<Record<B, string | number>>;

/** What {@link DeclaredError.error} takes: values where there are blanks, a status where the declared one depends on something. */
export type ErrorArguments<B extends string, S> = S extends string
  ? [values: ErrorValues<B>, occurrence: ErrorOccurrence & { readonly status: number }]
  : [B] extends [never]
    ? [values?: ErrorValues<never>, occurrence?: ErrorOccurrence]
    : [values: ErrorValues<B>, occurrence?: ErrorOccurrence];

/** A declared error: what its page says of it, and the way to throw it. */
export interface DeclaredError<B extends string = string, S extends number | string = number | string> extends ErrorDeclaration {
  readonly status: S;
  /** `LastError.Message` alone, for whoever goes on in spite of it. */
  text(values: ErrorValues<B>): string;
  /** The error to throw, with what its texts have in braces filled in. */
  error(...args: ErrorArguments<B, S>): PolicyError;
}

/**
 * Declares an error of a policy. Its texts stand here and nowhere else: `errors` of the definition lists it, pages read it, and
 * `compile`'s step throws it.
 *
 * @example
 * const keyUnknown = policyError({ when: "the key is not known", status: 403, reason: "KeyUnknown", message: "The key '{key}' is not known." });
 * throw keyUnknown.error({ key });
 */
export function policyError<
  const M extends string,
  const S extends number | string,
  const D extends ErrorDeclaration & { readonly message: M; readonly status: S },
>(
  declaration: D & { readonly message: M; readonly status: S },
): DeclaredError<ErrorBlanks<M | (D extends { readonly toCaller: infer C } ? C : never)>, S> {
  const message = textWithBlanks(declaration.message);
  const toCaller = declaration.toCaller === undefined ? null : textWithBlanks(declaration.toCaller);
  const error = (values: ErrorValues<string> = {}, occurrence: ErrorOccurrence = {}): PolicyError => {
    const { toCaller: given, status = declaration.status, ...rest } = occurrence;
    if (typeof status !== "number")
      throw new TypeError(`Invalid error ${declaration.reason}: status is missing: expected a number.`);
    const bodyMessage = given ?? toCaller?.(values);
    return new PolicyError({
      reason: declaration.reason ?? "",
      message: message(values),
      status,
      ...(declaration.statusReason === undefined ? {} : { statusReason: declaration.statusReason }),
      ...(declaration.standsInOnError === undefined ? {} : { standsInOnError: declaration.standsInOnError }),
      ...(bodyMessage === undefined ? {} : { bodyMessage }),
      ...rest,
    });
  };
  return { ...declaration, text: message, error };
}

/** Puts values into the blanks of a text, in one pass: a value that has braces of its own stays as it is. */
function textWithBlanks(template: string): (values: ErrorValues<string>) => string {
  const parts = template.split(/\{([^}]*)\}/);
  if (parts.length === 1) return () => template;
  return (values) => parts.map((part, index) => (index % 2 === 0 ? part : String(values[part]))).join("");
}

/** What callers are told of a failure that is none of their business. */
export const internalServerError = "Internal server error";

/** Declares an error that says nothing of itself to the caller: a 500 whose sentence is in LastError only. */
export function internalError<const M extends string>(
  when: string,
  reason: string | null,
  message: M,
): DeclaredError<ErrorBlanks<M>, 500> {
  return policyError({ when, status: 500, reason, message, toCaller: internalServerError });
}

/** Declares the error of an expression whose value the policy cannot work with: reported as if the expression had thrown. */
export function expressionError<const M extends string>(when: string, message: M): DeclaredError<ErrorBlanks<M>, 500> {
  const whole: `Expression evaluation failed. ${M}` = `Expression evaluation failed. ${message}`;
  return internalError(when, "ExpressionValueEvaluationFailure", whole) as DeclaredError<ErrorBlanks<M>, 500>;
}
