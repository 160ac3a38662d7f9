/**
 * A number taken apart for formatting: ± 0.d₁d₂d₃… × 10^scale. `digits` has no leading zeros and is empty for zero; trailing
 * zeros are there only where they count (decimal). The same buffer that .NET's formatting works on.
 */
export interface Digits {
  readonly negative: boolean;
  readonly digits: string;
  readonly scale: number;
}

/** The digits of an integer. */
export function integerDigits(value: number | bigint): Digits {
  const negative = value < 0;
  if (value === 0 || value === 0n) return { negative: false, digits: "", scale: 0 };
  const text = String(value);
  const digits = negative ? text.slice(1) : text;
  return { negative, digits, scale: digits.length };
}

/** The first `precision` significant digits of a finite double, correctly rounded, without trailing zeros. */
export function doubleDigits(value: number, precision: number): Digits {
  if (value === 0) return { negative: false, digits: "", scale: 0 };
  const text = Math.abs(value).toExponential(precision - 1);
  const split = text.indexOf("e");
  const mantissa = text[0]! + text.slice(2, split);
  return { negative: value < 0, digits: trimZeros(mantissa), scale: Number(text.slice(split + 1)) + 1 };
}

/** Without the zeros at the end. */
export function trimZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}

/** Rounds to `count` digits, half away from zero, and drops trailing zeros. A number that vanishes loses its sign. */
export function roundDigits({ negative, digits, scale }: Digits, count: number): Digits {
  if (count < 0) return { negative: false, digits: "", scale: 0 };
  let kept = digits.slice(0, count);
  let newScale = scale;
  if (count < digits.length && digits.charCodeAt(count) >= 53) {
    let i = kept.length;
    while (i > 0 && kept.charCodeAt(i - 1) === 57) i--;
    if (i > 0) kept = kept.slice(0, i - 1) + String.fromCharCode(kept.charCodeAt(i - 1) + 1);
    else {
      kept = "1";
      newScale++;
    }
  } else kept = trimZeros(kept);
  return kept === "" ? { negative: false, digits: "", scale: 0 } : { negative, digits: kept, scale: newScale };
}
