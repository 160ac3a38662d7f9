import { createGateway, type SqlStatement } from "@turnpike/core";
import { checkDocument } from "@turnpike/core/tools";
import sqlite from "node-sqlite3-wasm";
import { describe, expect, it } from "vitest";
import { ask, graphqlApi, graphqlWorld, post, refusals, textOf } from "../graphql/support.js";

const sdl = `
  type Query { families(city: String): [Family], family(id: Int!): Family, page: Page }
  type Mutation { add(name: String!): Family }
  type Page { items: [Family] }
  type Family { id: Int, name: String, since: String, city: String }`;

interface Parts {
  readonly connection?: string;
  readonly single?: boolean;
  readonly parameters?: string;
  readonly response?: string;
}
const source = (
  statement: string,
  { connection = "<connection-string>Server=db</connection-string>", single = false, parameters = "", response = "" }: Parts = {},
) =>
  `<sql-data-source><connection-info>${connection}</connection-info><request${single ? ' single-result="true"' : ""}><sql-statement>${statement}</sql-statement>${
    parameters === "" ? "" : `<parameters>${parameters}</parameters>`
  }</request>${response === "" ? "" : `<response>${response}</response>`}</sql-data-source>`;
const parameter = (name: string, value: string, type = "") =>
  `<parameter name="@${name}"${type === "" ? "" : ` sql-type="${type}"`}>${value}</parameter>`;

