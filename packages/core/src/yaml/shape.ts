/**
 * The shape that a YAML or JSON file must have: which keys, which kinds of values. Unknown keys are errors, since a typing
 * mistake in an optional key would otherwise pass in silence.
 */
export type Shape =
  | { readonly kind: "any" }
  | { readonly kind: "text" | "number" | "boolean"; readonly orNull?: boolean }
  /** A whole number from 1. */
  | { readonly kind: "count" }
  /** Text, or a number or boolean that is taken as its text. */
  | { readonly kind: "scalar"; readonly orNull?: boolean }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly of: Shape }
  | { readonly kind: "object"; readonly keys: Readonly<Record<string, Shape>>; readonly required?: readonly string[] }
  /** The first one whose kind of value fits. */
  | { readonly kind: "either"; readonly shapes: readonly Shape[] };

/** Any value. */
export const any: Shape = { kind: "any" };
/** A text. */
export const text: Shape = { kind: "text" };
/** A number. */
export const number: Shape = { kind: "number" };
/** A whole number from 1. */
export const count: Shape = { kind: "count" };
/** True or false. */
export const boolean: Shape = { kind: "boolean" };
/** A text, or a number or boolean that is taken as its text. */
export const scalar: Shape = { kind: "scalar" };
/** A text, or null. */
export const textOrNull: Shape = { kind: "scalar", orNull: true };
/** One of a few words. */
export const word = (...words: readonly string[]): Shape => ({ kind: "word", words });
/** A list of values of one shape. */
export const list = (of: Shape): Shape => ({ kind: "list", of });
/** A mapping from any keys to values of one shape. */
export const map = (of: Shape): Shape => ({ kind: "map", of });
/** The keys that an interface has, each with its shape: one that only one of them has does not compile. */
export type KeysOf<T> = string extends keyof T ? Readonly<Record<string, Shape>> : { readonly [K in keyof T]-?: Shape };

/** The keys that must be there. */
type RequiredKey<T> = string extends keyof T
  ? string
  : { [K in keyof T]-?: Partial<Pick<T, K>> extends Pick<T, K> ? never : K }[keyof T];

/**
 * A mapping with these keys and no others.
 * @typeParam T the interface that the mapping is read as: it has the same keys
 * @param required those of them that must be there
 */
export const object = <T = Readonly<Record<string, unknown>>>(
  keys: KeysOf<T>,
  ...required: readonly (RequiredKey<T> & string)[]
): Shape => ({ kind: "object", keys, required });
/** One of several shapes: the first whose kind of value fits. */
export const either = (...shapes: readonly Shape[]): Shape => ({ kind: "either", shapes });
