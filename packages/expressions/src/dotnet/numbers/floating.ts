import { NetException, raise } from "../../runtime/exceptions.js";
import { constant, defineType, type Reference, type TypeDeclaration } from "../../types/declare.js";
import { Boxed } from "../../types/values.js";
import { formatDouble, formatSingle } from "../format/number.js";
import { NumberStyles } from "./number-styles.js";
import { parseReal } from "./parse.js";

/** Default styles of `double.Parse`. */
export const REAL_STYLES = NumberStyles.Float | NumberStyles.AllowThousands;

/** `CompareTo`: NaN comes before every number and equals itself. */
function order(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return 0;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1;
}

const same = (a: number, b: number) => a === b || (Number.isNaN(a) && Number.isNaN(b));

/** `double.Parse` and `float.Parse`. */
export function parseRealOrThrow(text: string | null, styles: number, isSingle: boolean): number {
  const parsed = parseReal(text, styles, isSingle);
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

function floatingType(name: string, keyword: string, largest: number, smallest: number): TypeDeclaration {
  const isSingle = keyword === "float";
  const format = isSingle ? formatSingle : formatDouble;
  const text = (self: number) => format(self, null);
  const formatted = (self: number, pattern: string | null) => format(self, pattern);
  const parse = (s: string | null, styles: number) => parseRealOrThrow(s, styles, isSingle);
  const parseDefault = (s: string | null) => parseRealOrThrow(s, REAL_STYLES, isSingle);
  const tryParse = (s: string | null, styles: number, result: Reference<number>) => {
    const parsed = parseReal(s, styles, isSingle);
    const isNumber = typeof parsed === "number";
    result.value = isNumber ? parsed : 0;
    return isNumber;
  };
  return defineType(
    `struct System.${name} : IComparable, IFormattable, IComparable<${keyword}>, IEquatable<${keyword}>`,
    {
      [`const ${keyword} MaxValue`]: constant(largest),
      [`const ${keyword} MinValue`]: constant(-largest),
      [`const ${keyword} Epsilon`]: constant(smallest),
      [`const ${keyword} NaN`]: constant(Number.NaN),
      [`const ${keyword} PositiveInfinity`]: constant(Number.POSITIVE_INFINITY),
      [`const ${keyword} NegativeInfinity`]: constant(Number.NEGATIVE_INFINITY),
      [`static bool IsNaN(${keyword} d)`]: (value: number) => Number.isNaN(value),
      [`static bool IsInfinity(${keyword} d)`]: (value: number) => Math.abs(value) === Number.POSITIVE_INFINITY,
      [`static bool IsPositiveInfinity(${keyword} d)`]: (value: number) => value === Number.POSITIVE_INFINITY,
      [`static bool IsNegativeInfinity(${keyword} d)`]: (value: number) => value === Number.NEGATIVE_INFINITY,
      "string ToString()": text,
      "string ToString(string format)": formatted,
      "string ToString(IFormatProvider provider)": text,
      "string ToString(string format, IFormatProvider provider)": formatted,
      "int CompareTo(object value)": (self: number, value: unknown) => {
        if (value === null) return 1;
        if (value instanceof Boxed && value.type.definitionName === `System.${name}`) return order(self, value.value as number);
        throw raise.argument(`Object must be of type ${name}.`);
      },
      [`int CompareTo(${keyword} value)`]: order,
      [`bool Equals(${keyword} obj)`]: same,
      [`static ${keyword} Parse(string s)`]: parseDefault,
      [`static ${keyword} Parse(string s, System.Globalization.NumberStyles style)`]: parse,
      [`static ${keyword} Parse(string s, IFormatProvider provider)`]: parseDefault,
      [`static ${keyword} Parse(string s, System.Globalization.NumberStyles style, IFormatProvider provider)`]: parse,
      [`static bool TryParse(string s, out ${keyword} result)`]: (s: string | null, result: Reference<number>) =>
        tryParse(s, REAL_STYLES, result),
      [`static bool TryParse(string s, System.Globalization.NumberStyles style, IFormatProvider provider, out ${keyword} result)`]:
        (s: string | null, styles: number, _provider: unknown, result: Reference<number>) => tryParse(s, styles, result),
    },
    { zero: 0 },
  );
}

/** System.Double and System.Single. */
export const floatingTypes: readonly TypeDeclaration[] = [
  floatingType("Double", "double", Number.MAX_VALUE, Number.MIN_VALUE),
  floatingType("Single", "float", 2 ** 128 - 2 ** 104, 2 ** -149),
];
