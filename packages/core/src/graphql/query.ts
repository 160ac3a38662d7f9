import { LRUCache } from "lru-cache";
import type { GraphqlLimits } from "../model/model.js";
import type { GraphqlDocument, GraphqlNode } from "../policies/content-validation/graphql-library.js";
import { RequestFault, validDocument } from "../policies/content-validation/graphql-query.js";
import type { ApiSchema } from "./schema.js";

/** A request as it stands in a body, a URL or a message of a WebSocket. */
export interface WrittenQuery {
  readonly query?: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

/** A request that its schema knows, within bounds. */
export interface Query {
  readonly document: GraphqlDocument;
  /** The operation that is asked for. */
  readonly operation: GraphqlNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
}

/** Thrown for what is no GraphQL request at all. */
export class MalformedRequest extends RequestFault {}

/** Documents that are remembered, and characters of all of them together. */
const MOST_DOCUMENTS = 200;
const MOST_CHARACTERS = 1_000_000;

/** Reads the requests of one API; documents that it has found valid are remembered. */
export class QueryReader {
  private readonly known = new LRUCache<string, GraphqlDocument>({
    max: MOST_DOCUMENTS,
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_document, text) => text.length + 1,
  });

  constructor(
    private readonly api: ApiSchema,
    private readonly limits: GraphqlLimits,
  ) {}

  /** Throws RequestFault for what its schema does not know, or is too much; {@link MalformedRequest} for what is no request. */
  read({ query, variables, operationName }: WrittenQuery): Query {
    if (typeof query !== "string") throw new MalformedRequest("The request has no query.");
    if (variables !== undefined && variables !== null && (typeof variables !== "object" || Array.isArray(variables)))
      throw new MalformedRequest("The variables of a request are an object.");
    if (operationName !== undefined && operationName !== null && typeof operationName !== "string")
      throw new MalformedRequest("The operationName of a request is a text.");
    const document = this.document(query);
    const name = operationName === null || operationName === "" ? undefined : operationName;
    const operation = this.api.library.getOperationAST(document, name);
    if (operation == null)
      throw new RequestFault(
        name === undefined
          ? "The request has several operations, and does not say which is meant."
          : "The request has no operation of that name.",
      );
    return {
      document,
      operation,
      operationName: name,
      variables: (variables ?? undefined) as Readonly<Record<string, unknown>> | undefined,
    };
  }

  private document(text: string): GraphqlDocument {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const document = validDocument(this.api.library, this.api.schema, text, this.limits.maxDepth);
    this.known.set(text, document);
    return document;
  }
}

/** The field of a subscription: validation has seen to it that there is one. */
export function subscriptionField({ document, operation }: Query): string | null {
  const find = (node: GraphqlNode | undefined, depth: number): string | null => {
    for (const selection of depth > 100 ? [] : (node?.selectionSet?.selections ?? [])) {
      if (selection.kind === "Field") return selection.name!.value;
      const inner =
        selection.kind === "FragmentSpread"
          ? document.definitions.find(({ kind, name }) => kind === "FragmentDefinition" && name!.value === selection.name!.value)
          : selection;
      const field = find(inner, depth + 1);
      if (field !== null) return field;
    }
    return null;
  };
  return find(operation, 0);
}
