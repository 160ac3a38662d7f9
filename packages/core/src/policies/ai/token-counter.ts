/** Counts the tokens of texts, all together. */
export type TokenCounter = (texts: readonly string[]) => number;

/** The part of the package gpt-tokenizer that knows the vocabulary of current models. */
export const tokenizerPackage = "gpt-tokenizer/encoding/o200k_base";
const CHARACTERS_A_TOKEN = 4;
/** What is counted exactly at most; the rest is reckoned from it, so that a huge prompt costs some milliseconds. */
const MOST_TOKENS = 16_384;
const MOST_CHARACTERS = 262_144;
/** Characters a token where the rest of a text is reckoned, at most: a beginning of blanks must not make it cheap. */
const SPARSEST = 6;
/** Text is counted in pieces of this length, cut where a word begins. */
const PIECE = 4096;
/** Longest run without a change between blanks and others that stays in one piece: the tokenizer's time grows with a run's square. */
const LONGEST_RUN = 256;

/** The rule of thumb where no tokenizer is at hand: four characters a token. */
const roughCounter: TokenCounter = (texts) => texts.reduce((sum, text) => sum + Math.ceil(text.length / CHARACTERS_A_TOKEN), 0);

/** What is used of the package. */
interface Encoding {
  countTokens(text: string, options: { readonly disallowedSpecial: ReadonlySet<string> }): number;
}

/** Without it, text such as `<|endoftext|>` would be an error. */
const NO_SPECIAL = { disallowedSpecial: new Set<string>() };

/** A counter by {@link tokenizerPackage}; the rule of thumb where it is not installed. */
export function tokenCounter(library: object | null): TokenCounter {
  if (library === null) return roughCounter;
  const encoding = library as Encoding;
  return (texts) => boundedCount(texts, (piece) => encoding.countTokens(piece, NO_SPECIAL));
}

function boundedCount(texts: readonly string[], count: (piece: string) => number): number {
  let [tokens, read, length] = [0, 0, 0];
  for (const text of texts) {
    length += text.length;
    for (const piece of pieces(text)) {
      if (tokens >= MOST_TOKENS || read >= MOST_CHARACTERS) break;
      tokens += count(piece);
      read += piece.length;
    }
  }
  return read === length ? tokens : tokens + Math.ceil((length - read) * Math.max(tokens / read, 1 / SPARSEST));
}

function* pieces(text: string): Generator<string> {
  let start = 0;
  let run = 0;
  let wasBlank = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isBlank = code <= 0x20;
    const isChange = isBlank !== wasBlank;
    run = isChange ? 1 : run + 1;
    wasBlank = isBlank;
    const isLowSurrogate = code >= 0xdc00 && code <= 0xdfff;
    if ((run > LONGEST_RUN && !isLowSurrogate) || (i - start >= PIECE && isChange && isBlank)) {
      yield text.slice(start, i);
      start = i;
      run = 1;
    }
  }
  yield text.slice(start);
}
