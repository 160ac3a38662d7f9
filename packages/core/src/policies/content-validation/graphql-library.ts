/** The package that knows GraphQL. */
export const graphqlPackage = "graphql";

/** A syntax tree node, as far as it is looked at. */
export interface GraphqlNode {
  readonly kind: string;
  readonly name?: { readonly value: string };
  readonly alias?: { readonly value: string };
  /** Of an operation: `query`, `mutation` or `subscription`. */
  readonly operation?: string;
  /** Of the definition of a variable. */
  readonly variable?: GraphqlNode;
  /** Of an operation. */
  readonly variableDefinitions?: readonly GraphqlNode[];
  readonly selectionSet?: { readonly selections: readonly GraphqlNode[] };
}

/** A parsed query. */
export interface GraphqlDocument extends GraphqlNode {
  readonly definitions: readonly GraphqlNode[];
}

/** A type of a schema. */
export interface GraphqlType {
  readonly name: string;
  /** Of a type that has fields. */
  getFields?(): Readonly<Record<string, unknown>>;
  readonly ofType?: GraphqlType;
}

/** A schema, ready for use. */
export interface GraphqlSchema {
  getType(name: string): GraphqlType | undefined;
  getSubscriptionType(): GraphqlType | null | undefined;
}

/** What a resolver is told of the field that it is asked for. */
export interface GraphqlInfo {
  readonly fieldName: string;
  readonly parentType: GraphqlType;
  readonly returnType: GraphqlType;
  readonly fieldNodes: readonly GraphqlNode[];
  /** `key`: the name that the query gives it. */
  readonly path: { readonly key: string | number };
}

/** What an operation gives. */
export interface GraphqlResult {
  readonly data?: unknown;
  readonly errors?: readonly { toJSON(): unknown; readonly message: string }[];
}

interface TypeInfo {
  getParentType(): { readonly name: string } | null | undefined;
}

type Enter = (node: GraphqlNode) => unknown;

/** What is used of the package. */
export interface GraphqlLibrary {
  buildSchema(text: string): GraphqlSchema;
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
  execute(options: {
    readonly schema: object;
    readonly document: object;
    readonly rootValue: unknown;
    readonly contextValue: unknown;
    readonly variableValues: Readonly<Record<string, unknown>> | undefined;
    readonly operationName: string | undefined;
    fieldResolver(source: unknown, given: Readonly<Record<string, unknown>>, context: unknown, info: GraphqlInfo): unknown;
  }): GraphqlResult | Promise<GraphqlResult>;
  getOperationAST(document: object, operationName: string | undefined): GraphqlNode | null | undefined;
  getVariableValues(
    schema: object,
    definitions: readonly GraphqlNode[],
    given: Readonly<Record<string, unknown>>,
    options: { readonly maxErrors: number },
  ): { readonly errors?: GraphqlResult["errors"] };
  isObjectType(type: unknown): boolean;
  isLeafType(type: unknown): boolean;
  isListType(type: unknown): boolean;
  getNullableType(type: unknown): GraphqlType;
  getNamedType(type: unknown): GraphqlType;
  readonly GraphQLError: new (message: string) => Error;
}
