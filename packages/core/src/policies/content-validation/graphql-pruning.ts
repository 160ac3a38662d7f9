import type { GraphqlDocument, GraphqlLibrary, GraphqlNode } from "./graphql-library.js";

/**
 * A query after fields were taken out, as a server accepts it again: without selections and fragments that nothing is left of, fragments that
 * nothing spreads any more, and variables that nothing uses.
 */
export function pruned(library: GraphqlLibrary, document: GraphqlDocument): GraphqlDocument {
  let current = document;
  for (;;) {
    const next = withoutEmpty(library, current);
    if (next === current) return withoutUnusedVariables(library, current);
    current = next;
  }
}

/** One round; the same document if there was nothing to take out. */
function withoutEmpty(library: GraphqlLibrary, document: GraphqlDocument): GraphqlDocument {
  const spread = new Set<string>();
  library.visit(document, {
    FragmentSpread: (node: GraphqlNode) => {
      spread.add(node.name!.value);
    },
  });
  const empty = new Set(document.definitions.filter(isEmptyFragment).map(({ name }) => name!.value));
  const emptied = { leave: (node: GraphqlNode) => (isEmpty(node) ? null : undefined) };
  return library.visit(document, {
    FragmentSpread: (node: GraphqlNode) => (empty.has(node.name!.value) ? null : undefined),
    FragmentDefinition: (node: GraphqlNode) => (empty.has(node.name!.value) || !spread.has(node.name!.value) ? null : undefined),
    Field: emptied,
    InlineFragment: emptied,
  });
}

const isEmpty = ({ selectionSet }: GraphqlNode): boolean => selectionSet?.selections.length === 0;
const isEmptyFragment = (node: GraphqlNode): boolean => node.kind === "FragmentDefinition" && isEmpty(node);

function withoutUnusedVariables(library: GraphqlLibrary, document: GraphqlDocument): GraphqlDocument {
  const used = new Set<string>();
  library.visit(document, {
    // Not looked into: there it is named, not used.
    VariableDefinition: () => false,
    Variable: (node: GraphqlNode) => {
      used.add(node.name!.value);
    },
  });
  return library.visit(document, {
    VariableDefinition: ({ variable }: GraphqlNode) => (used.has(variable!.name!.value) ? false : null),
  });
}
