/**
 * The pieces that the engine's grammar is made of. It has no tokens: a tag's words are cut by a few patterns, which pass over what they do not
 * know. Each function here is one of those patterns, in time that is linear in the text.
 */

const OTHER_WORD = /[\p{L}\p{Mn}\p{Nd}\p{Pc}]/u;

/** White space as .NET's patterns have it. */
export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x3000 ||
    isRareSpace(code)
  );
}

const isRareSpace = (code: number): boolean => code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f;

/** A character of a word, `\w`. */
export function isWord(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
  return OTHER_WORD.test(String.fromCharCode(code));
}

const QUOTE = 39;
const DOUBLE_QUOTE = 34;
const COMMA = 44;
const PIPE = 124;

const isQuote = (code: number): boolean => code === QUOTE || code === DOUBLE_QUOTE;

/** The index behind the spaces at `at`. */
export function skipSpaces(text: string, at: number): number {
  let end = at;
  while (end < text.length && isSpace(text.charCodeAt(end))) end++;
  return end;
}

/** The index behind the word at `at`; `at` if there is none. */
export function wordEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isWord(text.charCodeAt(end))) end++;
  return end;
}

/** The index behind the characters at `at` that are no spaces. */
export function solidEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
  return end;
}

/** The first word at or behind `from`; null if there is none. */
export function findWord(text: string, from = 0): { readonly text: string; readonly end: number } | null {
  for (let at = from; at < text.length; at++) {
    const end = wordEnd(text, at);
    if (end > at) return { text: text.slice(at, end), end };
  }
  return null;
}

/** The index behind the quoted text that begins at `at`; -1 where no quotation mark stands or it is not closed. */
export function quotedEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (!isQuote(code)) return -1;
  return text.indexOf(code === QUOTE ? "'" : '"', at + 1) + 1 || -1;
}

/** The index behind a run of quoted texts and of characters other than spaces, pipes, quotation marks and, unless allowed, commas. */
export function runEnd(text: string, at: number, allowsCommas = false): number {
  let end = at;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (isQuote(code)) {
      const closed = quotedEnd(text, end);
      if (closed < 0) return end;
      end = closed;
    } else if (isSpace(code) || code === PIPE || (code === COMMA && !allowsCommas)) return end;
    else end++;
  }
  return end;
}

/** The index behind the fragment at `at`: one quoted text, or a run. -1 if none begins there. */
export function fragmentEnd(text: string, at: number, allowsCommas = false): number {
  const quoted = quotedEnd(text, at);
  if (quoted >= 0) return quoted;
  const end = runEnd(text, at, allowsCommas);
  return end > at ? end : -1;
}

/** A part of a text, with its place there. */
export interface Fragment {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The first fragment at or behind `from`; null if there is none. */
export function findFragment(text: string, from = 0, allowsCommas = false): Fragment | null {
  for (let start = from; start < text.length; start++) {
    const end = fragmentEnd(text, start, allowsCommas);
    if (end > start) return { text: text.slice(start, end), start, end };
  }
  return null;
}

/** The `name: fragment` pairs of a tag; of a name that is there twice the last counts. */
export function attributesOf(markup: string): ReadonlyMap<string, Fragment> {
  const attributes = new Map<string, Fragment>();
  let free = 0;
  for (let colon = markup.indexOf(":"); colon >= 0; colon = markup.indexOf(":", colon + 1)) {
    if (colon < free) continue;
    let nameEnd = colon;
    while (nameEnd > free && isSpace(markup.charCodeAt(nameEnd - 1))) nameEnd--;
    let start = nameEnd;
    while (start > free && isWord(markup.charCodeAt(start - 1))) start--;
    const value = skipSpaces(markup, colon + 1);
    const end = fragmentEnd(markup, value);
    if (start === nameEnd || end < 0) continue;
    attributes.set(markup.slice(start, nameEnd), { text: markup.slice(value, end), start: value, end });
    free = end;
  }
  return attributes;
}

/** The head of a loop. */
export interface LoopHead {
  readonly variable: string;
  readonly collection: Fragment;
  /** Where what follows the collection begins. */
  readonly end: number;
}

/** `variable in collection`, wherever it stands; `collectionEnd` tells where the collection that begins at an index ends. Null if there is none. */
export function loopHead(markup: string, collectionEnd: (text: string, at: number) => number): LoopHead | null {
  for (let at = markup.indexOf("in"); at >= 0; at = markup.indexOf("in", at + 1)) {
    let nameEnd = at;
    while (nameEnd > 0 && isSpace(markup.charCodeAt(nameEnd - 1))) nameEnd--;
    const start = skipSpaces(markup, at + 2);
    if (nameEnd === at || nameEnd === 0 || start === at + 2 || !isWord(markup.charCodeAt(nameEnd - 1))) continue;
    const end = collectionEnd(markup, start);
    if (end <= start) continue;
    let nameStart = nameEnd;
    while (nameStart > 0 && isWord(markup.charCodeAt(nameStart - 1))) nameStart--;
    return { variable: markup.slice(nameStart, nameEnd), collection: { text: markup.slice(start, end), start, end }, end };
  }
  return null;
}

const isSignature = (code: number): boolean => isWord(code) || code === 45 || code === 46 || code === 91 || code === 93;

const OPEN = 40;
const CLOSE = 41;

/** The index behind a variable's signature at `at`: letters, digits, `_-.[]`, each perhaps in round brackets. */
export function signatureEnd(text: string, at: number): number {
  let end = at;
  for (;;) {
    const inner = text.charCodeAt(end) === OPEN ? end + 1 : end;
    if (!isSignature(text.charCodeAt(inner))) return end;
    end = text.charCodeAt(inner + 1) === CLOSE ? inner + 2 : inner + 1;
  }
}

/** Where the signature that ends at `end` begins; `end` if there is none. */
export function signatureStart(text: string, end: number): number {
  let start = end;
  for (;;) {
    const inner = text.charCodeAt(start - 1) === CLOSE ? start - 2 : start - 1;
    if (inner < 0 || !isSignature(text.charCodeAt(inner))) return start;
    start = text.charCodeAt(inner - 1) === OPEN ? inner - 1 : inner;
  }
}
