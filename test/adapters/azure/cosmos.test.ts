import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type CosmosOperation, createGateway } from "@turnpike/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cosmosSource } from "#adapters/azure/index.js";
import { graphqlApi, post, textOf } from "../../core/graphql/support.js";

type Item = Record<string, unknown> & { id: string };

/** What of Cosmos DB's REST is asked for: an account, one container with the key `/city`, its items. */
class FakeCosmos {
  readonly items = new Map<string, Item>();
  readonly seen: { method: string; url: string; headers: IncomingMessage["headers"]; body: unknown }[] = [];
  private readonly server = createServer((request, response) => void this.take(request, response));
  url = "";

  async listen(): Promise<void> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === "" ? null : JSON.parse(text);
    const { method = "", url = "", headers } = request;
    const send = (status: number, data: unknown, extra: Record<string, string> = {}): void => {
      response.writeHead(status, {
        "Content-Type": "application/json",
        "x-ms-request-charge": "1",
        "x-ms-session-token": "0:1",
        ...extra,
      });
      response.end(data === null ? undefined : JSON.stringify(data));
    };
    if (url === "/")
      return send(200, {
        id: "account",
        writableLocations: [{ name: "here", databaseAccountEndpoint: this.url }],
        readableLocations: [{ name: "here", databaseAccountEndpoint: this.url }],
        userConsistencyPolicy: { defaultConsistencyLevel: "Session" },
      });
    if (url === "/dbs/d/colls/c")
      return send(200, { id: "c", _rid: "r", partitionKey: { paths: ["/city"], kind: "Hash", version: 2 } });
    if (url.endsWith("/pkranges")) return send(200, { PartitionKeyRanges: [{ id: "0", minInclusive: "", maxExclusive: "FF" }] });
    this.seen.push({ method, url, headers, body });
    const key = `${url.split("/docs/")[1] ?? ""}|${String(headers["x-ms-documentdb-partitionkey"])}`;
    const stored = this.items.get(key);
    if (headers["x-ms-cosmos-is-query-plan-request"] !== undefined)
      return send(200, {
        partitionedQueryExecutionInfoVersion: 1,
        queryInfo: {
          distinctType: "None",
          top: null,
          offset: null,
          limit: null,
          orderBy: [],
          orderByExpressions: [],
          groupByExpressions: [],
          groupByAliases: [],
          aggregates: [],
          groupByAliasToAggregateType: {},
          rewrittenQuery: "",
          hasSelectValue: false,
        },
        queryRanges: [{ min: "", max: "FF", isMinInclusive: true, isMaxInclusive: false }],
      });
    if (method === "POST" && headers["x-ms-documentdb-isquery"] !== undefined) {
      const city = headers["x-ms-documentdb-partitionkey"];
      const all = [...this.items.entries()]
        .filter(([name]) => city === undefined || name.endsWith(`|${String(city)}`))
        .map(([, item]) => item);
      const size = Number(headers["x-ms-max-item-count"] ?? -1);
      const from = Number(headers["x-ms-continuation"] ?? 0);
      const page = size > 0 ? all.slice(from, from + size) : all;
      const next = from + page.length < all.length ? { "x-ms-continuation": String(from + page.length) } : {};
      return send(200, { Documents: page, _count: page.length }, next);
    }
    if (method === "POST") {
      const item = body as Item;
      const name = `${item.id}|${String(headers["x-ms-documentdb-partitionkey"])}`;
      if (headers["x-ms-documentdb-is-upsert"] === undefined && this.items.has(name))
        return send(409, { code: "Conflict", message: "It exists." });
      this.items.set(name, { ...item, _etag: '"1"' });
      return send(201, this.items.get(name)!);
    }
    if (stored === undefined) return send(404, { code: "NotFound", message: "There is none." });
    const wanted = headers["if-match"];
    if (wanted !== undefined && wanted !== stored["_etag"])
      return send(412, { code: "PreconditionFailed", message: "The tag differs." });
    if (method === "GET") return send(200, stored);
    if (method === "DELETE") {
      this.items.delete(key);
      return send(204, null);
    }
    this.items.set(key, { ...(body as Item), _etag: '"2"' });
    return send(200, this.items.get(key)!);
  }
}

const fake = new FakeCosmos();
const source = cosmosSource({
  client: { connectionPolicy: { enableEndpointDiscovery: false, retryOptions: { maxRetryAttemptCount: 0 } } },
});
beforeAll(() => fake.listen());
afterAll(() => {
  source.close();
  fake.close();
});

const ask = (operation: CosmosOperation, more: { accessToken?: string } = {}) =>
  source({
    connectionString: `AccountEndpoint=${fake.url};AccountKey=c2VjcmV0;`,
    accessToken: null,
    database: "d",
    container: "c",
    operation,
    signal: new AbortController().signal,
    ...more,
  });
const about = { etag: null, consistencyLevel: null, preTrigger: null, postTrigger: null } as const;
const query = {
  kind: "query",
  statement: "SELECT * FROM c",
  parameters: [],
  lowPrecisionOrderBy: false,
  maxItemCount: null,
  continuationToken: null,
} as const;
const write = (kind: "insert" | "replace" | "upsert", item: Item, more: object = {}): CosmosOperation => ({
  kind,
  item,
  id: item.id,
  partitionKey: item["city"] as string,
  indexingDirective: null,
  ...about,
  ...more,
});

