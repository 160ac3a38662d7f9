import { defineResolverPolicy } from "../../policy/define.js";
import type { Flow } from "../../policy/flow.js";
import { child, flag, text, valueChild } from "../../policy/schema.js";
import { textValue } from "../text.js";
import { deleteRequest, queryRequest, readRequest, writeRequest } from "./cosmos-children.js";
import { operationErrors, operationOf } from "./cosmos-operation.js";
import { askDatabase, databaseErrors, databaseMissing, databaseToken, respondWith } from "./database.js";
import { dataSourceProblems } from "./problems.js";
import { makeResult, resultPolicies } from "./result-policies.js";

const REQUESTS = ["query-request", "read-request", "delete-request", "write-request"] as const;

/** The policy cosmosdb-data-source. */
export const cosmosdbDataSource = defineResolverPolicy({
  name: "cosmosdb-data-source",
  category: "graphql",
  summary: "Resolver that gets or changes a GraphQL field's data in Cosmos DB.",
  remarks: [
    "The root of a resolver's document: makes one request to a container and takes its answer as the value of the field. The host lends the database (`dataSources.cosmos` of a gateway's options; `cosmosSource` of @turnpike/adapters/azure): the `turnpike` command uses the package @azure/cosmos where that is installed.",
  ],
  readings: [
    "a query's value is a list of items, which templates find in `body.items`; of a page `body.continuationToken` says where the next one begins, or is null",
    "a field of an object type with fields `items` and `continuationToken` has them there",
    "an item that is not there is null; a deleted item's value is an object with its id",
    "the answer to a write is the item as stored, `_etag` and the other system properties among it",
    "parameters of a query take JSON of an expression, plain .NET values, and literals as texts",
    "children of delete-request and write-request may stand in any order",
    "without a partition-key, reads and deletes go to the partition without a key, and a write takes the key from the item",
    "a request may take 30 seconds",
  ],
  attributes: {},
  children: {
    "connection-info": child({
      min: 1,
      expressions: true,
      children: {
        "connection-string": valueChild({
          min: 1,
          empty: "refused",
          attributes: {
            "use-managed-identity": flag({ default: false, notes: "true: a token of the managed identity in place of the key." }),
            "client-id": text({ undocumented: "works", notes: "A user-assigned identity." }),
          },
          notes: "Connection string; best kept in a named value.",
        }),
        "database-name": valueChild({
          min: 1,
          empty: "refused",
          notes: "Database.",
        }),
        "container-name": valueChild({
          min: 1,
          empty: "refused",
          notes: "Container.",
        }),
      },
      notes: "How to connect, and where to.",
    }),
    "query-request": queryRequest,
    "read-request": readRequest,
    "delete-request": deleteRequest,
    "write-request": writeRequest,
    response: child({
      content: "policies",
      section: "outbound",
      expressions: true,
      children: resultPolicies,
      notes: "Shapes the result, in document order; without it the answer is the result.",
    }),
  },
  errors: [...databaseErrors, ...operationErrors],
  compile(element, compiler) {
    const { children } = element;
    if (REQUESTS.filter((name) => children[name].length > 0).length !== 1)
      compiler.report(dataSourceProblems.requestMissing(element.name, REQUESTS));
    const [info] = children["connection-info"];
    const [connectionString] = info!.children["connection-string"];
    const { "use-managed-identity": usesIdentity, "client-id": clientId } = connectionString!.attributes;
    const connection = textValue(connectionString!.text);
    const database = textValue(info!.children["database-name"][0]!.text);
    const container = textValue(info!.children["container-name"][0]!.text);
    const operation = operationOf(children, compiler);
    const result = children.response[0]?.policies ?? null;

    return async (exchange): Promise<Flow> => {
      const { dataSources } = exchange.runtime;
      if (dataSources.cosmos === undefined) throw databaseMissing.error({ policy: "cosmosdb-data-source", option: "cosmos" });
      exchange.section = "inbound";
      const address = compactConnection(connection.get(exchange) ?? "");
      const wanted = {
        connectionString: address,
        accessToken:
          usesIdentity.literal === true ? await databaseToken(exchange, resourceOf(address), clientId?.literal ?? null) : null,
        database: database.get(exchange) ?? "",
        container: container.get(exchange) ?? "",
        operation: await operation(exchange),
      };
      exchange.section = "backend";
      const answer = await askDatabase(exchange, (signal) => dataSources.cosmos!({ ...wanted, signal }));
      exchange.observer?.message("cosmosdb-data-source", exchange.section, { operation: wanted.operation.kind });
      if ("items" in answer) respondWith(exchange, answer, true);
      else respondWith(exchange, answer.item, false);
      await makeResult(exchange, result);
      return "continue";
    };
  },
});

/** Connection strings are broken into lines in documents: no part of one holds a blank. */
const compactConnection = (text: string): string => text.replace(/\s+/g, "");

/** What a token for an account is for: its address. */
function resourceOf(connectionString: string): string {
  const [, endpoint = ""] = /(?:^|;)AccountEndpoint=([^;]*)/i.exec(connectionString) ?? [];
  return endpoint.replace(/(?::443)?\/*$/, "");
}
