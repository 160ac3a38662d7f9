import type { Place } from "../diagnostics/place.js";
import type { PolicyDocument } from "../model/model.js";

/** A document's text with its line starts: turns offsets into places. */
export class DocumentSource {
  readonly text: string;
  readonly file: string;
  private readonly origin: { readonly line: number; readonly column: number };
  private lineStarts: number[] | null = null;

  constructor(document: PolicyDocument) {
    this.text = document.text;
    this.file = document.file;
    this.origin = document.origin ?? { line: 1, column: 1 };
  }

  /** Where an offset stands in the file that holds the document. */
  place(offset: number): Place {
    const starts = (this.lineStarts ??= findLineStarts(this.text));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    const column = offset - starts[low]! + 1;
    // Inline documents are indented alike in every line of the configuration file (YAML's block scalars).
    return { file: this.file, line: low + this.origin.line, column: column + this.origin.column - 1 };
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}

/**
 * Text made from a part of a document by decoding entities and putting in named values, which still knows where each of its
 * characters comes from.
 */
export class MappedText {
  constructor(
    readonly text: string,
    private readonly segments: readonly TextSegment[],
  ) {}

  /** The offset in the document from which the character at `index` comes. */
  offset(index: number): number {
    const { segments } = this;
    if (segments.length === 0) return 0;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (segments[middle]!.at <= index) low = middle;
      else high = middle - 1;
    }
    const segment = segments[low]!;
    return segment.flat ? segment.source : segment.source + (index - segment.at);
  }

  /** A part of the text, with its origins. */
  slice(start: number, end: number = this.text.length): MappedText {
    const builder = new TextBuilder();
    builder.appendMapped(this, start, end);
    return builder.build();
  }

  /** Segments that reach into `start…end`, for builders. */
  *within(start: number, end: number): Iterable<TextSegment & { readonly until: number }> {
    for (let i = 0; i < this.segments.length; i++) {
      const segment = this.segments[i]!;
      const until = Math.min(end, this.segments[i + 1]?.at ?? this.text.length);
      const at = Math.max(start, segment.at);
      if (at >= until) continue;
      yield { at, until, flat: segment.flat, source: segment.flat ? segment.source : segment.source + (at - segment.at) };
    }
  }
}

/** From `at` on the text comes from `source` on: character by character, or (flat) all of it from that one place. */
export interface TextSegment {
  readonly at: number;
  readonly source: number;
  readonly flat: boolean;
}

/** Puts a {@link MappedText} together. */
export class TextBuilder {
  private text = "";
  private readonly segments: TextSegment[] = [];

  /** Characters as they stand in the document from `source` on. */
  append(text: string, source: number): void {
    if (text === "") return;
    this.segments.push({ at: this.text.length, source, flat: false });
    this.text += text;
  }

  /** Characters that all stand for one place. */
  appendFlat(text: string, source: number): void {
    if (text === "") return;
    this.segments.push({ at: this.text.length, source, flat: true });
    this.text += text;
  }

  appendMapped(mapped: MappedText, start = 0, end = mapped.text.length): void {
    for (const segment of mapped.within(start, end)) {
      this.segments.push({ at: this.text.length, source: segment.source, flat: segment.flat });
      this.text += mapped.text.slice(segment.at, segment.until);
    }
  }

  build(): MappedText {
    return new MappedText(this.text, this.segments);
  }
}
