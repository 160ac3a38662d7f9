/** Line and column, from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Where an offset stands in a text; lines end in `\n`. */
export function placeIn(text: string, offset: number): TextPlace {
  let line = 1;
  let start = 0;
  for (let i = 0; i < offset; i++)
    if (text.charCodeAt(i) === 0x0a) {
      line++;
      start = i + 1;
    }
  return { line, column: offset - start + 1 };
}
