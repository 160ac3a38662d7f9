import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { zeroOf } from "../../types/zero.js";
import { box, compare, equal, toText } from "../object.js";
import { type NetTypeObject, typeObject } from "../type.js";

/** System.Nullable: `T?` in raw form is null or the raw form of T, so that receivers here may be null. */

const argument = (site: CallSite) => site.declaringArguments[0]!;

function value(self: unknown): unknown {
  if (self === null) throw raise.invalidOperation("Nullable object must have a value.");
  return self;
}

/** System.Nullable<T> and the static class System.Nullable. */
export const nullableTypes: readonly TypeDeclaration[] = [
  defineType(
    "struct System.Nullable<T>",
    {
      "new(T value)": (given: unknown) => given,
      "bool HasValue { get; }": (self: unknown) => self !== null,
      "T Value { get; }": value,
      "T GetValueOrDefault()": withCall((site, self: unknown) => (self === null ? zeroOf(argument(site)) : self)),
      "T GetValueOrDefault(T defaultValue)": (self: unknown, given: unknown) => (self === null ? given : self),
      "string ToString()": withCall((site, self: unknown) => (self === null ? "" : toText(box(self, argument(site))))),
      "bool Equals(object other)": withCall((site, self: unknown, other: unknown) => equal(box(self, argument(site)), other)),
    },
    { zero: null },
  ),
  defineType("static class System.Nullable", {
    "static int Compare<T>(T? n1, T? n2)": withCall((site, a: unknown, b: unknown) => {
      const type = site.typeArguments[0]!;
      return compare(box(a, type), box(b, type));
    }),
    "static bool Equals<T>(T? n1, T? n2)": withCall((site, a: unknown, b: unknown) => {
      const type = site.typeArguments[0]!;
      return equal(box(a, type), box(b, type));
    }),
    "static Type GetUnderlyingType(Type nullableType)": (type: NetTypeObject | null) => {
      if (type === null) throw raise.argumentNull("nullableType");
      return type.type.underlying === null ? null : typeObject(type.type.underlying);
    },
  }),
];
