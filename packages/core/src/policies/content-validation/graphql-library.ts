/** The package that knows GraphQL. */
export const graphqlPackage = "graphql";

/** A syntax tree node, as far as it is looked at. */
export interface GraphqlNode {
  readonly kind: string;
  readonly name?: { readonly value: string };
  readonly alias?: { readonly value: string };
  /** Of the definition of a variable. */
  readonly variable?: GraphqlNode;
  readonly selectionSet?: { readonly selections: readonly GraphqlNode[] };
}

/** A parsed query. */
export interface GraphqlDocument extends GraphqlNode {
  readonly definitions: readonly GraphqlNode[];
}

interface TypeInfo {
  getParentType(): { readonly name: string } | null | undefined;
}

type Enter = (node: GraphqlNode) => unknown;

/** What is used of the package. */
export interface GraphqlLibrary {
  buildSchema(text: string): object;
  parse(text: string, options: { readonly maxTokens: number; readonly noLocation: boolean }): GraphqlDocument;
  validate(
    schema: object,
    document: object,
    rules: undefined,
    options: { readonly maxErrors: number },
  ): readonly { readonly message: string }[];
  print(document: object): string;
  visit(document: object, visitor: object): GraphqlDocument;
  visitWithTypeInfo(
    info: TypeInfo,
    visitor: Readonly<Record<string, { readonly enter?: Enter; readonly leave?: Enter }>>,
  ): object;
  readonly TypeInfo: new (schema: object) => TypeInfo;
}
