/** What .NET's `char` knows about a UTF-16 code: category, white space, numeric value. */

/** `System.Globalization.UnicodeCategory`, in its order: the index is the enum's value. */
export const unicodeCategories = [
  ["UppercaseLetter", "Lu"],
  ["LowercaseLetter", "Ll"],
  ["TitlecaseLetter", "Lt"],
  ["ModifierLetter", "Lm"],
  ["OtherLetter", "Lo"],
  ["NonSpacingMark", "Mn"],
  ["SpacingCombiningMark", "Mc"],
  ["EnclosingMark", "Me"],
  ["DecimalDigitNumber", "Nd"],
  ["LetterNumber", "Nl"],
  ["OtherNumber", "No"],
  ["SpaceSeparator", "Zs"],
  ["LineSeparator", "Zl"],
  ["ParagraphSeparator", "Zp"],
  ["Control", "Cc"],
  ["Format", "Cf"],
  ["Surrogate", "Cs"],
  ["PrivateUse", "Co"],
  ["ConnectorPunctuation", "Pc"],
  ["DashPunctuation", "Pd"],
  ["OpenPunctuation", "Ps"],
  ["ClosePunctuation", "Pe"],
  ["InitialQuotePunctuation", "Pi"],
  ["FinalQuotePunctuation", "Pf"],
  ["OtherPunctuation", "Po"],
  ["MathSymbol", "Sm"],
  ["CurrencySymbol", "Sc"],
  ["ModifierSymbol", "Sk"],
  ["OtherSymbol", "So"],
  ["OtherNotAssigned", "Cn"],
] as const;

const CATEGORY_TESTS: readonly RegExp[] = unicodeCategories.map(([, short]) => new RegExp(`^\\p{${short}}$`, "u"));

/** Where .NET keeps the categories of early Unicode: § and ¶ are symbols, ª and º lower case, the soft hyphen a dash. */
const LATIN1_EXCEPTIONS: ReadonlyMap<number, number> = new Map([
  [0xa7, 28],
  [0xb6, 28],
  [0xaa, 1],
  [0xba, 1],
  [0xad, 19],
]);

const SURROGATE = 16;
const known = new Map<number, number>();

/** The category of a code point, as the enum's value. */
export function categoryOf(code: number): number {
  const cached = known.get(code);
  if (cached !== undefined) return cached;
  const category =
    LATIN1_EXCEPTIONS.get(code) ??
    (code >= 0xd800 && code <= 0xdfff ? SURROGATE : CATEGORY_TESTS.findIndex((test) => test.test(String.fromCodePoint(code))));
  if (known.size < 4096) known.set(code, category);
  return category;
}

/** `char.IsWhiteSpace`. */
export function isWhiteSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** Numbers that are not plain digits, in runs: first code, length, first value, step. */
const NUMERIC_RUNS: readonly (readonly [number, number, number, number])[] = [
  [0xb2, 2, 2, 1],
  [0xb9, 1, 1, 0],
  [0xbc, 3, 0.25, 0.25],
  [0x9f4, 4, 0.0625, 0.0625],
  [0x9f8, 2, 0.75, 15.25],
  [0xb72, 3, 0.25, 0.25],
  [0xb75, 3, 0.0625, 0.0625],
  [0xbf0, 2, 10, 90],
  [0xbf2, 1, 1000, 0],
  [0xc78, 4, 0, 1],
  [0xc7c, 3, 1, 1],
  [0xd70, 2, 10, 90],
  [0xd72, 1, 1000, 0],
  [0xd73, 3, 0.25, 0.25],
  [0xf2a, 9, 0.5, 1],
  [0xf33, 1, -0.5, 0],
  [0x1369, 10, 1, 1],
  [0x1373, 9, 20, 10],
  [0x137c, 1, 10000, 0],
  [0x16ee, 3, 17, 1],
  [0x17f0, 10, 0, 1],
  [0x19da, 1, 1, 0],
  [0x2070, 1, 0, 0],
  [0x2074, 6, 4, 1],
  [0x2080, 10, 0, 1],
  [0x2150, 1, 1 / 7, 0],
  [0x2151, 1, 1 / 9, 0],
  [0x2152, 1, 0.1, 0],
  [0x2153, 1, 1 / 3, 0],
  [0x2154, 1, 2 / 3, 0],
  [0x2155, 1, 0.2, 0],
  [0x2156, 1, 0.4, 0],
  [0x2157, 1, 0.6, 0],
  [0x2158, 1, 0.8, 0],
  [0x2159, 1, 1 / 6, 0],
  [0x215a, 1, 5 / 6, 0],
  [0x215b, 4, 0.125, 0.25],
  [0x215f, 2, 1, 0],
  [0x2161, 11, 2, 1],
  [0x216c, 2, 50, 50],
  [0x216e, 2, 500, 500],
  [0x2170, 12, 1, 1],
  [0x217c, 2, 50, 50],
  [0x217e, 2, 500, 500],
  [0x2180, 2, 1000, 4000],
  [0x2182, 1, 10000, 0],
  [0x2185, 2, 6, 44],
  [0x2187, 2, 50000, 50000],
  [0x2189, 1, 0, 0],
  [0x2460, 20, 1, 1],
  [0x2474, 20, 1, 1],
  [0x2488, 20, 1, 1],
  [0x24ea, 2, 0, 11],
  [0x24ec, 9, 12, 1],
  [0x24f5, 10, 1, 1],
  [0x24ff, 1, 0, 0],
  [0x2776, 10, 1, 1],
  [0x2780, 10, 1, 1],
  [0x278a, 10, 1, 1],
  [0x2cfd, 1, 0.5, 0],
  [0x3007, 1, 0, 0],
  [0x3021, 9, 1, 1],
  [0x3038, 3, 10, 10],
  [0x3192, 4, 1, 1],
  [0x3220, 10, 1, 1],
  [0x3248, 8, 10, 10],
  [0x3251, 15, 21, 1],
  [0x3280, 10, 1, 1],
  [0x32b1, 15, 36, 1],
  [0xa6e6, 9, 1, 1],
  [0xa6ef, 1, 0, 0],
  [0xa830, 3, 0.25, 0.25],
  [0xa833, 3, 0.0625, 0.0625],
];

const DECIMAL_DIGIT = 8;

/** `char.GetNumericValue`: -1 where the character is no number. */
export function numericValue(code: number): number {
  if (code < 128) return code >= 48 && code <= 57 ? code - 48 : -1;
  if (categoryOf(code) === DECIMAL_DIGIT) {
    // Digits stand in runs of ten.
    let start = code;
    while (categoryOf(start - 1) === DECIMAL_DIGIT) start--;
    return (code - start) % 10;
  }
  const run = NUMERIC_RUNS.find(([first, length]) => code >= first && code < first + length);
  return run === undefined ? -1 : run[2] + (code - run[0]) * run[3];
}
