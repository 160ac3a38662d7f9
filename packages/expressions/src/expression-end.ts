import { findCSharpEnd, type ScanOptions } from "./csharp/scan.js";
import { findScriptEnd } from "./javascript/scan.js";

/**
 * Finds where a policy expression ends: the bracket that balances the opening one. Brackets inside texts of all kinds,
 * characters, regular expressions and comments do not count; those in the holes of interpolated texts are balanced by themselves.
 * @param start offset of the opening `(` or `{`, or of the `@` before it
 * @returns the offset behind the closing bracket; null if there is none
 */
export function findExpressionEnd(text: string, start: number, options: ScanOptions = {}): number | null {
  const open = text[start] === "@" ? start + 1 : start;
  if (text[open] !== "(" && text[open] !== "{") return null;
  const find = options.language === "javascript" ? findScriptEnd : findCSharpEnd;
  return find(text, open, options.entities ?? false);
}
