import type { Scanner } from "./scanner.js";

const PHRASE = /"(?:[^"\\]|\\.)*"/y;
/** Some services take texts in single quotes. */
const QUOTED = /'(?:[^']|'')*'/y;
const WORD = /[^\s"'();][^\s"();]*/y;

/** `searchExpr`: words, phrases and parentheses, with blanks between them. AND, OR and NOT are words like others. */
export function search(scanner: Scanner): void {
  scanner.nested(() => {
    do {
      scanner.space();
      if (scanner.takeExactly("(")) {
        search(scanner);
        if (!scanner.takeExactly(")")) throw scanner.unexpected();
      } else if (scanner.match(PHRASE) === null && scanner.match(QUOTED) === null && scanner.match(WORD) === null)
        throw scanner.unexpected();
    } while (scanner.space() && !isClosed(scanner));
  });
}

function isClosed({ isAtEnd, text, at }: Scanner): boolean {
  return isAtEnd || text[at] === ")" || text[at] === ";";
}
