import { NetException } from "@turnpike/expressions";
import { type BaseType, Boxed, raise } from "@turnpike/expressions/values";
import { changeType, nameOfType, typeOfValue } from "../numbers.js";
import { type Rendering, syntaxException } from "../rendering.js";
import { isEnumerable } from "../values.js";

/** A parameter of a filter: how a value becomes an argument, and what stands in where none is given. */
export interface Parameter<T> {
  readonly name: string;
  /** Absent: an argument must be given. */
  readonly fallback?: T;
  convert(value: unknown, r: Rendering): T;
}

/** The text of a value; nothing stays nothing. A list or object fails. */
export function text(name: string, fallback?: string): Parameter<string | null> {
  return parameter(name, fallback, (value, r) =>
    value === null || typeof value === "string" ? value : String(converted(value, "String", r)),
  );
}

/** A whole number; nothing is 0. A text is parsed, other numbers are rounded, what does not fit fails. */
export function whole(name: string, fallback?: number): Parameter<number> {
  return parameter(name, fallback, (value, r) => (value === null ? 0 : Number(converted(value, "Int32", r))));
}

/** As {@link whole}, of 64 bits. */
export function long(name: string, fallback?: number): Parameter<number> {
  return parameter(name, fallback, (value, r) => {
    if (value === null) return 0;
    const number = converted(value, "Int64", r);
    return number instanceof Boxed ? Number(number.value) : 0;
  });
}

/** Any value. */
export function any(name: string, fallback?: unknown): Parameter<unknown> {
  return parameter(name, fallback, (value) => value);
}

/** Something with items, or nothing. */
export function items(name: string): Parameter<unknown> {
  return parameter(name, undefined, (value) => {
    if (value === null || isEnumerable(value)) return value;
    throw typeOfValue(value) === null ? notConvertible(value, "System.Collections.IEnumerable") : badCast(value);
  });
}

function parameter<T>(name: string, fallback: T | undefined, convert: (value: unknown, r: Rendering) => T): Parameter<T> {
  return fallback === undefined ? { name, convert } : { name, fallback, convert };
}

function converted(value: unknown, to: BaseType, r: Rendering): unknown {
  if (typeOfValue(value) === null) throw notConvertible(value, `System.${to}`);
  return changeType(r.site, value, to);
}

function notConvertible(value: unknown, to: string): NetException {
  return raise.argument(`Object of type '${nameOfType(value)}' cannot be converted to type '${to}'.`);
}

function badCast(value: unknown): NetException {
  return new NetException(
    "System.InvalidCastException",
    `Invalid cast from '${nameOfType(value)}' to 'System.Collections.IEnumerable'.`,
  );
}

/** A filter. The piped value is its first argument. */
export interface Filter {
  /** @param values the piped value and the arguments as written, null for nothing */
  apply(name: string, values: readonly unknown[], r: Rendering): unknown;
}

/** A filter of the piped value alone. */
export function filter1<A>(a: Parameter<A>, run: (r: Rendering, a: A) => unknown): Filter {
  return {
    apply(name, values, r) {
      checkCount(values, [a], name);
      return run(r, argument(values, 0, a, r));
    },
  };
}

/** A filter with one argument. */
export function filter2<A, B>(a: Parameter<A>, b: Parameter<B>, run: (r: Rendering, a: A, b: B) => unknown): Filter {
  return {
    apply(name, values, r) {
      checkCount(values, [a, b], name);
      return run(r, argument(values, 0, a, r), argument(values, 1, b, r));
    },
  };
}

/** A filter with two arguments. */
export function filter3<A, B, C>(
  a: Parameter<A>,
  b: Parameter<B>,
  c: Parameter<C>,
  run: (r: Rendering, a: A, b: B, c: C) => unknown,
): Filter {
  return {
    apply(name, values, r) {
      checkCount(values, [a, b, c], name);
      return run(r, argument(values, 0, a, r), argument(values, 1, b, r), argument(values, 2, c, r));
    },
  };
}

function checkCount(values: readonly unknown[], parameters: readonly Parameter<unknown>[], filter: string): void {
  for (let i = values.length; i < parameters.length; i++)
    if (!("fallback" in parameters[i]!))
      throw syntaxException(
        `Error - Filter '${filter}' does not have a default value for '${parameters[i]!.name}' and no value was supplied`,
      );
  if (values.length > parameters.length)
    throw new NetException("System.Reflection.TargetParameterCountException", "Parameter count mismatch.");
}

function argument<T>(values: readonly unknown[], index: number, parameter: Parameter<T>, r: Rendering): T {
  if (index < values.length) return parameter.convert(values[index] ?? null, r);
  // checkCount has seen to it that there is one.
  return parameter.fallback!;
}
