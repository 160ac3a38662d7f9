import { raise } from "../../runtime/exceptions.js";
import { defineType, type TypeDeclaration } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import { compare, equal, hashCode, keyOf } from "../object.js";
import {
  type Comparison,
  CULTURE,
  CULTURE_IGNORE_CASE,
  compareStrings,
  comparisonKey,
  equalStrings,
  ORDINAL,
  ORDINAL_IGNORE_CASE,
} from "./compare.js";

/**
 * System.StringComparer. Collections use it through {@link compareValues}, {@link equalValues} and {@link keyOfValue}, all on
 * values in object form.
 */
export class StringComparer extends NetObject {
  constructor(
    readonly by: Comparison,
    private readonly typeName: string,
  ) {
    super();
  }

  override get declaration() {
    return comparerType;
  }

  override toText(): string {
    return this.typeName;
  }

  compareValues(a: unknown, b: unknown): number {
    return isText(a) && isText(b) ? compareStrings(a, b, this.by) : compare(a, b);
  }

  equalValues(a: unknown, b: unknown): boolean {
    return isText(a) && isText(b) ? equalStrings(a, b, this.by) : equal(a, b);
  }

  /** A key for Map and Set that is the same exactly for values that are equal here. */
  keyOfValue(value: unknown): unknown {
    return keyOf(typeof value === "string" ? comparisonKey(value, this.by) : value);
  }
}

const isText = (value: unknown): value is string | null => typeof value === "string" || value === null;

const culture = new StringComparer(CULTURE, "System.CultureAwareComparer");
const cultureIgnoreCase = new StringComparer(CULTURE_IGNORE_CASE, "System.CultureAwareComparer");
const ordinal = new StringComparer(ORDINAL, "System.OrdinalComparer");
const ordinalIgnoreCase = new StringComparer(ORDINAL_IGNORE_CASE, "System.OrdinalIgnoreCaseComparer");

function hash(self: StringComparer, value: unknown): number {
  if (value === null) throw raise.argumentNull("obj");
  return hashCode(self.keyOfValue(value));
}

const comparerType: TypeDeclaration = defineType(
  "abstract class System.StringComparer : System.Collections.Generic.IComparer<string>, System.Collections.Generic.IEqualityComparer<string>",
  {
    "static StringComparer CurrentCulture { get; }": () => culture,
    "static StringComparer CurrentCultureIgnoreCase { get; }": () => cultureIgnoreCase,
    "static StringComparer InvariantCulture { get; }": () => culture,
    "static StringComparer InvariantCultureIgnoreCase { get; }": () => cultureIgnoreCase,
    "static StringComparer Ordinal { get; }": () => ordinal,
    "static StringComparer OrdinalIgnoreCase { get; }": () => ordinalIgnoreCase,
    "static StringComparer Create(System.Globalization.CultureInfo culture, bool ignoreCase)": (
      cultureInfo: unknown,
      ignoreCase: boolean,
    ) => {
      if (cultureInfo === null) throw raise.argumentNull("culture");
      return ignoreCase ? cultureIgnoreCase : culture;
    },
    "int Compare(string x, string y)": (self: StringComparer, a: string | null, b: string | null) => self.compareValues(a, b),
    "int Compare(object x, object y)": (self: StringComparer, a: unknown, b: unknown) => self.compareValues(a, b),
    "bool Equals(string x, string y)": (self: StringComparer, a: string | null, b: string | null) => self.equalValues(a, b),
    "bool Equals(object x, object y)": (self: StringComparer, a: unknown, b: unknown) => self.equalValues(a, b),
    "int GetHashCode(string obj)": hash,
    "int GetHashCode(object obj)": hash,
  },
);

/** System.StringComparer. */
export const stringComparerTypes: readonly TypeDeclaration[] = [comparerType];
