import type { GraphqlModel, PolicyDocument, ResolverModel } from "../../model/model.js";
import type { ApiConfiguration, GraphqlLimitsConfiguration, RevisionConfiguration } from "../configuration.js";
import { configurationProblems } from "../problems.js";
import type { ConfigurationPath, LoadedConfiguration } from "../source.js";

type Path = readonly (string | number)[];

/** What of a GraphQL API a revision may have for itself, and where it stands. */
export interface GraphqlParts {
  readonly schema: ApiConfiguration["schema"];
  readonly schemaPath: Path;
  readonly resolvers: ApiConfiguration["resolvers"];
  readonly resolversPath: Path;
}

/** What requests may ask of a GraphQL API, where its configuration says nothing. */
export const defaultGraphqlLimits: GraphqlModel["limits"] = {
  maxSize: 102_400,
  maxDepth: 20,
  maxNodes: 100_000,
  maxCalls: 1_000,
  maxBatch: 10,
  maxSubscriptions: 1_000,
};

/** The schema and the resolvers of a revision: its own, else those of the API. */
export function graphqlParts(api: ApiConfiguration, revision: RevisionConfiguration | null, path: Path, own: Path): GraphqlParts {
  const of = (key: "schema" | "resolvers"): Path => [...(revision?.[key] === undefined ? path : own), key];
  return {
    schema: revision?.schema ?? api.schema,
    schemaPath: of("schema"),
    resolvers: revision?.resolvers ?? api.resolvers,
    resolversPath: of("resolvers"),
  };
}

/**
 * The GraphQL side of an API; null for APIs of other types, which have none.
 * @param documents where the documents of resolvers are gathered
 */
export function buildGraphql(
  { type, graphql }: ApiConfiguration,
  { schema: source, schemaPath, resolvers: written, resolversPath }: GraphqlParts,
  path: Path,
  documents: { readonly resolvers: Map<ResolverModel, PolicyDocument>; readonly places: Map<object, ConfigurationPath> },
  loaded: LoadedConfiguration,
): GraphqlModel | null {
  if (type !== "graphql") {
    for (const [key, value, at] of [
      ["schema", source, schemaPath],
      ["resolvers", written, resolversPath],
      ["graphql", graphql, [...path, "graphql"]],
    ] as const)
      if (value !== undefined) loaded.report(at, configurationProblems.graphqlOfOtherKind(key));
    return null;
  }
  const schema = source === undefined ? null : loaded.policyDocument(source, schemaPath);
  if (written !== undefined && source === undefined) loaded.report(resolversPath, configurationProblems.resolversWithoutSchema());
  const limits = limitsOf(graphql, [...path, "graphql"], loaded);
  if (written === undefined) return { schema, resolvers: null, limits };
  const byField = new Map<string, string>();
  const resolvers = Object.entries(written).flatMap(([id, resolver]) => {
    const at = [...resolversPath, id];
    const field = /^\/?([A-Za-z_]\w*)\/([A-Za-z_]\w*)$/.exec(resolver.path);
    if (field === null) {
      loaded.report([...at, "path"], configurationProblems.resolverPath(resolver.path));
      return [];
    }
    const key = `${field[1]}/${field[2]}`;
    const other = byField.get(key);
    if (other !== undefined) loaded.report([...at, "path"], configurationProblems.resolverTwice(key, other));
    byField.set(key, id);
    const model: ResolverModel = { id, name: String(resolver.name ?? id), type: field[1]!, field: field[2]! };
    const document = loaded.policyDocument(resolver.policy, [...at, "policy"]);
    if (document !== null) documents.resolvers.set(model, document);
    documents.places.set(model, loaded.fromRoot(at));
    return [model];
  });
  return { schema, resolvers, limits };
}

function limitsOf(
  written: GraphqlLimitsConfiguration | undefined,
  path: Path,
  loaded: LoadedConfiguration,
): GraphqlModel["limits"] {
  for (const [key, value] of Object.entries(written ?? {}))
    if (!Number.isSafeInteger(value) || value < 1) loaded.report([...path, key], configurationProblems.graphqlLimit(key, value));
  return { ...defaultGraphqlLimits, ...written };
}

const OPERATIONS = { graphql: "POST", "graphql-get": "GET" } as const;

/** A GraphQL API takes queries at its path, by POST and GET: both are operations that are there by themselves. */
export function withGraphqlOperations<T extends Pick<ApiConfiguration, "operations">>(
  written: T,
  type: ApiConfiguration["type"],
): T {
  if (type !== "graphql") return written;
  const own = Object.values(written.operations ?? {});
  const missing = Object.entries(OPERATIONS)
    .filter(([, method]) => !own.some((operation) => operation.method?.toUpperCase() === method && isRoot(operation.urlTemplate)))
    .map(([id, method]) => [id, { method, urlTemplate: "/", ...written.operations?.[id] }] as const);
  return { ...written, operations: { ...written.operations, ...Object.fromEntries(missing) } };
}

const isRoot = (template: string | undefined): boolean => template === "/" || template === "";
