import { defineEnum } from "../../types/declare.js";

/** The bits of `System.Globalization.NumberStyles`. */
export const NumberStyles = {
  None: 0,
  AllowLeadingWhite: 1,
  AllowTrailingWhite: 2,
  AllowLeadingSign: 4,
  AllowTrailingSign: 8,
  AllowParentheses: 16,
  AllowDecimalPoint: 32,
  AllowThousands: 64,
  AllowExponent: 128,
  AllowCurrencySymbol: 256,
  AllowHexSpecifier: 512,
  Integer: 7,
  HexNumber: 515,
  Number: 111,
  Float: 167,
  Currency: 383,
  Any: 511,
} as const;

/** System.Globalization.NumberStyles. */
export const numberStylesType = defineEnum("System.Globalization.NumberStyles", NumberStyles, { flags: true, beyond: true });
