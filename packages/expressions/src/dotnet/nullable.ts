import type { CallSite } from "../types/declare.js";
import { defineType, type TypeDeclaration, withCall } from "../types/declare.js";
import { box, equal, hashCode } from "./object.js";

const boxed = (site: CallSite, value: unknown) => box(value, site.declaringArguments[0]!);

/** `T?`, the base class of value types, and `System.Nullable`. Most of what `T?` does the language does itself. */
export const nullableTypes: readonly TypeDeclaration[] = [
  defineType("abstract class System.ValueType", {}, { beyond: true }),
  defineType("struct System.Nullable<T>", {
    "new(T value)": (value: unknown) => value,
    "bool Equals(object other)": withCall((site, self: unknown, other: unknown) => equal(boxed(site, self), other)),
    "int GetHashCode()": withCall((site, self: unknown) => (self === null ? 0 : hashCode(boxed(site, self)))),
  }),
  defineType("static class System.Nullable", {}),
];
