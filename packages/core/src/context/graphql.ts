import { type CallSite, defineType, type TypeDeclaration, withCall } from "@turnpike/expressions";
import { type JToken, NetObject, parseJson } from "@turnpike/expressions/values";
import type { GraphqlField } from "../policy/exchange.js";

/** The members of an object of a GraphQL request, as JSON text by name; a token is made each time that one is asked for. */
class GraphqlDataView extends NetObject {
  constructor(private readonly members: Readonly<Record<string, unknown>>) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return graphQlDataType;
  }

  /** Null for a member that is not there. Texts that look like dates stay texts. */
  member({ run }: Pick<CallSite, "run">, name: string | null): JToken | null {
    if (name === null || !Object.hasOwn(this.members, name)) return null;
    const text = JSON.stringify(this.members[name]) as string | undefined;
    return text === undefined ? null : parseJson(text, run, { dates: false });
  }
}

/** `context.GraphQL` in the document of a resolver. */
export class GraphqlView extends NetObject {
  constructor(readonly field: GraphqlField) {
    super();
  }

  override get declaration(): TypeDeclaration {
    return graphQlType;
  }
}

const argumentsOf = ({ field }: GraphqlView): GraphqlDataView => new GraphqlDataView(field.arguments);

const graphQlDataType = defineType("interface IGraphQLDataObject", {
  "Newtonsoft.Json.Linq.JToken this[string name] { get; }": withCall(
    (site: CallSite, self: GraphqlDataView, name: string | null) => self.member(site, name),
  ),
});

const graphQlType = defineType("interface IGraphQL", {
  "IGraphQLDataObject Arguments { get; }": argumentsOf,
  "IGraphQLDataObject GraphQLArguments { get; }": argumentsOf,
  "IGraphQLDataObject Parent { get; }": ({ field }: GraphqlView) =>
    field.parent === null ? null : new GraphqlDataView(field.parent),
});

/** What only GraphQL resolvers see. */
export const graphqlTypes = [graphQlDataType, graphQlType];
