import { NetException, raise } from "../runtime/exceptions.js";
import { defineType, type Reference, type TypeDeclaration } from "../types/declare.js";
import { isWhiteSpace } from "./text/unicode.js";

/** `bool.Parse`: "True" and "False" in any case, with white space and null characters around them. */
export function parseBoolean(text: string | null): boolean | NetException {
  if (text === null) return raise.argumentNull("value");
  switch (trimmed(text).toLowerCase()) {
    case "true":
      return true;
    case "false":
      return false;
    default:
      return raise.format("String was not recognized as a valid Boolean.");
  }
}

/** Without white space and nulls at the ends; empty if that is too long for either name. */
function trimmed(text: string): string {
  let [from, end] = [0, text.length];
  const isSkipped = (at: number) => text.charCodeAt(at) === 0 || isWhiteSpace(text.charCodeAt(at));
  while (from < end && isSkipped(from)) from++;
  while (end > from && isSkipped(end - 1)) end--;
  return end - from > 5 ? "" : text.slice(from, end);
}

/** `bool.Parse`, throwing. */
export function booleanOrThrow(text: string | null): boolean {
  const parsed = parseBoolean(text);
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

const order = (a: boolean, b: boolean) => (a === b ? 0 : a ? 1 : -1);
const text = (self: boolean) => (self ? "True" : "False");

/** System.Boolean. */
export const booleanTypes: readonly TypeDeclaration[] = [
  defineType(
    "struct System.Boolean : IComparable, IComparable<bool>, IEquatable<bool>",
    {
      "static string TrueString { get; }": () => "True",
      "static string FalseString { get; }": () => "False",
      "string ToString()": text,
      "string ToString(IFormatProvider provider)": text,
      "bool Equals(bool obj)": (self: boolean, other: boolean) => self === other,
      "int CompareTo(bool value)": order,
      "int CompareTo(object obj)": (self: boolean, other: unknown) => {
        if (other === null) return 1;
        if (typeof other === "boolean") return order(self, other);
        throw raise.argument("Object must be of type Boolean.");
      },
      "static bool Parse(string value)": booleanOrThrow,
      "static bool TryParse(string value, out bool result)": (value: string | null, result: Reference<boolean>) => {
        const parsed = parseBoolean(value);
        result.value = parsed === true;
        return typeof parsed === "boolean";
      },
    },
    { zero: false },
  ),
];
