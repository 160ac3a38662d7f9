import { forward } from "../backends/forward.js";
import { bodyText } from "../context/body.js";
import { MessageBody } from "../http/body.js";
import type { GraphqlDocument, GraphqlNode } from "../policies/content-validation/graphql-library.js";
import { pruned } from "../policies/content-validation/graphql-pruning.js";
import { plainJson } from "../policies/graphql/resolved-value.js";
import { ResolverExchange } from "../policies/graphql/resolver-exchange.js";
import { toTakeApart } from "../policies/messages.js";
import { noteFailure, toPolicyError } from "../policy/failure.js";
import type { Caller } from "./caller.js";
import type { Query } from "./query.js";
import type { ApiSchema } from "./schema.js";

/** Milliseconds that the backend may take: as long as forward-request gives it. */
const TIMEOUT = 300_000;
/** Fields of the schema's own, which the gateway answers by itself. */
const INTROSPECTION = new Set(["__schema", "__type"]);

/** What the server behind an API has answered: fields by the names that the query gives them. */
export interface BackendPart {
  readonly root: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly unknown[];
}

/**
 * Asks the server behind an API for the fields of a query that have no resolver, as a pass-through API would; null if there are none. Objects are asked
 * for their `__typename` as well.
 * @param hasResolver tells of a field by its type and name
 */
export async function backendPart(
  { library, schema }: ApiSchema,
  query: Query,
  { exchange, signal, observer }: Caller,
  hasResolver: (field: string) => boolean,
): Promise<BackendPart | null> {
  const info = new library.TypeInfo(schema);
  const typeName = { kind: "Field", name: { kind: "Name", value: "__typename" } } as unknown as GraphqlNode;
  const visitor = {
    Field: {
      enter: ({ name }: GraphqlNode) =>
        INTROSPECTION.has(name!.value) || hasResolver(`${info.getParentType()?.name ?? ""}/${name!.value}`) ? null : undefined,
    },
    SelectionSet: {
      leave: (node: GraphqlNode, _key: unknown, parent: GraphqlNode) =>
        parent.kind === "OperationDefinition" ? undefined : { ...node, selections: [...selectionsOf(node), typeName] },
    },
  };
  const asked = {
    ...query.document,
    definitions: query.document.definitions.filter((node) => node === query.operation || node.kind !== "OperationDefinition"),
  };
  const left = pruned(library, library.visit(asked, library.visitWithTypeInfo(info, visitor as never)));
  if (!asksForAnything(left)) return null;
  const call = new ResolverExchange(exchange, { arguments: {}, parent: null }, signal, observer);
  const { request } = call;
  request.method = "POST";
  request.url = exchange.request.url;
  request.headers = exchange.request.headers.clone();
  for (const name of ["Content-Length", "Content-Encoding", "Accept-Encoding"]) request.headers.delete(name);
  request.headers.set("Content-Type", "application/json");
  request.headers.set("Accept", "application/json");
  const { variables, operationName } = query;
  request.body = new MessageBody(Buffer.from(JSON.stringify({ query: library.print(left), variables, operationName })));
  call.section = "backend";
  try {
    const sent = forward(call, { timeout: TIMEOUT, followRedirects: false, buffersRequestBody: false, http2: false });
    if (typeof sent !== "string") await sent;
    const { body, headers } = call.response;
    const text = await toTakeApart(call, body, (bytes) => (bytes === null ? "" : bodyText(headers, bytes)));
    const answer = plainJson(text) as { readonly data?: BackendPart["root"]; readonly errors?: unknown } | null;
    return { root: answer?.data ?? null, errors: Array.isArray(answer?.errors) ? (answer.errors as unknown[]) : [] };
  } catch (error) {
    noteFailure(exchange, toPolicyError(error, call));
    return { root: null, errors: [{ message: "The server behind the API could not be asked." }] };
  }
}

const selectionsOf = (node: GraphqlNode): readonly GraphqlNode[] =>
  (node as unknown as { readonly selections: readonly GraphqlNode[] }).selections;

function asksForAnything({ definitions }: GraphqlDocument): boolean {
  return definitions.some(
    ({ kind, selectionSet }) => kind === "OperationDefinition" && (selectionSet?.selections.length ?? 0) > 0,
  );
}
