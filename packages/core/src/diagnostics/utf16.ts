/**
 * Is this what bytes in UTF-16 look like when they are read as UTF-8? A byte order mark that is none in UTF-8, or a zero byte beside the first character.
 */
export function isUtf16(text: string): boolean {
  return /^(?:\uFFFD\uFFFD|\uFEFF)?(?:\0[^\0]|[^\0]\0)/.test(text);
}

/** What is said of such a file, whatever it should hold. */
export const utf16 = {
  message: "The file is in UTF-16; expected UTF-8.",
  hint: "Save it as UTF-8: iconv -f UTF-16 -t UTF-8, or in the editor.",
};
