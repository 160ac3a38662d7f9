import { type CosmosRequest, createGateway } from "@turnpike/core";
import { checkDocument } from "@turnpike/core/tools";
import { describe, expect, it } from "vitest";
import { graphqlApi, post, textOf } from "../graphql/support.js";

const sdl = `
  type Query { item(id: ID): Item, items(city: String, n: Int, after: String): [Item], page(n: Int, after: String): Page }
  type Mutation { save(id: ID, name: String): Item, remove(id: ID): Item }
  type Page { items: [Item], continuationToken: String }
  type Item { id: ID, name: String }`;
const info =
  "<connection-info><connection-string>AccountEndpoint=https://a.documents.azure.com:443/;\n AccountKey=a2V5;</connection-string><database-name>d</database-name><container-name>c</container-name></connection-info>";
const source = (request: string, rest = "") => `<cosmosdb-data-source>${info}${request}${rest}</cosmosdb-data-source>`;
const argument = (name: string) => `@(context.GraphQL.Arguments["${name}"].ToString())`;

it.each([
  [source("<query-request />"), []],
  [source(""), ["error TP2011"]],
  [source("<read-request><id>1</id></read-request><query-request />"), ["error TP2011"]],
  [source("<read-request />"), ["error TP2011"]],
  [source('<write-request type="replace" />'), ["error TP2011"]],
  [source('<write-request type="delete" />'), ["error TP2008"]],
  [source('<read-request><id template="mustache">1</id></read-request>'), ["error TP2008"]],
  [source("<query-request><paging><max-item-count>1</max-item-count></paging></query-request>"), ["error TP2011"]],
  ["<cosmosdb-data-source><query-request /></cosmosdb-data-source>", ["error TP2011"]],
])("cosmosdb-data-source is checked: %s", (xml, expected) => {
  expect(checkDocument(xml).diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
});

/** Runs a query; gives the requests that the database got, and the answer. */
async function run(field: string, document: string, query: string, answer: object | Error = { item: { id: "1", name: "Ann" } }) {
  const asked: CosmosRequest[] = [];
  const found: (string | null)[] = [];
  const cosmos = async (request: CosmosRequest) => {
    asked.push(request);
    if (answer instanceof Error) throw answer;
    return answer as never;
  };
  const gateway = await createGateway(
    { apis: { shop: graphqlApi(sdl, { [field]: document }) } },
    {
      dataSources: { cosmos },
      credentials: {
        managedIdentity: ({ resource }) => Promise.resolve({ token: `t:${resource}`, expiresAt: Number.MAX_SAFE_INTEGER }),
      },
    },
  );
  const response = await gateway.handle(post(query), {
    onOutcome: ({ errors }) => found.push(...errors.map((failure) => failure.reason)),
  });
  return { asked, found, answer: JSON.parse(await textOf(response)) as { data: unknown } };
}

describe("cosmosdb-data-source", () => {
  it.each([
    [
      "Query/item",
      `<read-request><id>${argument("id")}</id><partition-key data-type="number">7</partition-key></read-request>`,
      '{ item(id: "x") { name } }',
      { kind: "read", id: "x", partitionKey: 7 },
    ],
    [
      "Query/item",
      '<read-request><id template="liquid">u-{{body.arguments.id}}</id><partition-key data-type="bool">true</partition-key></read-request>',
      '{ item(id: "x") { name } }',
      { kind: "read", id: "u-x", partitionKey: true },
    ],
    [
      "Query/item",
      '<read-request><id>x</id><partition-key data-type="null">-</partition-key></read-request>',
      "{ item { name } }",
      { kind: "read", id: "x", partitionKey: null },
    ],
    [
      "Mutation/remove",
      `<delete-request consistency-level="strong" pre-trigger="a" post-trigger="b"><partition-key>p</partition-key><id>${argument("id")}</id><etag>"e"</etag></delete-request>`,
      'mutation { remove(id: "x") { id } }',
      {
        kind: "delete",
        id: "x",
        partitionKey: "p",
        etag: { value: '"e"', isMatch: true },
        consistencyLevel: "Strong",
        preTrigger: "a",
        postTrigger: "b",
      },
    ],
    [
      "Mutation/save",
      '<write-request type="insert" indexing-directive="exclude" />',
      'mutation { save(id: "x", name: "Bo") { id } }',
      {
        kind: "insert",
        id: "x",
        partitionKey: undefined,
        etag: null,
        consistencyLevel: null,
        preTrigger: null,
        postTrigger: null,
        item: { id: "x", name: "Bo" },
        indexingDirective: "exclude",
      },
    ],
    [
      "Mutation/save",
      '<write-request type="replace"><id>r</id><etag type="no-match">e</etag><set-body template="liquid">{"name":"{{body.arguments.name}}"}</set-body></write-request>',
      'mutation { save(name: "Bo") { id } }',
      {
        kind: "replace",
        id: "r",
        partitionKey: undefined,
        etag: { value: "e", isMatch: false },
        consistencyLevel: null,
        preTrigger: null,
        postTrigger: null,
        item: { id: "r", name: "Bo" },
        indexingDirective: null,
      },
    ],
  ])("makes of %s %s its request", async (field, request, query, operation) => {
    const { asked } = await run(field, source(request), query);
    expect(asked).toMatchObject([
      {
        connectionString: "AccountEndpoint=https://a.documents.azure.com:443/;AccountKey=a2V5;",
        accessToken: null,
        database: "d",
        container: "c",
      },
    ]);
    expect(asked[0]!.operation).toEqual(operation);
  });

  it("queries with parameters of any JSON, all items or a page of them", async () => {
    const parameters = `<parameters><parameter name="@city">@(context.GraphQL.Arguments["city"])</parameter><parameter name="n">@(context.GraphQL.Arguments["n"])</parameter><parameter name="@o">@(new JObject(new JProperty("a", 1)))</parameter><parameter name="@t">x</parameter></parameters>`;
    const all = await run(
      "Query/items",
      source(`<query-request><sql-statement>SELECT * FROM c WHERE c.city = @city</sql-statement>${parameters}</query-request>`),
      '{ items(city: "Graz", n: 3) { name } }',
      { items: [{ name: "Ann" }, { name: "Bo" }], continuationToken: null },
    );
    expect(all.asked[0]!.operation).toEqual({
      kind: "query",
      statement: "SELECT * FROM c WHERE c.city = @city",
      parameters: [
        { name: "@city", value: "Graz" },
        { name: "@n", value: 3 },
        { name: "@o", value: { a: 1 } },
        { name: "@t", value: "x" },
      ],
      lowPrecisionOrderBy: false,
      maxItemCount: null,
      continuationToken: null,
    });
    expect(all.answer).toEqual({ data: { items: [{ name: "Ann" }, { name: "Bo" }] } });
    const paging =
      '<paging><max-item-count template="liquid">{% if body.arguments.n %}{{body.arguments.n}}{% else %}10{% endif %}</max-item-count><continuation-token template="liquid">{{body.arguments.after}}</continuation-token></paging>';
    const page = await run(
      "Query/page",
      source(`<query-request enable-low-precision-order-by="true"><partition-key>p</partition-key>${paging}</query-request>`),
      '{ page(after: "t1") { items { name } continuationToken } }',
      { items: [{ name: "Ann" }], continuationToken: "t2" },
    );
    expect(page.asked[0]!.operation).toMatchObject({
      statement: "SELECT * FROM c",
      partitionKey: "p",
      maxItemCount: 10,
      continuationToken: "t1",
      lowPrecisionOrderBy: true,
    });
    expect(page.answer).toEqual({ data: { page: { items: [{ name: "Ann" }], continuationToken: "t2" } } });
  });

  it("shapes what comes back", async () => {
    const shaped = source(
      "<query-request />",
      '<response><set-body>@(((JArray)context.Response.Body.As<JObject>()["items"]).First.ToString())</set-body></response>',
    );
    const { answer } = await run("Query/item", shaped, "{ item { name } }", {
      items: [{ name: "Ann" }],
      continuationToken: null,
    });
    expect(answer).toEqual({ data: { item: { name: "Ann" } } });
  });

  it("asks the managed identity for the account", async () => {
    const document = source("<query-request />").replace(
      /<connection-string>[^<]*/,
      '<connection-string use-managed-identity="true">AccountEndpoint=https://a.documents.azure.com:443/;',
    );
    const { asked } = await run("Query/items", document, "{ items { name } }", { items: [], continuationToken: null });
    expect(asked[0]!.accessToken).toBe("t:https://a.documents.azure.com");
  });

  it.each([
    ["DataSourceFailed", "<query-request />", new Error("Precondition failed")],
    ["DataSourceFailed", '<read-request><id>@("")</id></read-request>', {}],
    ["DataSourceFailed", '<read-request><id>1</id><partition-key data-type="number">x</partition-key></read-request>', {}],
    [
      "DataSourceFailed",
      "<query-request><paging><max-item-count>many</max-item-count><continuation-token /></paging></query-request>",
      {},
    ],
    ["DataSourceFailed", "<write-request><set-body>[]</set-body></write-request>", {}],
  ])("fails with %s: %s", async (reason, request, answer) => {
    const { found, answer: said } = await run("Query/item", source(request), "{ item { name } }", answer);
    expect([found, said.data]).toEqual([[reason], { item: null }]);
  });

  it("fails by name without a database (DataSourceMissing), and without an identity (ManagedIdentityTokenFailure)", async () => {
    const reasons: (string | null)[] = [];
    const withIdentity = source("<query-request />").replace(
      "<connection-string>",
      '<connection-string use-managed-identity="true">',
    );
    for (const [document, dataSources] of [
      [source("<query-request />"), {}],
      [withIdentity, { cosmos: () => Promise.reject(new Error("not asked")) }],
    ] as const) {
      const gateway = await createGateway({ apis: { shop: graphqlApi(sdl, { "Query/items": document }) } }, { dataSources });
      await textOf(
        await gateway.handle(post("{ items { id } }"), {
          onOutcome: ({ errors }) => reasons.push(...errors.map((failure) => failure.reason)),
        }),
      );
    }
    expect(reasons).toEqual(["DataSourceMissing", "ManagedIdentityTokenFailure"]);
  });
});