describe("cosmosSource", () => {
  it("writes, reads, replaces and deletes an item", async () => {
    const ann = { id: "a", city: "Graz", name: "Ann" };
    expect(await ask(write("insert", ann))).toMatchObject({ item: { ...ann, _etag: '"1"' } });
    await expect(ask(write("insert", ann))).rejects.toMatchObject({ code: 409 });
    expect(await ask({ kind: "read", id: "a", partitionKey: "Graz" })).toMatchObject({ item: ann });
    expect(await ask({ kind: "read", id: "a", partitionKey: "Wien" })).toEqual({ item: null });
    await expect(ask(write("replace", ann, { etag: { value: '"0"', isMatch: true } }))).rejects.toMatchObject({ code: 412 });
    expect(await ask(write("replace", { ...ann, name: "Anna" }, { etag: { value: '"1"', isMatch: true } }))).toMatchObject({
      item: { name: "Anna" },
    });
    expect(await ask(write("upsert", { id: "b", city: "Graz", name: "Bo" }))).toMatchObject({ item: { name: "Bo" } });
    expect(await ask({ kind: "delete", id: "a", partitionKey: "Graz", ...about })).toEqual({ item: { id: "a" } });
    expect([...fake.items.keys()]).toEqual(['b|["Graz"]']);
  });

  it("sends what the document says of the request", async () => {
    await ask(
      write(
        "upsert",
        { id: "t", city: "Linz" },
        { consistencyLevel: "Eventual", preTrigger: "check", postTrigger: "tell", indexingDirective: "exclude" },
      ),
    );
    expect(fake.seen.at(-1)!.headers).toMatchObject({
      "x-ms-consistency-level": "Eventual",
      "x-ms-documentdb-pre-trigger-include": "check",
      "x-ms-documentdb-post-trigger-include": "tell",
      "x-ms-indexing-directive": "exclude",
    });
    await ask({ kind: "delete", id: "t", partitionKey: "Linz", ...about });
  });

  it("queries a partition with parameters, all of it or a page", async () => {
    for (const id of ["1", "2", "3"]) await ask(write("upsert", { id, city: "Wien" }));
    const all = await ask({ ...query, parameters: [{ name: "@a", value: { b: 1 } }], partitionKey: "Wien" });
    expect(all).toMatchObject({ items: [{ id: "1" }, { id: "2" }, { id: "3" }], continuationToken: null });
    expect(fake.seen.at(-1)!.body).toMatchObject({ query: "SELECT * FROM c", parameters: [{ name: "@a", value: { b: 1 } }] });
    const first = await ask({ ...query, partitionKey: "Wien", maxItemCount: 2 });
    expect(first).toMatchObject({ items: [{ id: "1" }, { id: "2" }] });
    const token = "continuationToken" in first ? first.continuationToken : null;
    expect(token).not.toBe(null);
    const second = await ask({ ...query, partitionKey: "Wien", maxItemCount: 2, continuationToken: token });
    expect(second).toMatchObject({ items: [{ id: "3" }], continuationToken: null });
  });

  it("queries all partitions", async () => {
    const found = await ask(query);
    expect("items" in found && found.items.map((item) => (item as Item).id).sort()).toEqual(["1", "2", "3", "b"]);
  });

  it("has a token of the managed identity in place of the key, which goes over TLS alone", async () => {
    const before = fake.seen.length;
    await expect(ask({ kind: "read", id: "1", partitionKey: "Wien" }, { accessToken: "the-token" })).rejects.toThrow(
      "Bearer token authentication is not permitted for non-TLS protected (non-https) URLs.",
    );
    expect(fake.seen.length).toBe(before);
  });

  it("says what a connection string lacks", async () => {
    await expect(
      source({
        connectionString: "Server=x",
        accessToken: null,
        database: "d",
        container: "c",
        operation: query,
        signal: new AbortController().signal,
      }),
    ).rejects.toThrow("Invalid connection string: expected AccountEndpoint=…;AccountKey=…, and AccountEndpoint is missing.");
  });
});

it("a GraphQL field is answered from Cosmos DB", async () => {
  const document = `<cosmosdb-data-source><connection-info><connection-string>AccountEndpoint=${fake.url};AccountKey=c2VjcmV0;</connection-string><database-name>d</database-name><container-name>c</container-name></connection-info><read-request><id>@(context.GraphQL.Arguments["id"].ToString())</id><partition-key>Graz</partition-key></read-request></cosmosdb-data-source>`;
  const gateway = await createGateway(
    {
      apis: {
        people: graphqlApi("type Query { person(id: ID!): Person } type Person { name: String }", { "Query/person": document }),
      },
    },
    { dataSources: { cosmos: source } },
  );
  const answer = async (id: string) =>
    JSON.parse(await textOf(await gateway.handle(post(`{ person(id: "${id}") { name } }`)))) as unknown;
  expect(await answer("b")).toEqual({ data: { person: { name: "Bo" } } });
  expect(await answer("none")).toEqual({ data: { person: null } });
});
