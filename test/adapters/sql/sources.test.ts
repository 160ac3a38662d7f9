import { createGateway, type SqlStatement } from "@turnpike/core";
import sqlite from "node-sqlite3-wasm";
import { afterEach, describe, expect, it } from "vitest";
import { mssqlSource, postgresSource } from "#adapters/sql/index.js";
import { graphqlApi, post, textOf } from "../../core/graphql/support.js";

const statement = (
  text: string,
  parameters: SqlStatement["parameters"] = [],
  more: Partial<SqlStatement> = {},
): SqlStatement => ({
  connectionString: "Server=tcp:db.example,1433;Initial Catalog=shop;User ID=api;Password=p",
  accessToken: null,
  statement: text,
  parameters,
  signal: new AbortController().signal,
  ...more,
});

function database() {
  const opened = new sqlite.Database();
  opened.exec("CREATE TABLE Family (id INTEGER, name TEXT)");
  opened.exec("INSERT INTO Family VALUES (1, 'Huber'), (2, 'Maier')");
  return opened;
}

/** The package mssql over an embedded database: what is used of it, as its own documentation has it. */
function fakeMssql() {
  const log: string[] = [];
  const opened = database();
  class Request {
    private readonly values: Record<string, string | number> = {};
    input(name: string, ...[type, value]: readonly [value: unknown] | readonly [type: unknown, value: unknown]) {
      const isTyped = value !== undefined;
      log.push(`${name}: ${isTyped ? String(type) : "untyped"}`);
      this.values[`@${name}`] = (isTyped ? value : type) as string;
      return this;
    }
    async query(text: string) {
      if (text === "WAIT") return new Promise<never>((_, reject) => (this.reject = reject));
      return { recordsets: text.split(";").map((part) => opened.all(part, part.includes("@") ? this.values : undefined)) };
    }
    private reject: ((error: Error) => void) | null = null;
    cancel() {
      log.push("cancelled");
      this.reject?.(new Error("Canceled."));
    }
  }
  class ConnectionPool {
    constructor(configuration: object) {
      log.push(JSON.stringify(configuration));
    }
    static parseConnectionString(text: string) {
      const [, server] = /Server=tcp:([^,]*)/.exec(text) ?? [];
      return { server, user: "api", password: "p", options: {} };
    }
    async connect() {
      return this;
    }
    request() {
      return new Request();
    }
    async close() {
      log.push("closed");
    }
  }
  const sized = (name: string) => Object.assign((...sizes: unknown[]) => `${name}(${sizes.join(",")})`, { toString: () => name });
  return {
    log,
    ConnectionPool,
    MAX: "MAX",
    TYPES: { NVarChar: sized("NVarChar"), Int: sized("Int"), Decimal: sized("Decimal") },
  };
}

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const source of closing.splice(0)) await source.close();
});
const closed = <S extends { close(): Promise<void> }>(source: S): S => {
  closing.push(source);
  return source;
};

