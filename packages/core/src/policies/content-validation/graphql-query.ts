import type { GraphqlDocument, GraphqlLibrary, GraphqlNode } from "./graphql-library.js";

/** Most fields of a query, over all levels. */
const MOST_FIELDS = 250;
const MOST_TOKENS = 10_000;
/** Most fields and spreads that are written down. */
const MOST_SELECTIONS = 1_000;

/** Deepest nesting of selections, lists and objects together. */
const MOST_DEPTH = 200;

/** Thrown for what makes the whole request an error. */
export class RequestFault extends Error {
  /** @param toCallers what callers are told of it */
  constructor(
    message: string,
    readonly toCallers: string = message,
  ) {
    super(message);
  }
}

/** A query that its schema knows, within bounds. Throws RequestFault. */
export function validDocument(library: GraphqlLibrary, schema: object, query: string, maxDepth: number): GraphqlDocument {
  if (isNestedTooDeep(query)) throw new RequestFault("The query is nested too deep.");
  try {
    const document = library.parse(query, { maxTokens: MOST_TOKENS, noLocation: true });
    // The rules of validation compare fields with one another: how many there are is bounded first.
    measureText(document);
    measure(document, maxDepth);
    const [invalid] = library.validate(schema, document, undefined, { maxErrors: 1 });
    if (invalid !== undefined) throw new RequestFault(invalid.message);
    return document;
  } catch (error) {
    if (error instanceof RequestFault) throw error;
    throw new RequestFault((error as Error).message);
  }
}

/** Texts and comments, and the brackets outside of them. */
const BRACKETS = /"""(?:\\"""|[^"]|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*|[{}[\]()]/g;

/** Parser and validation go into a query as deep as it is. */
function isNestedTooDeep(query: string): boolean {
  let depth = 0;
  for (const [token] of query.matchAll(BRACKETS)) {
    if ("{[(".includes(token) && ++depth > MOST_DEPTH) return true;
    if ("}])".includes(token)) depth--;
  }
  return false;
}

const tooManyFields = (): RequestFault => new RequestFault(`The query has more than ${MOST_FIELDS} fields.`);
const tooManySelections = (most: number): RequestFault => new RequestFault(`The query has more than ${most} fields and spreads.`);

/** Bounds what is written down, fragments that nothing spreads included. */
function measureText(document: GraphqlDocument): void {
  let fields = 0;
  let selections = 0;
  const count = (node: GraphqlNode): void => {
    for (const selection of node.selectionSet?.selections ?? []) {
      if (selection.kind === "Field" && ++fields > MOST_FIELDS) throw tooManyFields();
      if (++selections > MOST_SELECTIONS) throw tooManySelections(MOST_SELECTIONS);
      count(selection);
    }
  };
  for (const definition of document.definitions) count(definition);
}

/** Bounds depth and number of fields, fragments counted where they are spread. One that leads back to itself is left to validation. */
function measure(document: GraphqlDocument, maxDepth: number): void {
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === "FragmentDefinition" ? [[definition.name!.value, definition] as const] : [],
    ),
  );
  const open = new Set<GraphqlNode>();
  let fields = 0;
  let turns = 0;
  const walk = (node: GraphqlNode, depth: number): void => {
    open.add(node);
    for (const selection of node.selectionSet?.selections ?? []) {
      const isField = selection.kind === "Field";
      if (isField && ++fields > MOST_FIELDS) throw tooManyFields();
      if (++turns > MOST_TOKENS) throw tooManySelections(MOST_TOKENS);
      if (isField && depth + 1 > maxDepth) throw new RequestFault(`The query is deeper than ${maxDepth} levels.`);
      const inner = selection.kind === "FragmentSpread" ? fragments.get(selection.name!.value) : selection;
      if (inner !== undefined && !open.has(inner)) walk(inner, isField ? depth + 1 : depth);
    }
    open.delete(node);
  };
  for (const definition of document.definitions) if (definition.kind === "OperationDefinition") walk(definition, 0);
}
