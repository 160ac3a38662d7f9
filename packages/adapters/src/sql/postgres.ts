import type { SqlRows, SqlStatement } from "@turnpike/core";
import { optionalPackage } from "../optional-package.js";
import { Pools, type SqlSource } from "./pools.js";

/** How PostgreSQL is reached. */
export interface PostgresSourceOptions {
  /** The package `pg`, as `import` gives it; default: the one that is installed. */
  readonly pg?: object;
  /** Goes over what the connection string says: `{ ssl: { ca } }`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

interface PostgresPool {
  query(query: { readonly text: string; readonly values: readonly unknown[] }): Promise<unknown>;
  end(): Promise<void>;
  on(event: "error", listener: () => void): unknown;
}

/** What is used of the package. */
interface PostgresPackage {
  readonly Pool: new (configuration: object) => PostgresPool;
}

/** Milliseconds that a statement may take on the server. */
const TIMEOUT = 30_000;

/**
 * PostgreSQL for `sql-data-source`, by the package `pg`: for documents whose statements are PostgreSQL's, with parameters as `@name` all the
 * same. Connection strings are PostgreSQL's, too: `postgres://user:password@host/database`. The attribute `sql-type` has no effect.
 *
 * @throws TypeError if the package is not installed
 */
export function postgresSource({ pg, configuration = {} }: PostgresSourceOptions = {}): SqlSource {
  const found = (pg ?? optionalPackage("pg")) as (PostgresPackage & { readonly default?: PostgresPackage }) | null;
  if (found === null) throw new TypeError("postgresSource needs the package pg: npm install pg");
  const library = found.default ?? found;
  const pools = new Pools<PostgresPool>(
    async (connectionString, token) => {
      const pool = new library.Pool({
        connectionString,
        statement_timeout: TIMEOUT,
        ...(token === null ? {} : { password: token }),
        ...configuration,
      });
      // A connection that breaks while nobody uses it is made anew when somebody does.
      pool.on("error", () => {});
      return pool;
    },
    (pool) => pool.end(),
  );
  const run = async ({ connectionString, accessToken, statement, parameters }: SqlStatement): Promise<SqlRows> => {
    const pool = await pools.of(connectionString, accessToken);
    const { text, names } = numbered(statement, new Set(parameters.map(({ name }) => name)));
    const values = names.map((name) => parameters.find((parameter) => parameter.name === name)!.value);
    const result = await pool.query({ text, values });
    // Of several statements each has a result of its own.
    const last: unknown = Array.isArray(result) ? result.at(-1) : result;
    return ((last as { readonly rows?: SqlRows } | undefined)?.rows ?? []) as SqlRows;
  };
  return Object.assign(run, { close: () => pools.close() });
}

/** Texts, quoted names, comments, and names with `@` outside of them. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|@([A-Za-z_]\w*)/g;

/** A statement with `$1` for the first parameter's name and so on; names that are no parameter stay. */
function numbered(statement: string, known: ReadonlySet<string>): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const text = statement.replace(TOKENS, (token: string, _tag: string | undefined, name: string | undefined) => {
    if (name === undefined || !known.has(name)) return token;
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, names };
}
