import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { decodeUtf8 } from "../../http/utf8.js";
import type { PolicyDocument } from "../../model/model.js";
import { internalError } from "../../policy/declared-error.js";
import { type BoundChild, definePolicy, type PolicyCompiler, type Value } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { child, integer, many, oneOf, text } from "../../policy/schema.js";
import { mediaType } from "../bodies/content-type.js";
import { setTextBody } from "../bodies/text-body.js";
import { policyProblems } from "../problems.js";
import { addGraphqlErrors, type GraphqlFault } from "./graphql-errors.js";
import { type GraphqlDocument, type GraphqlLibrary, type GraphqlNode, graphqlPackage } from "./graphql-library.js";
import { pruned } from "./graphql-pruning.js";
import { RequestFault, validDocument } from "./graphql-query.js";
import { shallowJson } from "./json-place.js";
import { isUnpackingError, type SizedBody, sizedBody, workFault, workFaultForCallers } from "./message-size.js";
import { validationProblems } from "./problems.js";
import { jsonArray } from "./validation-errors.js";

/** The stored schema's id and content type in API Management. */
const SCHEMA_ID = "graphql";
const SCHEMA_TYPE = "application/vnd.ms-azure-apim.graphql.schema";

const ruleChild = child({
  min: 1,
  max: many,
  attributes: {
    path: text({ required: true, notes: "Path of the form /type/field; a trailing * matches any name." }),
    action: oneOf(["allow", "remove", "reject", "ignore"], {
      default: "allow",
      expressions: true,
      notes: "What becomes of the field.",
    }),
  },
  notes: "One rule.",
});

const schemaMissing = internalError(
  "neither the API nor the gateway has a schema",
  "SchemaMissing",
  "There is no GraphQL schema for the API.",
);

type RuleAction = "allow" | "remove" | "reject" | "ignore";

interface Rule {
  readonly path: string;
  readonly action: Value<RuleAction>;
}

/** The policy validate-graphql-request. */
export const validateGraphqlRequest = definePolicy({
  name: "validate-graphql-request",
  category: "content-validation",
  summary: "Validates a GraphQL request against its schema and allows, removes or rejects parts of it by path.",
  remarks: [
    "Validates GraphQL requests: JSON objects with a query, and queries alone as `application/graphql`. The schema is that of the request's API; of an API that has none, the stored one with the id `graphql`, else the first of GraphQL's content type. Needs the package graphql.",
  ],
  readings: [
    "a request error is a 400 with a GraphQL errors body, and ends the request",
    "rules match every field, the longest path first",
    "a field that is removed is an error in the answer, before outbound",
    "what nothing is left of, or nothing uses any more, goes with it (selections, fragments, variables)",
    "a request of which nothing is left is a request error",
    "GraphQLErrors is a JArray of objects with message and path",
    "250 fields are the most, and 200 levels of brackets",
  ],
  sections: ["inbound"],
  scopes: ["global", "workspace", "product", "api"],
  attributes: {
    "error-variable-name": text({ expressions: true, notes: "Variable that receives validation errors, besides GraphQLErrors." }),
    "max-size": integer({ required: true, expressions: true, min: 0, max: 102_400, notes: "Largest request body in bytes." }),
    "max-depth": integer({ default: 6, expressions: true, min: 1, notes: "Deepest query allowed." }),
    "max-total-depth": integer({
      expressions: true,
      min: 1,
      undocumented: "works",
      notes: "Deepest query allowed, over the whole document; the smaller of this and max-depth counts.",
    }),
    "max-complexity": integer({
      expressions: true,
      undocumented: "no-effect",
      notes: "Taken by API Management; how it counts is not known.",
    }),
  },
  errors: [
    {
      when: "a request that is too large, no GraphQL, unknown to the schema, too deep, or rejected by a rule",
      status: 400,
      reason: null,
      message: 'a GraphQL answer without data: `{"errors":[{"message":"{what}"}]}`',
    },
    schemaMissing,
  ],
  packages: () => [graphqlPackage],
  children: { authorize: child({ children: { rule: ruleChild }, notes: "Field-level authorization." }) },
  compile(element, compiler) {
    const { attributes } = element;
    const rules: Rule[] = (element.children.authorize[0]?.children.rule ?? [])
      .map(({ attributes: { path, action } }: BoundChild<typeof ruleChild>) => ({ path: path.literal!, action }))
      .sort((a, b) => b.path.length - a.path.length);
    const library = compiler.package(graphqlPackage) as GraphqlLibrary | null;
    if (library === null && !compiler.isDetached) compiler.report(validationProblems.graphqlPackageMissing(graphqlPackage));
    const stored = storedSchema(compiler, library);
    const ofApi = new ApiSchemas(library);
    const record = (exchange: Exchange, faults: readonly GraphqlFault[]): void => {
      const name = attributes["error-variable-name"]?.get(exchange) ?? null;
      for (const variable of new Set(["GraphQLErrors", ...(name === null || name === "" ? [] : [name])]))
        exchange.variables.set(variable, jsonArray(exchange, faults));
    };
    return async (exchange): Promise<Flow> => {
      const limit = attributes["max-size"].get(exchange);
      try {
        const schema = ofApi.of(exchange) ?? stored;
        if (schema === null) throw schemaMissing.error();
        const request = await readRequest(exchange, limit);
        const totalDepth = attributes["max-total-depth"]?.get(exchange) ?? Number.POSITIVE_INFINITY;
        const deepest = Math.min(attributes["max-depth"].get(exchange), totalDepth);
        const faults = check(library!, schema, request, deepest, (path) => actionOf(exchange, rules, path));
        if (faults.removed.length > 0) {
          record(exchange, faults.removed);
          addGraphqlErrors(exchange, faults.removed);
          setTextBody(exchange.request, request.write(library!.print(faults.document)));
        }
        return "continue";
      } catch (error) {
        if (!(error instanceof RequestFault)) throw error;
        record(exchange, [{ message: error.message }]);
        exchange.observer?.message(element.name, exchange.section, error.message);
        exchange.observer?.why(error.message);
        exchange.response.body.replace(null);
        exchange.response = {
          status: 400,
          reason: "Bad Request",
          headers: new Headers([["Content-Type", "application/json"]]),
          body: new MessageBody(Buffer.from(JSON.stringify({ errors: [{ message: error.toCallers }] }))),
        };
        return "stop";
      }
    };
  },
});

