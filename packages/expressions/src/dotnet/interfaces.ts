import { defineType, type TypeDeclaration } from "../types/declare.js";
import { compare, equal, toFormat } from "./object.js";

const beyond = { beyond: true } as const;

/** An object that an expression may dispose of: `using` calls this whatever the class. */
interface Disposable {
  dispose?(): void;
}

/** Interfaces that many types implement and that declare nothing of their own to compute. */
export const interfaceTypes: readonly TypeDeclaration[] = [
  defineType("interface System.IComparable", { "int CompareTo(object obj)": compare }, beyond),
  defineType("interface System.IComparable<in T>", { "int CompareTo(T other)": compare }, beyond),
  defineType("interface System.IEquatable<T>", { "bool Equals(T other)": equal }, beyond),
  defineType(
    "interface System.IFormattable",
    {
      "string ToString(string format, IFormatProvider formatProvider)": (self: unknown, format: string | null) =>
        toFormat(self, format),
    },
    beyond,
  ),
  defineType(
    "interface System.IDisposable",
    {
      "void Dispose()": (self: Disposable) => {
        self.dispose?.();
      },
    },
    beyond,
  ),
];
