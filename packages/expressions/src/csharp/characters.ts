/** Classes of characters in C# source text. Codes are UTF-16 code units; -1 stands for the end of the text. */

/** Line feed, carriage return, next line, line separator, paragraph separator. */
export function isLineBreak(code: number): boolean {
  return code === 10 || code === 13 || code === 0x85 || code === 0x2028 || code === 0x2029;
}

const SPACE_SEPARATOR = /^\p{Zs}$/u;

/** Blanks other than line breaks. */
export function isBlank(code: number): boolean {
  if (code === 32 || code === 9) return true;
  if (code < 128) return code === 11 || code === 12 || code === 26;
  return code === 0xfeff || SPACE_SEPARATOR.test(String.fromCharCode(code));
}

/** True if the character is a decimal digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** True if the character is a hexadecimal digit. */
export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

const LETTER = /^[\p{L}\p{Nl}]$/u;
const PART = /^[\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\p{Cf}]$/u;

/** True if an identifier may begin with the character. */
export function isIdentifierStart(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
  return LETTER.test(String.fromCharCode(code));
}

/** True if the character may stand in an identifier. */
export function isIdentifierPart(code: number): boolean {
  if (code < 128) return isIdentifierStart(code) || isDigit(code);
  return PART.test(String.fromCharCode(code));
}

const FORMATTING = /\p{Cf}/gu;

/** An identifier's name: formatting characters do not count. */
export function identifierName(text: string): string {
  return text.replace(FORMATTING, "");
}