describe("mssqlSource", () => {
  it("runs a statement with typed parameters, by one pool a connection string", async () => {
    const mssql = fakeMssql();
    const source = closed(mssqlSource({ mssql, configuration: { pool: { max: 3 } } }));
    const parameters = [
      { name: "id", type: null, value: 2 },
      { name: "a", type: "nvarchar(254)", value: "x" },
      { name: "b", type: "NVARCHAR(max)", value: "x" },
      { name: "c", type: "decimal(10, 2)", value: 1 },
      { name: "d", type: "int", value: 1 },
    ];
    const text = "SELECT 1 AS x; SELECT id, name FROM Family WHERE id = @id AND @a = @b AND @c = @d";
    expect(await source(statement(text, parameters))).toEqual([{ id: 2, name: "Maier" }]);
    expect(await source(statement("SELECT 3 AS id"))).toEqual([{ id: 3 }]);
    expect(mssql.log).toEqual([
      '{"server":"db.example","options":{},"user":"api","password":"p","pool":{"max":3}}',
      "id: untyped",
      "a: NVarChar(254)",
      "b: NVarChar(MAX)",
      "c: Decimal(10,2)",
      "d: Int",
    ]);
  });

  it("connects anew with another token, in place of user and password", async () => {
    const mssql = fakeMssql();
    const source = closed(mssqlSource({ mssql }));
    for (const accessToken of ["one", "one", "two"]) await source(statement("SELECT 1 AS x", [], { accessToken }));
    expect(mssql.log).toEqual([
      '{"server":"db.example","options":{},"authentication":{"type":"azure-active-directory-access-token","options":{"token":"one"}}}',
      expect.stringContaining("two"),
      "closed",
    ]);
  });

  it("gives up what nobody waits for, and says which type it does not know", async () => {
    const mssql = fakeMssql();
    const source = closed(mssqlSource({ mssql }));
    const abort = new AbortController();
    const waiting = source(statement("WAIT", [], { signal: abort.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await expect(waiting).rejects.toThrow("Canceled.");
    await expect(source(statement("SELECT 1", [{ name: "a", type: "text!", value: 1 }]))).rejects.toThrow(
      "Invalid sql-type 'text!': expected a type of SQL Server, such as nvarchar(254).",
    );
  });

  it("reads connection strings by the package itself, and tells that nothing listens", async () => {
    const source = closed(mssqlSource({ configuration: { connectionTimeout: 2_000 } }));
    const connectionString = "Server=tcp:127.0.0.1,9;Initial Catalog=shop;User ID=api;Password=p;Encrypt=false";
    await expect(source(statement("SELECT 1", [], { connectionString }))).rejects.toThrow(/127\.0\.0\.1:9/);
  });
});

/** The package pg over an embedded database. */
function fakePg() {
  const log: unknown[] = [];
  const opened = database();
  class Pool {
    constructor(configuration: object) {
      log.push(configuration);
    }
    on() {
      return this;
    }
    async query({ text, values }: { text: string; values: readonly unknown[] }) {
      log.push(text);
      return { rows: opened.all(text.replace(/\$(\d)/g, "?$1"), values as (string | number)[]) };
    }
    async end() {
      log.push("ended");
    }
  }
  return { log, Pool };
}

describe("postgresSource", () => {
  it("runs statements with parameters by number, outside of texts, names and comments", async () => {
    const pg = fakePg();
    const source = closed(postgresSource({ pg }));
    const text = `SELECT id, '@id' AS a, name AS "@id" FROM Family -- @id\n WHERE id = @id AND name <> @other /* @id */ AND id = @id`;
    const parameters = [
      { name: "other", type: "text", value: "x" },
      { name: "id", type: null, value: 2 },
      { name: "unused", type: null, value: 9 },
    ];
    const connectionString = "postgres://api:p@db.example/shop";
    expect(await source(statement(text, parameters, { connectionString }))).toEqual([{ id: 2, a: "@id", "@id": "Maier" }]);
    expect(pg.log).toEqual([
      { connectionString, statement_timeout: 30_000 },
      `SELECT id, '@id' AS a, name AS "@id" FROM Family -- @id\n WHERE id = $1 AND name <> $2 /* @id */ AND id = $1`,
    ]);
  });

  it("has the token for a password", async () => {
    const pg = fakePg();
    await closed(postgresSource({ pg }))(statement("SELECT 1 AS a", [], { accessToken: "t" }));
    expect(pg.log[0]).toMatchObject({ password: "t" });
  });
});

it("a GraphQL field is answered from a database", async () => {
  const sql = closed(mssqlSource({ mssql: fakeMssql() }));
  const document = `<sql-data-source><connection-info><connection-string>Server=tcp:a,1</connection-string></connection-info><request><sql-statement>SELECT name FROM Family WHERE id = @id</sql-statement><parameters><parameter name="@id" sql-type="int">@((int)context.GraphQL.Arguments["id"])</parameter></parameters></request></sql-data-source>`;
  const gateway = await createGateway(
    {
      apis: {
        shop: graphqlApi("type Query { family(id: Int): [Family] } type Family { name: String }", { "Query/family": document }),
      },
    },
    { dataSources: { sql } },
  );
  expect(JSON.parse(await textOf(await gateway.handle(post("{ family(id: 1) { name } }"))))).toEqual({
    data: { family: [{ name: "Huber" }] },
  });
});
