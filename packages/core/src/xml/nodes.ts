import type { DocumentSource, MappedText } from "./source.js";

/** A policy document as read. */
export interface XmlDocument {
  readonly source: DocumentSource;
  /** `policies`, `fragment` and `resolver` by their root; otherwise the elements stand alone, as in examples: a snippet. */
  readonly kind: "policies" | "fragment" | "resolver" | "snippet";
  /** The root element; of snippets all elements that stand at the top. */
  readonly roots: readonly XmlElement[];
  /** Of `<policies language="…">`. */
  readonly language: ExpressionLanguage;
}

/** The roots of the documents of GraphQL resolvers. */
export const resolverRoots: readonly string[] = ["http-data-source", "sql-data-source", "cosmosdb-data-source"];

/** The language of a document's expressions. */
export type ExpressionLanguage = "csharp" | "javascript";

/** An element, with its place. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  /** Child elements in order. */
  readonly elements: readonly XmlElement[];
  /** Texts between tags and comments, in order; several where comments, CDATA or elements part them. */
  readonly texts: readonly XmlText[];
  /** Offsets of the `<`, of the end of the start tag, of the start of the end tag, and behind the element. */
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
}

/** An attribute, with its place. */
export interface XmlAttribute {
  readonly name: string;
  readonly start: number;
  /** Decoded, named values not yet put in. */
  readonly value: MappedText;
  /** The offset behind the opening quote. */
  readonly valueStart: number;
  /** The reader found that the whole value is an expression. */
  readonly isExpression: boolean;
}

/** A text within an element, with its place. */
export interface XmlText {
  readonly value: MappedText;
  readonly start: number;
  readonly end: number;
  readonly isExpression: boolean;
  readonly isCdata: boolean;
}
