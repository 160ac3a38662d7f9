/** A stretch of a document's text, by offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
