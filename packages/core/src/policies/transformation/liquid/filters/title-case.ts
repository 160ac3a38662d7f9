import { toLower, toUpper } from "@turnpike/expressions/values";

/** What ends a word: separators, controls, punctuation and symbols. */
const SEPARATOR = /[\p{Z}\p{Cc}\p{Cf}\p{P}\p{S}]/u;
const LETTER = /\p{L}/u;
const LOWER = /\p{Ll}/u;

const isAsciiLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;

const isLetter = (text: string): boolean => (text < "\x80" ? isAsciiLetter(text.charCodeAt(0)) : LETTER.test(text));

const isLower = (text: string): boolean => (text < "\x80" ? text >= "a" && text <= "z" : LOWER.test(text));

/** Of ASCII all but letters and digits end a word. */
const isSeparator = (text: string): boolean =>
  text < "\x80" ? !isAsciiLetter(text.charCodeAt(0)) && !(text >= "0" && text <= "9") : SEPARATOR.test(text);

/** Letters of two letters have a form for titles, such as `ǅ`. */
const DIGRAPHS: ReadonlyMap<string, string> = new Map(
  ["Ǆǅǆ", "Ǉǈǉ", "Ǌǋǌ", "Ǳǲǳ"].flatMap((all) => [...all].map((form) => [form, all[1]!] as const)),
);

/**
 * `TextInfo.ToTitleCase` of .NET Framework: the first letter of every word is upper case, the rest lower case; a word all in capitals stays as it
 * is up to an apostrophe.
 */
export function titleCase(text: string): string {
  let result = "";
  for (let at = 0; at < text.length; ) {
    const first = text[at]!;
    if (!isLetter(first)) {
      result += first;
      at++;
      continue;
    }
    result += DIGRAPHS.get(first) ?? toUpper(first);
    let hasLower = isLower(first);
    let start = ++at;
    for (; at < text.length; at++) {
      const next = text[at]!;
      if (isLetter(next)) hasLower ||= isLower(next);
      else if (next === "'") {
        const part = text.slice(start, at);
        result += hasLower ? toLower(part) : part;
        start = at;
        hasLower = true;
      } else if (isSeparator(next)) break;
    }
    const rest = text.slice(start, at);
    result += hasLower ? toLower(rest) : rest;
  }
  return result;
}
