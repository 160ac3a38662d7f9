import { doubleText, singleText } from "../format/number-text.js";
import type { Decimal } from "../numbers/decimal.js";
import { toText } from "../object.js";

/** `ToString()` of values in raw form, by the C# keyword of their type: for `Append`, `Write` and `Convert.ToString`. */
export const RAW_TEXT: Readonly<Record<string, (value: never) => string>> = {
  bool: (value: boolean) => (value ? "True" : "False"),
  char: (value: number) => String.fromCharCode(value),
  sbyte: String,
  byte: String,
  short: String,
  ushort: String,
  int: String,
  uint: String,
  long: String,
  ulong: String,
  float: singleText,
  double: doubleText,
  decimal: (value: Decimal) => value.toText(),
  string: (value: string | null) => value ?? "",
  object: toText,
};
