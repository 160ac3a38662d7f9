import { Composer, type CST, type Document, type LineCounter, Parser, YAMLParseError } from "yaml";

/** Most collections in each other. */
const MOST_DEPTH = 400;

/** Thrown for text whose collections are nested deeper than is read. */
export class TooDeepError extends Error {
  /** @param offset where it becomes too deep */
  constructor(readonly offset: number) {
    super(`Lists and mappings are nested more than ${MOST_DEPTH} levels deep.`);
  }
}

/** Looks how deep it is at each token: what reads the tokens goes as deep as they are, and takes the process with it when the stack is used up. */
class BoundedParser extends Parser {
  override *next(source: string): Generator<CST.Token, void> {
    yield* super.next(source);
    if (this.stack.length > MOST_DEPTH) throw new TooDeepError(this.offset);
  }
}

/**
 * Parses one YAML document, as the package's `parseDocument` does. Throws {@link TooDeepError}.
 * @param counter learns where lines begin
 */
export function parseBounded(source: string, counter: LineCounter): Document.Parsed {
  const parser = new BoundedParser(counter.addNewLine);
  const composer = new Composer({ uniqueKeys: true });
  let first: Document.Parsed | null = null;
  for (const document of composer.compose(parser.parse(source), true, source.length)) {
    if (first !== null) {
      const message = "There are several documents in it, and one is expected.";
      first.errors.push(new YAMLParseError([document.range[0], document.range[1]], "MULTIPLE_DOCS", message));
      break;
    }
    first = document;
  }
  return first!;
}