/** The schema for APIs without one; null where every GraphQL API has its own, and where it cannot be used, which is reported. */
function storedSchema(compiler: PolicyCompiler, library: GraphqlLibrary | null): object | null {
  const { schemas, apis } = compiler.configuration;
  const stored = schemas.get(SCHEMA_ID) ?? [...schemas.values()].find(({ contentType }) => contentType === SCHEMA_TYPE);
  if (stored === undefined) {
    if (![...apis.values()].some(({ graphql }) => graphql?.schema != null)) compiler.refer("schema", SCHEMA_ID);
    return null;
  }
  if (library === null) return null;
  try {
    return library.buildSchema(stored.text);
  } catch (error) {
    compiler.report(policyProblems.schemaUnusable(stored.id, (error as Error).message));
    return null;
  }
}

/** The schemas of APIs, each read when a request first needs it: that it can be was seen when the configuration was loaded. */
class ApiSchemas {
  private readonly known = new WeakMap<PolicyDocument, object>();

  constructor(private readonly library: GraphqlLibrary | null) {}

  of({ api }: Exchange): object | null {
    const document = api?.graphql?.schema ?? null;
    if (document === null) return null;
    let schema = this.known.get(document);
    if (schema === undefined) this.known.set(document, (schema = this.library!.buildSchema(document.text)));
    return schema;
  }
}

interface GraphqlRequest {
  readonly query: string;
  /** The body as it came, but with another query. */
  write(query: string): string;
}

/** The media type of a body that is the query itself. */
const QUERY_TYPE = "application/graphql";

async function readRequest(exchange: Exchange, limit: number): Promise<GraphqlRequest> {
  let sized: SizedBody;
  try {
    sized = await sizedBody(exchange, exchange.request, limit);
  } catch (error) {
    if (!isUnpackingError(error)) throw error;
    throw new RequestFault("The request's body cannot be unpacked.");
  }
  if ("size" in sized) throw new RequestFault(`The request's body exceeds the limit of ${limit} bytes.`);
  const fault = await workFault(exchange, exchange.request, sized.bytes);
  if (fault !== null) throw new RequestFault(fault, workFaultForCallers);
  const written = decodeUtf8(sized.bytes);
  if (mediaType(exchange.request.headers.get("Content-Type")) === QUERY_TYPE) {
    if (written === null) throw new RequestFault("The request's body is no query in UTF-8.");
    return { query: written, write: (query) => query };
  }
  const body = written === null ? undefined : shallowJson(written);
  const query = typeof body === "object" && body !== null && "query" in body ? body.query : undefined;
  if (typeof query !== "string") throw new RequestFault("The request's body is no JSON object with a query.");
  return { query, write: (changed) => JSON.stringify({ ...(body as object), query: changed }) };
}

/** Parses and validates a query and applies the rules. Throws RequestFault. */
function check(
  library: GraphqlLibrary,
  schema: object,
  { query }: GraphqlRequest,
  maxDepth: number,
  actionFor: (path: string) => RuleAction,
): { readonly document: GraphqlDocument; readonly removed: readonly GraphqlFault[] } {
  const document = validDocument(library, schema, query, maxDepth);
  const removed: GraphqlFault[] = [];
  const info = new library.TypeInfo(schema);
  /** Response keys up to the field; null inside a fragment, which may be spread in several places. */
  let path: string[] | null = [];
  const visitor = {
    FragmentDefinition: {
      enter: () => {
        path = null;
      },
      leave: () => {
        path = [];
      },
    },
    Field: {
      enter: (node: GraphqlNode): unknown => {
        const name = node.name!.value;
        const field = name.startsWith("__") ? `/${name}` : `/${info.getParentType()?.name ?? ""}/${name}`;
        const action = actionFor(field);
        if (action === "reject") throw new RequestFault(`The field ${field} is not allowed.`);
        const key = node.alias?.value ?? name;
        if (action !== "remove") {
          path?.push(key);
          return undefined;
        }
        removed.push({ message: `The field ${field} was removed.`, ...(path === null ? {} : { path: [...path, key] }) });
        return null;
      },
      leave: () => {
        path?.pop();
      },
    },
  };
  const visited = library.visit(document, library.visitWithTypeInfo(info, visitor));
  if (removed.length === 0) return { document, removed };
  const left = pruned(library, visited);
  if (left.definitions.some(({ selectionSet }) => selectionSet?.selections.length === 0))
    throw new RequestFault("Nothing that was asked for is allowed.");
  return { document: left, removed };
}

/** The action of the most specific rule that matches and does not step aside; without one the field passes. */
function actionOf(exchange: Exchange, rules: readonly Rule[], path: string): RuleAction {
  for (const rule of rules) {
    const isMatch = rule.path.endsWith("*") ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path;
    if (!isMatch) continue;
    const action = rule.action.get(exchange);
    if (action !== "ignore") return action;
  }
  return "allow";
}
