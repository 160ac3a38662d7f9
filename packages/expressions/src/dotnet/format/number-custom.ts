import { chargeWork } from "../../runtime/current.js";
import { type Digits, roundDigits } from "./digits.js";
import { exponent } from "./number-standard.js";

/**
 * .NET's custom numeric formats (`#,##0.00;(0);-`), a rendering of the published algorithm. Its quirks are part of what
 * documents rely on: sections chosen anew when rounding gives zero, commas that scale, digits that overflow to the left.
 */

/** Each is looked at up to four times. */
const CHARACTERS_PER_STEP = 1 / 8;

interface Section {
  readonly start: number;
  readonly digitCount: number;
  /** Digit placeholders before the decimal point. */
  readonly point: number;
  readonly firstZero: number;
  readonly lastZero: number;
  readonly scientific: boolean;
  readonly grouped: boolean;
  /** Powers of ten that `%`, `‰` and scaling commas apply. */
  readonly scaleBy: number;
}

/** Formats a finite number by a custom format. */
export function formatCustom(number: Digits, format: string): string {
  chargeWork(format.length, CHARACTERS_PER_STEP);
  let start = findSection(format, number.digits === "" ? 2 : number.negative ? 1 : 0);
  for (;;) {
    const section = readSection(format, start);
    if (number.digits === "") return write({ negative: false, digits: "", scale: 0 }, format, section);
    const scale = number.scale + section.scaleBy;
    const kept = section.scientific ? section.digitCount : scale + section.digitCount - section.point;
    const rounded = roundDigits({ ...number, scale }, kept);
    if (rounded.digits !== "") return write(rounded, format, section);
    const zero = findSection(format, 2);
    if (zero === start) return write(rounded, format, section);
    start = zero;
    number = rounded;
  }
}

/** Where the section with this number starts; 0 if the format has no such section or it is empty. */
function findSection(format: string, section: number): number {
  if (section === 0) return 0;
  for (let i = 0; i < format.length; ) {
    const ch = format[i++]!;
    if (ch === "'" || ch === '"') i = afterQuote(format, i, ch);
    else if (ch === "\\") i++;
    else if (ch === ";" && --section === 0) return i < format.length && format[i] !== ";" ? i : 0;
  }
  return 0;
}

function afterQuote(format: string, from: number, quote: string): number {
  const end = format.indexOf(quote, from);
  return end < 0 ? format.length : end + 1;
}

function readSection(format: string, start: number): Section {
  let digitCount = 0;
  let point = -1;
  let firstZero = Number.MAX_SAFE_INTEGER;
  let lastZero = 0;
  let scientific = false;
  let commaAt = -1;
  let commas = 0;
  let grouped = false;
  let scaleBy = 0;
  for (let i = start; i < format.length; ) {
    const ch = format[i++]!;
    if (ch === ";") break;
    switch (ch) {
      case "#":
        digitCount++;
        break;
      case "0":
        if (firstZero === Number.MAX_SAFE_INTEGER) firstZero = digitCount;
        lastZero = ++digitCount;
        break;
      case ".":
        if (point < 0) point = digitCount;
        break;
      case ",":
        if (digitCount > 0 && point < 0) {
          if (commaAt === digitCount) commas++;
          else {
            if (commaAt >= 0) grouped = true;
            commaAt = digitCount;
            commas = 1;
          }
        }
        break;
      case "%":
        scaleBy += 2;
        break;
      case "‰":
        scaleBy += 3;
        break;
      case "'":
      case '"':
        i = afterQuote(format, i, ch);
        break;
      case "\\":
        i++;
        break;
      case "E":
      case "e":
        if (format[i] === "0" || ((format[i] === "+" || format[i] === "-") && format[i + 1] === "0")) {
          do i++;
          while (format[i] === "0");
          scientific = true;
        }
        break;
      default:
    }
  }
  if (point < 0) point = digitCount;
  if (commaAt >= 0) {
    if (commaAt === point) scaleBy -= commas * 3;
    else grouped = true;
  }
  return {
    start,
    digitCount,
    point,
    firstZero: firstZero < point ? point - firstZero : 0,
    lastZero: lastZero > point ? point - lastZero : 0,
    scientific,
    grouped,
    scaleBy,
  };
}

function write(number: Digits, format: string, section: Section): string {
  const { digits, scale } = number;
  const { point, firstZero, lastZero, grouped } = section;
  let scientific = section.scientific;
  // Position of the next digit, counted from the decimal point; `adjust`: digits more (or fewer) than placeholders.
  let position = scientific ? point : Math.max(scale, point);
  let adjust = scientific ? 0 : scale - point;
  let next = 0;
  let pointWritten = false;
  let text = number.negative && section.start === 0 ? "-" : "";
  const separator = () => {
    if (grouped && position > 1 && (position - 1) % 3 === 0) text += ",";
  };
  for (let i = section.start; i < format.length; ) {
    const ch = format[i++]!;
    if (ch === ";") break;
    if (adjust > 0 && (ch === "#" || ch === "0" || ch === ".")) {
      for (; adjust > 0; adjust--) {
        text += next < digits.length ? digits[next++]! : "0";
        separator();
        position--;
      }
    }
    switch (ch) {
      case "#":
      case "0": {
        let digit = "";
        if (adjust < 0) {
          adjust++;
          if (position <= firstZero) digit = "0";
        } else if (next < digits.length) digit = digits[next++]!;
        else if (position > lastZero) digit = "0";
        if (digit !== "") {
          text += digit;
          separator();
        }
        position--;
        break;
      }
      case ".":
        if (position === 0 && !pointWritten && (lastZero < 0 || (point < section.digitCount && next < digits.length))) {
          text += ".";
          pointWritten = true;
        }
        break;
      case ",":
        break;
      case "'":
      case '"': {
        const end = format.indexOf(ch, i);
        text += end < 0 ? format.slice(i) : format.slice(i, end);
        i = end < 0 ? format.length : end + 1;
        break;
      }
      case "\\":
        if (i < format.length) text += format[i++]!;
        break;
      case "E":
      case "e": {
        const sign = format[i] === "+" || format[i] === "-" ? format[i]! : "";
        const zeros = i + sign.length;
        let end = zeros;
        while (format[end] === "0") end++;
        if (scientific && end > zeros) {
          text += exponent(digits === "" ? 0 : scale - point, ch, Math.min(end - zeros, 10), sign === "+");
          scientific = false;
          i = end;
        } else if (scientific) text += ch;
        else {
          text += ch + format.slice(i, end);
          i = end;
        }
        break;
      }
      default:
        text += ch;
    }
  }
  return text;
}