it.each([
  [source("SELECT 1"), []],
  ["<sql-data-source />", ["error TP2011", "error TP2011"]],
  [source("SELECT 1", { connection: "" }), ["error TP2011"]],
  [source("SELECT 1", { parameters: "<parameter>1</parameter>" }), ["error TP2007"]],
  [source("SELECT 1", { response: "<set-header name='a' />" }), ["error TP2010"]],
  [source("SELECT 1", { connection: '<connection-string scope="x">a</connection-string>' }), ["warning TP2112"]],
])("sql-data-source is checked: %s", (xml, expected) => {
  expect(checkDocument(xml).diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
});

/** An embedded database as the host's driver: SQLite takes `@name` as T-SQL does. */
function embedded() {
  const database = new sqlite.Database();
  database.exec("CREATE TABLE Family (id INTEGER PRIMARY KEY, name TEXT, city TEXT, since TEXT)");
  database.exec(
    "INSERT INTO Family VALUES (1, 'Huber', 'Graz', '2020-01-01'), (2, 'Maier', 'Graz', NULL), (3, 'O''Neill', 'Wien', NULL)",
  );
  const asked: SqlStatement[] = [];
  return {
    asked,
    async sql(request: SqlStatement) {
      asked.push(request);
      const values = Object.fromEntries(
        request.parameters
          .filter(({ name }) => request.statement.includes(`@${name}`))
          .map(({ name, value }) => [`@${name}`, value]),
      );
      return database.all(request.statement, values as Record<string, string | number | null>) as Record<string, unknown>[];
    },
  };
}

async function gatewayOn(resolvers: Readonly<Record<string, string>>, dataSources: object = embedded()) {
  const gateway = await createGateway({ apis: { shop: graphqlApi(sdl, resolvers) } }, { dataSources });
  return async (query: string, variables?: unknown): Promise<unknown> =>
    JSON.parse(await textOf(await gateway.handle(post(query, variables)))) as unknown;
}

describe("sql-data-source on an embedded database", () => {
  it("gives rows, a row, and null where there is none", async () => {
    const query = await gatewayOn({
      "Query/families": source("SELECT id, name, since FROM Family WHERE city = @city ORDER BY id", {
        parameters: parameter("city", '@(context.GraphQL.Arguments["city"])', "nvarchar(100)"),
      }),
      "Query/family": source("SELECT * FROM Family WHERE id = @id", {
        single: true,
        parameters: parameter("id", '@((int)context.GraphQL.Arguments["id"])'),
      }),
      "Query/page": source("SELECT name FROM Family ORDER BY id LIMIT 2"),
    });
    expect(
      await query(
        '{ families(city: "Graz") { id name since } one: family(id: 3) { name } none: family(id: 9) { name } page { items { name } } }',
      ),
    ).toEqual({
      data: {
        families: [
          { id: 1, name: "Huber", since: "2020-01-01" },
          { id: 2, name: "Maier", since: null },
        ],
        one: { name: "O'Neill" },
        none: null,
        page: { items: [{ name: "Huber" }, { name: "Maier" }] },
      },
    });
  });

  it.each(["' OR 1=1 --", "Graz'; DROP TABLE Family; --"])("takes the value %s for a value", async (city) => {
    const query = await gatewayOn({
      "Query/families": source("SELECT name FROM Family WHERE city = @city", {
        parameters: parameter("city", '@(context.GraphQL.Arguments["city"])'),
      }),
      "Query/page": source("SELECT name FROM Family"),
    });
    expect(await query("query($c: String) { families(city: $c) { name } page { items { name } } }", { c: city })).toMatchObject({
      data: { families: [], page: { items: [{ name: "Huber" }, { name: "Maier" }, { name: "O'Neill" }] } },
    });
  });

  it("changes data, and shapes what comes back", async () => {
    const query = await gatewayOn({
      "Mutation/add": source("INSERT INTO Family (name, city) VALUES (@name, 'Linz') RETURNING id AS NewId, name AS NewName", {
        single: true,
        parameters: parameter("name", '@(context.GraphQL.Arguments["name"])'),
        response: '<set-body template="liquid">{ "id": {{body.NewId}}, "name": "{{body.NewName}}" }</set-body>',
      }),
      "Query/families": source("SELECT name FROM Family WHERE id > 2", {
        response:
          '<set-body template="liquid">[{% for f in body.items %}{ "name": "{{f.name}}!" }{% unless forloop.last %},{% endunless %}{% endfor %}]</set-body>',
      }),
    });
    expect(await query('mutation { add(name: "Gruber") { id name } }')).toEqual({ data: { add: { id: 4, name: "Gruber" } } });
    expect(await query("{ families { name } }")).toEqual({ data: { families: [{ name: "O'Neill!" }, { name: "Gruber!" }] } });
  });

  it("gives values as types of SQL", async () => {
    const database = embedded();
    const query = await gatewayOn(
      {
        "Query/families": source("SELECT 1 AS id", {
          parameters: [
            parameter("text", "literal"),
            parameter("null", "@((string)null)"),
            parameter("whole", "@(7)", "int"),
            parameter("yes", "@(true)"),
            parameter("list", '@(new JArray("a", 1))'),
            parameter("day", "@(new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc))"),
          ].join(""),
        }),
      },
      database,
    );
    await query("{ families { id } }");
    expect(database.asked[0]!.parameters.slice(0, 5)).toEqual([
      { name: "text", type: null, value: "literal" },
      { name: "null", type: null, value: null },
      { name: "whole", type: "int", value: 7 },
      { name: "yes", type: null, value: true },
      { name: "list", type: null, value: '["a",1]' },
    ]);
    expect(typeof database.asked[0]!.parameters[5]!.value).toBe("string");
  });

  it("gives dates, bytes and large numbers as JSON can say them", async () => {
    const rows = [{ id: 1, name: new Uint8Array([1, 2]), since: new Date("2026-01-02T03:04:05Z"), city: 9007199254740993n }];
    const query = await gatewayOn({ "Query/families": source("SELECT 1") }, { sql: () => Promise.resolve(rows) });
    expect(await query("{ families { name since city } }")).toEqual({
      data: { families: [{ name: "AQI=", since: "2026-01-02T03:04:05.000Z", city: "9007199254740993" }] },
    });
  });

  it.each([
    ["DataSourceMissing", {}],
    ["DataSourceFailed", { sql: () => Promise.reject(new Error("Login failed for user 'api'.")) }],
  ])("fails with %s, which callers are not told", async (reason, dataSources) => {
    const gateway = await createGateway(
      { apis: { shop: graphqlApi(sdl, { "Query/families": source("SELECT 1") }) } },
      { dataSources },
    );
    const found: (string | null)[] = [];
    const response = await gateway.handle(post("{ families { id } }"), {
      onOutcome: ({ errors }) => found.push(...errors.map((failure) => failure.reason)),
    });
    expect(JSON.parse(await textOf(response))).toEqual({
      errors: [{ message: "The field Query.families could not be resolved.", path: ["families"] }],
      data: { families: null },
    });
    expect(found).toEqual([reason]);
  });

  it("gives up a database that does not answer", async () => {
    const world = await graphqlWorld(
      sdl,
      { "Query/families": source("SELECT 1") },
      { dataSources: { sql: [{ rows: [{ id: 1 }] }] } },
    );
    expect(await ask(world, "{ families { id } }")).toEqual({ data: { families: [{ id: 1 }] } });
    let aborted = false;
    const slow = {
      sql: ({ signal }: SqlStatement) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted = true;
            reject(new Error("aborted"));
          });
        }),
    };
    const { clock } = world;
    const gateway = await createGateway(
      { apis: { shop: graphqlApi(sdl, { "Query/families": source("SELECT 1") }) } },
      { clock, dataSources: slow },
    );
    const text = await clock.run(async () => textOf(await gateway.handle(post("{ families { id } }"))));
    expect([aborted, JSON.parse(text)]).toMatchObject([true, { data: { families: null } }]);
  });

  it("asks the managed identity: ManagedIdentityTokenFailure", async () => {
    const connection = '<connection-string use-managed-identity="true">Server=db</connection-string>';
    const database = embedded();
    const made = async (credentials: object) => {
      const gateway = await createGateway(
        { apis: { shop: graphqlApi(sdl, { "Query/page": source("SELECT 1 AS id", { connection }) }) } },
        { dataSources: database, credentials },
      );
      return JSON.parse(await textOf(await gateway.handle(post("{ page { items { id } } }")))) as unknown;
    };
    const managedIdentity = ({ resource }: { resource: string }) =>
      Promise.resolve({ token: `token of ${resource}`, expiresAt: Number.MAX_SAFE_INTEGER });
    expect(await made({ managedIdentity })).toEqual({ data: { page: { items: [{ id: 1 }] } } });
    expect(database.asked[0]!.accessToken).toBe("token of https://database.windows.net/");
    expect(await made({})).toMatchObject({ data: { page: null } });
  });

  it("takes parts of its request from a fragment", async () => {
    const found = await refusals(sdl, {
      "Query/families": source("SELECT 1").replace(
        "<sql-statement>SELECT 1</sql-statement>",
        '<include-fragment fragment-id="none" />',
      ),
    });
    expect(found[0]).toMatch(/^TP\d+ 1 .*fragment.*none/);
    const world = await graphqlWorld(
      sdl,
      {
        "Query/families": source("SELECT 1").replace(
          "<sql-statement>SELECT 1</sql-statement>",
          '<include-fragment fragment-id="statement" />',
        ),
      },
      {
        dataSources: { sql: [{ when: { statement: "SELECT 2" }, rows: [{ id: 2 }] }] },
        gateway: { fragments: { statement: "<fragment><sql-statement>SELECT 2</sql-statement></fragment>" } },
      },
    );
    expect(await ask(world, "{ families { id } }")).toEqual({ data: { families: [{ id: 2 }] } });
  });
});
