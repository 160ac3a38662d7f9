/** How a stylesheet writes numbers (`xsl:decimal-format`). */
export interface DecimalFormat {
  readonly decimal: string;
  readonly grouping: string;
  readonly infinity: string;
  readonly minus: string;
  readonly nan: string;
  readonly percent: string;
  readonly perMille: string;
  readonly zero: string;
  readonly digit: string;
  readonly separator: string;
}

/** What holds where no xsl:decimal-format is given. */
export const defaultDecimalFormat: DecimalFormat = {
  decimal: ".",
  grouping: ",",
  infinity: "Infinity",
  minus: "-",
  nan: "NaN",
  percent: "%",
  perMille: "\u2030",
  zero: "0",
  digit: "#",
  separator: ";",
};

/** Most digits behind the point. */
const MOST_FRACTION = 20;

/** `format-number` (XSLT 1.0, section 12.3). Throws SyntaxError for a picture that is none. */
export function formatNumber(value: number, picture: string, format: DecimalFormat): string {
  if (Number.isNaN(value)) return format.nan;
  const [positive = "", negative] = picture.split(format.separator);
  const isNegative = value < 0 || Object.is(value, -0);
  const part = isNegative && negative !== undefined ? negative : positive;
  const isActive = (character: string): boolean =>
    character === format.zero || character === format.digit || character === format.decimal || character === format.grouping;
  const characters = Array.from(part);
  const first = characters.findIndex(isActive);
  if (first < 0) throw new SyntaxError(`The picture "${picture.slice(0, 50)}" of format-number has no digit.`);
  const last = characters.length - [...characters].reverse().findIndex(isActive);
  const prefix = characters.slice(0, first).join("");
  const suffix = characters.slice(last).join("");
  const affixes = prefix + suffix;
  const scaled = Math.abs(value) * (affixes.includes(format.percent) ? 100 : affixes.includes(format.perMille) ? 1000 : 1);
  const sign = isNegative && negative === undefined && value !== 0 ? format.minus : "";
  if (!Number.isFinite(scaled)) return sign + prefix + format.infinity + suffix;

  const [whole = "", fraction = ""] = characters.slice(first, last).join("").split(format.decimal);
  const count = (text: string, character: string): number => text.split(character).length - 1;
  const leastWhole = count(whole, format.zero);
  const leastFraction = count(fraction, format.zero);
  const mostFraction = Math.min(MOST_FRACTION, leastFraction + count(fraction, format.digit));
  let [integer = "0", decimals = ""] = roundedText(scaled, mostFraction).split(".");
  while (decimals.length > leastFraction && decimals.endsWith("0")) decimals = decimals.slice(0, -1);
  integer = integer.replace(/^0+/, "").padStart(leastWhole, "0");
  if (integer === "" && decimals === "") integer = "0";
  const group = whole.includes(format.grouping) ? whole.length - whole.lastIndexOf(format.grouping) - 1 : 0;
  if (group > 0) integer = integer.replace(new RegExp(`\\B(?=(?:\\d{${group}})+$)`, "g"), "\0");
  const zero = format.zero.codePointAt(0)! - 48;
  const written = (decimals === "" ? integer : `${integer}.${decimals}`).replace(/[\d.\0]/g, (character) =>
    character === "."
      ? format.decimal
      : character === "\0"
        ? format.grouping
        : String.fromCodePoint(character.charCodeAt(0) + zero),
  );
  return sign + prefix + written + suffix;
}

/** Rounded half to even, as .NET and Java do here. */
function roundedText(value: number, digits: number): string {
  if (value >= 1e21) return BigInt(value).toString();
  const text = value.toFixed(digits);
  const exact = value * 10 ** digits;
  if (exact < 2 ** 52 && exact % 1 === 0.5) {
    const even = 2 * Math.round(exact / 2);
    return (even / 10 ** digits).toFixed(digits);
  }
  return text;
}

/** Numbers as `xsl:number` writes them (section 7.7.1). Throws SyntaxError for a list that is too long. */
export function formatList(
  numbers: readonly number[],
  format: string,
  grouping: { readonly separator: string; readonly size: number },
): string {
  const tokens = format.match(/[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu) ?? ["1"];
  const isPunctuation = (token: string | undefined): boolean => token !== undefined && !/^[\p{L}\p{N}]/u.test(token);
  const start = isPunctuation(tokens[0]) ? tokens.shift()! : "";
  const end = isPunctuation(tokens.at(-1)) ? tokens.pop()! : "";
  const formats = tokens.filter((token) => !isPunctuation(token));
  const separators = tokens.filter((token) => isPunctuation(token));
  if (formats.length === 0) formats.push("1");
  return (
    start +
    numbers
      .map((number, i) => {
        const lead = i === 0 ? "" : (separators[Math.min(i, separators.length) - 1] ?? ".");
        return lead + formatOne(number, formats[Math.min(i, formats.length - 1)]!, grouping);
      })
      .join("") +
    end
  );
}

function formatOne(
  number: number,
  format: string,
  { separator, size }: { readonly separator: string; readonly size: number },
): string {
  if (format === "a" || format === "A") {
    const text = letters(number);
    return format === "a" ? text : text.toUpperCase();
  }
  if (format === "i" || format === "I") {
    const text = roman(number);
    return format === "I" ? text : text.toLowerCase();
  }
  const plain = String(number).padStart(format.length, "0");
  return separator === "" || size < 1 ? plain : plain.replace(new RegExp(`\\B(?=(?:\\d{${size}})+$)`, "g"), () => separator);
}

function letters(number: number): string {
  let text = "";
  for (let left = number; left > 0; left = Math.floor((left - 1) / 26)) text = String.fromCharCode(97 + ((left - 1) % 26)) + text;
  return text;
}

const ROMAN = [
  ["M", 1000],
  ["CM", 900],
  ["D", 500],
  ["CD", 400],
  ["C", 100],
  ["XC", 90],
  ["L", 50],
  ["XL", 40],
  ["X", 10],
  ["IX", 9],
  ["V", 5],
  ["IV", 4],
  ["I", 1],
] as const;

function roman(number: number): string {
  if (number < 1 || number > 4999) return String(number);
  let text = "";
  let left = number;
  for (const [sign, value] of ROMAN) for (; left >= value; left -= value) text += sign;
  return text;
}
