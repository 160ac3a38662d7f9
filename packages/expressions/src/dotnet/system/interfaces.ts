import { defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { NetArray } from "../../types/values.js";
import { toFormat } from "../format/value.js";
import { box, compare, equal } from "../object.js";

/** The small interfaces and base classes of System that others are declared with. */

const beyond = { beyond: true } as const;

/** What a run-time object has if `Dispose` is to do anything. */
interface Disposable {
  dispose?(): void;
  close?(): void;
}

/** System.ValueType, Delegate, IDisposable, IComparable, IEquatable, IFormattable, ICloneable. */
export const interfaceTypes: readonly TypeDeclaration[] = [
  defineType("abstract class System.ValueType", {}, beyond),
  defineType("abstract class System.Delegate", {}, beyond),
  defineType(
    "interface System.IDisposable",
    {
      "void Dispose()": (self: Disposable) => {
        if (self.dispose !== undefined) self.dispose();
        else self.close?.();
      },
    },
    beyond,
  ),
  defineType(
    "interface System.IComparable",
    { "int CompareTo(object obj)": (self: unknown, other: unknown) => compare(self, other) },
    beyond,
  ),
  defineType(
    "interface System.IComparable<in T>",
    {
      "int CompareTo(T other)": withCall((site, self: unknown, other: unknown) =>
        compare(self, box(other, site.declaringArguments[0]!)),
      ),
    },
    beyond,
  ),
  defineType(
    "interface System.IEquatable<T>",
    {
      "bool Equals(T other)": withCall((site, self: unknown, other: unknown) =>
        equal(self, box(other, site.declaringArguments[0]!)),
      ),
    },
    beyond,
  ),
  defineType(
    "interface System.IFormattable",
    {
      "string ToString(string format, IFormatProvider formatProvider)": (self: unknown, format: string | null) =>
        toFormat(self, format),
    },
    beyond,
  ),
  defineType(
    "interface System.ICloneable",
    {
      "object Clone()": (self: unknown) =>
        self instanceof NetArray ? new NetArray(self.elementType, self.items.slice(), self.lengths) : self,
    },
    beyond,
  ),
];
