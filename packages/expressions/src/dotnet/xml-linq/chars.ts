import { NetException, raise } from "../../runtime/exceptions.js";

/** System.Xml.XmlException. Line and position count from 1; without them the message stands alone. */
export function xmlError(message: string, line?: number, position?: number): NetException {
  const place = line === undefined ? "" : ` Line ${line}, position ${position}.`;
  return new NetException("System.Xml.XmlException", message + place);
}

const NAME_START = "_\\p{Lu}\\p{Ll}\\p{Lt}\\p{Lo}\\p{Nl}\\p{Lm}\\u{10000}-\\u{EFFFF}";
const NAME_PART = `${NAME_START}\\-.\\p{Nd}\\p{Mc}\\p{Me}\\p{Mn}\\u00b7`;

/** A name without colon, from the regular expression's `lastIndex` on. */
export const ncName = new RegExp(`[${NAME_START}][${NAME_PART}]*`, "uy");
const wholeName = new RegExp(`^[${NAME_START}][${NAME_PART}]*$`, "u");
const nameStart = new RegExp(`^[${NAME_START}]`, "u");
const namePart = new RegExp(`^[${NAME_PART}]$`, "u");

const hex = (c: string): string => `0x${c.codePointAt(0)!.toString(16).toUpperCase().padStart(2, "0")}`;

/** How .NET shows a character that cannot stand somewhere. */
export function invalidName(c: string, isFirst: boolean): string {
  return isFirst
    ? `Name cannot begin with the '${c}' character, hexadecimal value ${hex(c)}.`
    : `The '${c}' character, hexadecimal value ${hex(c)}, cannot be included in a name.`;
}

/** What XML says of a character that it cannot hold. */
export function invalidChar(c: string): string {
  return `'${c === "\0" ? "." : c}', hexadecimal value ${hex(c)}, is an invalid character.`;
}

/** `XmlConvert.VerifyNCName`. Throws ArgumentNullException for an empty name, XmlException for one that is none. */
export function checkNcName(name: string): string {
  if (name === "") throw raise.argumentNull("name");
  if (wholeName.test(name)) return name;
  if (!nameStart.test(name)) throw xmlError(invalidName(String.fromCodePoint(name.codePointAt(0)!), true));
  const wrong = Array.from(name).find((c) => !namePart.test(c)) ?? "";
  throw xmlError(invalidName(wrong, false));
}

const INVALID = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The first character that XML does not allow, or null. */
export function findInvalid(text: string): { readonly char: string; readonly index: number } | null {
  const match = INVALID.exec(text);
  return match === null ? null : { char: match[0], index: match.index };
}

/** Throws ArgumentException for text that cannot be written as XML. */
export function checkChars(text: string): void {
  const found = findInvalid(text);
  if (found !== null) throw raise.argument(invalidChar(found.char));
}
