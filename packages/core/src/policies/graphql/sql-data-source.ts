import { plainValue } from "../../context/plain-value.js";
import { defineResolverPolicy } from "../../policy/define.js";
import type { Exchange } from "../../policy/exchange.js";
import type { Flow } from "../../policy/flow.js";
import { child, flag, many, policyChild, text, valueChild } from "../../policy/schema.js";
import type { SqlValue } from "../../policy/services.js";
import { authenticationCertificate } from "../authentication/authentication-certificate.js";
import { getAuthorizationContext } from "../authentication/get-authorization-context.js";
import { includeFragment } from "../control-flow/include-fragment.js";
import { literalText, textValue } from "../text.js";
import { setBody } from "../transformation/set-body.js";
import { askDatabase, databaseErrors, databaseMissing, databaseToken, respondWith } from "./database.js";
import { makeResult, resultPolicies } from "./result-policies.js";

/** What tokens for Azure SQL are for. */
const RESOURCE = "https://database.windows.net/";

const fragmentChild = policyChild(includeFragment, { max: many, notes: "A fragment, in place." });

const parameterChild = valueChild({
  max: many,
  attributes: {
    name: text({ required: true, notes: "Name with @." }),
    "sql-type": text({ notes: "SQL type, such as `nvarchar(254)`; without it the value's own decides." }),
  },
  notes: "Value; null is NULL.",
});

/** The policy sql-data-source. */
export const sqlDataSource = defineResolverPolicy({
  name: "sql-data-source",
  category: "graphql",
  summary: "Resolver that gets a GraphQL field's data by a T-SQL request to Azure SQL.",
  remarks: [
    "The root of a resolver's document: runs the statement and takes its rows as the value of the field. The host lends the database (`dataSources.sql` of a gateway's options; `mssqlSource` of @turnpike/adapters/sql): the `turnpike` command uses the package mssql where that is installed.",
  ],
  readings: [
    "values reach the statement as parameters only",
    "with `single-result` the value is the first row, or null; otherwise a list of rows, which templates find in `body.items`",
    "a field of an object type with a field `items` has the rows there",
    "dates are ISO 8601 in UTC, binary columns base64, whole numbers beyond 2^53 texts",
    "objects and lists as values of parameters are JSON texts",
    "a set-body in request makes the body that expressions of parameters see",
    "a statement may take 30 seconds",
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
            "use-managed-identity": flag({
              default: false,
              expressions: true,
              notes: "true: a token of the managed identity in place of user and password.",
            }),
            scope: text({ undocumented: "works", notes: "What the token is for, in place of Azure SQL." }),
            "client-id": text({ undocumented: "works", notes: "A user-assigned identity." }),
          },
          notes: "Connection string; best kept in a named value.",
        }),
        "include-fragment": fragmentChild,
        "authentication-certificate": policyChild(authenticationCertificate, {
          notes: "Taken by API Management; drivers for SQL Server present no certificate of clients.",
        }),
        "get-authorization-context": policyChild(getAuthorizationContext, { undocumented: "works" }),
      },
      notes: "How to connect.",
    }),
    "include-fragment": fragmentChild,
    request: child({
      min: 1,
      expressions: true,
      attributes: { "single-result": flag({ default: false, expressions: true, notes: "true: at most one row is expected." }) },
      children: {
        "include-fragment": policyChild(includeFragment, { notes: "A fragment, in place." }),
        "set-body": policyChild(setBody, { notes: "A body for expressions of parameters." }),
        "sql-statement": valueChild({
          min: 1,
          empty: "refused",
          notes: "T-SQL; of several statements the last one with rows counts.",
        }),
        parameters: child({ expressions: true, children: { parameter: parameterChild }, notes: "Values for the statement." }),
      },
      notes: "The query.",
    }),
    response: child({
      content: "policies",
      section: "outbound",
      expressions: true,
      children: resultPolicies,
      notes: "Shapes the result, in document order; without it the rows are the result.",
    }),
  },
  errors: databaseErrors,
  compile(element, compiler) {
    const [info] = element.children["connection-info"];
    const [request] = element.children.request;
    const result = element.children.response[0]?.policies ?? null;
    const [connectionString] = info!.children["connection-string"];
    const [authorization] = info!.children["get-authorization-context"];
    const authorize = authorization === undefined ? null : getAuthorizationContext.compile(authorization, compiler);
    const { "use-managed-identity": usesIdentity, scope, "client-id": clientId } = connectionString!.attributes;
    const connection = textValue(connectionString!.text);
    const statement = textValue(request!.children["sql-statement"][0]!.text);
    const [body] = request!.children["set-body"];
    const write = body === undefined ? null : setBody.compile(body, { ...compiler, section: "inbound" });
    const parameters = request!.children.parameters.flatMap(({ children }) =>
      children.parameter.map(({ attributes, text: value }) => ({
        name: attributes.name.literal!.trim().replace(/^@/, ""),
        type: attributes["sql-type"]?.literal?.trim() ?? null,
        value,
        literal: value?.literal === undefined ? null : literalText(value),
      })),
    );
    const { "single-result": single } = request!.attributes;
    const tokenFor = (exchange: Exchange): Promise<string> | null =>
      usesIdentity.get(exchange) ? databaseToken(exchange, scope?.literal ?? RESOURCE, clientId?.literal ?? null) : null;

    return async (exchange): Promise<Flow> => {
      const { dataSources } = exchange.runtime;
      if (dataSources.sql === undefined) throw databaseMissing.error({ policy: "sql-data-source", option: "sql" });
      exchange.section = "inbound";
      for (const step of [authorize, write]) if (step !== null) await step(exchange);
      const given = {
        connectionString: connection.get(exchange) ?? "",
        accessToken: await tokenFor(exchange),
        statement: statement.get(exchange) ?? "",
        parameters: parameters.map(({ name, type, value, literal }) => ({
          name,
          type,
          value: literal ?? sqlValue(value === null ? null : plainValue(value.get(exchange))),
        })),
      };
      exchange.section = "backend";
      const rows = await askDatabase(exchange, (signal) => dataSources.sql!({ ...given, signal }));
      exchange.observer?.message("sql-data-source", exchange.section, { statement: given.statement, rows: rows.length });
      const isSingle = single.get(exchange);
      respondWith(exchange, isSingle ? (rows[0] ?? null) : { items: rows }, !isSingle);
      await makeResult(exchange, result);
      return "continue";
    };
  },
});

function sqlValue(value: unknown): SqlValue {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return JSON.stringify(value) ?? null;
}
