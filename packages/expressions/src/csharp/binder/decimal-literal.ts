import { Decimal } from "../../dotnet/numbers/decimal.js";
import { NetException } from "../../runtime/exceptions.js";

/** The value of a decimal literal, given its digits: `1.50`, `2e3`. Null if it is out of range. */
export function parseDecimalLiteral(text: string): Decimal | null {
  const match = /^(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/.exec(text);
  if (match === null) return null;
  const [, whole = "", fraction = "", exponent = "0"] = match;
  if (whole.length + fraction.length > 500) return null;
  try {
    return Decimal.of(BigInt(`${whole}${fraction}` || "0"), fraction.length - Number(exponent));
  } catch (error) {
    if (error instanceof NetException || error instanceof RangeError) return null;
    throw error;
  }
}
