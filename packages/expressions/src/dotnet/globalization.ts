import { NetException, raise } from "../runtime/exceptions.js";
import { defineEnum, defineType, type TypeDeclaration } from "../types/declare.js";
import { NetObject } from "../types/values.js";
import { numberStylesType } from "./numbers/number-styles.js";

/**
 * Culture is always the invariant one: every other culture is refused by name, so that no text is quietly written in the
 * wrong culture's way. English cultures of the United States are refused too: their dates and currency differ.
 */
class CultureInfo extends NetObject {
  override get declaration() {
    return cultureType;
  }

  override toText(): string {
    return "";
  }
}

class NumberFormatInfo extends NetObject {
  override get declaration() {
    return numberFormatType;
  }
}

class DateTimeFormatInfo extends NetObject {
  override get declaration() {
    return dateTimeFormatType;
  }
}

const invariant = new CultureInfo();
const numberFormat = new NumberFormatInfo();
const dateTimeFormat = new DateTimeFormatInfo();

function cultureByName(name: string | null): CultureInfo {
  if (name === null) throw raise.argumentNull("name");
  if (name === "") return invariant;
  throw new NetException(
    "System.Globalization.CultureNotFoundException",
    `Culture is not supported.\nParameter name: name\n${name} is an invalid culture identifier.`,
  );
}

const beyond = { beyond: true } as const;

const cultureType: TypeDeclaration = defineType(
  "class System.Globalization.CultureInfo : IFormatProvider",
  {
    "new(string name)": cultureByName,
    "new(string name, bool useUserOverride)": cultureByName,
    "static System.Globalization.CultureInfo InvariantCulture { get; }": () => invariant,
    "static System.Globalization.CultureInfo CurrentCulture { get; }": () => invariant,
    "static System.Globalization.CultureInfo CurrentUICulture { get; }": () => invariant,
    "static System.Globalization.CultureInfo GetCultureInfo(string name)": cultureByName,
    "static System.Globalization.CultureInfo CreateSpecificCulture(string name)": cultureByName,
    "string Name { get; }": () => "",
    "string DisplayName { get; }": () => "Invariant Language (Invariant Country)",
    "string EnglishName { get; }": () => "Invariant Language (Invariant Country)",
    "string NativeName { get; }": () => "Invariant Language (Invariant Country)",
    "string TwoLetterISOLanguageName { get; }": () => "iv",
    "string ThreeLetterISOLanguageName { get; }": () => "ivl",
    "int LCID { get; }": () => 127,
    "bool IsNeutralCulture { get; }": () => false,
    "bool IsReadOnly { get; }": () => true,
    "System.Globalization.NumberFormatInfo NumberFormat { get; }": () => numberFormat,
    "System.Globalization.DateTimeFormatInfo DateTimeFormat { get; }": () => dateTimeFormat,
  },
  beyond,
);

const numberFormatType: TypeDeclaration = defineType(
  "sealed class System.Globalization.NumberFormatInfo : IFormatProvider",
  {
    "static System.Globalization.NumberFormatInfo InvariantInfo { get; }": () => numberFormat,
    "static System.Globalization.NumberFormatInfo CurrentInfo { get; }": () => numberFormat,
    "string NumberDecimalSeparator { get; }": () => ".",
    "string NumberGroupSeparator { get; }": () => ",",
    "string CurrencySymbol { get; }": () => "¤",
    "string NegativeSign { get; }": () => "-",
    "string PositiveSign { get; }": () => "+",
    "string PercentSymbol { get; }": () => "%",
    "string PerMilleSymbol { get; }": () => "‰",
    "string NaNSymbol { get; }": () => "NaN",
    "string PositiveInfinitySymbol { get; }": () => "Infinity",
    "string NegativeInfinitySymbol { get; }": () => "-Infinity",
    "int NumberDecimalDigits { get; }": () => 2,
  },
  beyond,
);

const dateTimeFormatType: TypeDeclaration = defineType(
  "sealed class System.Globalization.DateTimeFormatInfo : IFormatProvider",
  {
    "static System.Globalization.DateTimeFormatInfo InvariantInfo { get; }": () => dateTimeFormat,
    "static System.Globalization.DateTimeFormatInfo CurrentInfo { get; }": () => dateTimeFormat,
    "string RFC1123Pattern { get; }": () => "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "string SortableDateTimePattern { get; }": () => "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "string UniversalSortableDateTimePattern { get; }": () => "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
    "string ShortDatePattern { get; }": () => "MM/dd/yyyy",
    "string LongDatePattern { get; }": () => "dddd, dd MMMM yyyy",
    "string ShortTimePattern { get; }": () => "HH:mm",
    "string LongTimePattern { get; }": () => "HH:mm:ss",
  },
  beyond,
);

/** System.Globalization, as far as the invariant culture goes. */
export const globalizationTypes: readonly TypeDeclaration[] = [
  cultureType,
  numberFormatType,
  dateTimeFormatType,
  numberStylesType,
  defineType("interface System.IFormatProvider", {}, beyond),
  defineEnum(
    "System.Globalization.CompareOptions",
    {
      None: 0,
      IgnoreCase: 1,
      IgnoreNonSpace: 2,
      IgnoreSymbols: 4,
      IgnoreKanaType: 8,
      IgnoreWidth: 16,
      OrdinalIgnoreCase: 0x10000000,
      StringSort: 0x20000000,
      Ordinal: 0x40000000,
    },
    { flags: true, beyond: true },
  ),
  defineEnum(
    "System.Globalization.DateTimeStyles",
    {
      None: 0,
      AllowLeadingWhite: 1,
      AllowTrailingWhite: 2,
      AllowInnerWhite: 4,
      AllowWhiteSpaces: 7,
      NoCurrentDateDefault: 8,
      AdjustToUniversal: 16,
      AssumeLocal: 32,
      AssumeUniversal: 64,
      RoundtripKind: 128,
    },
    { flags: true, beyond: true },
  ),
  defineEnum("System.Globalization.TimeSpanStyles", { None: 0, AssumeNegative: 1 }, { flags: true, beyond: true }),
];
