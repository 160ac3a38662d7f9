/**
 * The shape that a YAML or JSON file must have: which keys, which kinds of values. Unknown keys are errors, since a typing
 * mistake in an optional key would otherwise pass in silence.
 */
export type Shape =
  | { readonly kind: "any" }
  | { readonly kind: "text" | "number" | "boolean"; readonly orNull?: boolean }
  /** Text, or a number or boolean that is taken as its text. */
  | { readonly kind: "scalar"; readonly orNull?: boolean }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "list"; readonly of: Shape }
  | { readonly kind: "map"; readonly of: Shape }
  | { readonly kind: "object"; readonly keys: Readonly<Record<string, Shape>>; readonly required?: readonly string[] }
  /** The first one whose kind of value fits. */
  | { readonly kind: "either"; readonly shapes: readonly Shape[] };

export const any: Shape = { kind: "any" };
export const text: Shape = { kind: "text" };
export const number: Shape = { kind: "number" };
export const boolean: Shape = { kind: "boolean" };
export const scalar: Shape = { kind: "scalar" };
export const textOrNull: Shape = { kind: "scalar", orNull: true };
export const word = (...words: readonly string[]): Shape => ({ kind: "word", words });
export const list = (of: Shape): Shape => ({ kind: "list", of });
export const map = (of: Shape): Shape => ({ kind: "map", of });
export const object = (keys: Readonly<Record<string, Shape>>, ...required: readonly string[]): Shape => ({
  kind: "object",
  keys,
  required,
});
export const either = (...shapes: readonly Shape[]): Shape => ({ kind: "either", shapes });
