import { chargeWork } from "../../runtime/current.js";
import { raise } from "../../runtime/exceptions.js";

/** What date and time formats have in common: runs of a letter, quoted text, escapes. */

/** Charges for going through a format, before that is done. */
export function chargeFormat(format: string): void {
  chargeWork(format.length, 1 / 8);
}

/** How many times the character at `at` is repeated there. */
export function runLength(format: string, at: number): number {
  const ch = format[at];
  let end = at + 1;
  while (format[end] === ch) end++;
  return end - at;
}

/** Quoted text that starts at `at` (the quote): what it says, and its length in the format. Throws FormatException if it does not end. */
export function quoted(format: string, at: number): { readonly text: string; readonly length: number } {
  const quote = format[at];
  let text = "";
  for (let i = at + 1; i < format.length; i++) {
    const ch = format[i]!;
    if (ch === quote) return { text, length: i + 1 - at };
    if (ch === "\\") {
      if (++i >= format.length) break;
      text += format[i]!;
    } else text += ch;
  }
  throw raise.format(`Cannot find a matching quote character for the character '${quote}'.`);
}

/** The seven digits of ticks within a second. */
export function fractionDigits(ticks: number): string {
  return String(ticks).padStart(7, "0");
}

/** A number with two digits at least. */
export const pad2 = (value: number): string => (value < 10 ? `0${value}` : String(value));
