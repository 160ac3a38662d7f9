import { fromCodes } from "./codes.js";
import { mapWindows } from "./windows.js";

/**
 * Upper and lower case under the invariant culture: one code unit to one code unit, never a longer text (`ß` stays), no
 * dependence on neighbours (final sigma), and only pairs that lead back to each other (`µ`, `ı`, `ſ` and the Kelvin sign stay).
 */

const NON_ASCII = /[^\0-\x7f]/;

/** Greek letters with iota subscript, whose upper case is one letter here but two in Unicode's full mapping. */
function iotaSubscript(code: number): number {
  if ((code >= 0x1f80 && code <= 0x1faf && (code & 0x1f) !== 0x10 && (code & 8) === 0) || (code & 0x1fb8) === 0x1f90) {
    if (code <= 0x1fa7) return code + 8;
  }
  return code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3 ? code + 9 : code;
}

function computeUpper(code: number): number {
  if (code >= 0xd800 && code <= 0xdfff) return code;
  const text = String.fromCharCode(code);
  const upper = text.toUpperCase();
  if (upper.length !== 1) return iotaSubscript(code);
  return upper !== text && upper.toLowerCase() === text ? upper.charCodeAt(0) : code;
}

function computeLower(code: number): number {
  if (code >= 0xd800 && code <= 0xdfff) return code;
  const text = String.fromCharCode(code);
  const lower = text.toLowerCase();
  if (lower.length !== 1 || lower === text) return code;
  const back = lower.toUpperCase();
  return back.length > 1
    ? iotaSubscript(lower.charCodeAt(0)) === code
      ? lower.charCodeAt(0)
      : code
    : back === text
      ? lower.charCodeAt(0)
      : code;
}

/** The cases of all codes, computed as they are asked for; 0 is not yet known. */
type CaseTable = { codes: Uint16Array | null };
const uppers: CaseTable = { codes: null };
const lowers: CaseTable = { codes: null };

function tabled(table: CaseTable, code: number, compute: (code: number) => number): number {
  table.codes ??= new Uint16Array(0x10000);
  const known = table.codes[code]!;
  if (known !== 0) return known;
  const value = compute(code);
  table.codes[code] = value;
  return value;
}

/** `char.ToUpperInvariant` on a UTF-16 code. */
export function upperCode(code: number): number {
  if (code < 128) return code >= 97 && code <= 122 ? code - 32 : code;
  return tabled(uppers, code, computeUpper);
}

/** `char.ToLowerInvariant` on a UTF-16 code. */
export function lowerCode(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  return tabled(lowers, code, computeLower);
}

/** For so few characters the engine's own test takes longer to begin than to do. */
const VERY_FEW = 48;

function isAscii(text: string): boolean {
  if (text.length > VERY_FEW) return !NON_ASCII.test(text);
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}

function upperPart(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapCodes(text, upperCode);
}

function lowerPart(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapCodes(text, lowerCode);
}

/** Characters that are mapped at once without more ado. */
const FEW = 1_024;

/** `string.ToUpperInvariant`. */
export function toUpper(text: string): string {
  return text.length <= FEW ? upperPart(text) : mapWindows(text, upperPart);
}

/** `string.ToLowerInvariant`. */
export function toLower(text: string): string {
  return text.length <= FEW ? lowerPart(text) : mapWindows(text, lowerPart);
}

function mapCodes(text: string, map: (code: number) => number): string {
  const codes = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) codes[i] = map(text.charCodeAt(i));
  return fromCodes(codes);
}
