import type { SqlRows, SqlStatement } from "@turnpike/core";
import { optionalPackage } from "../optional-package.js";
import { Pools, type SqlSource } from "./pools.js";

/** How SQL Server and Azure SQL are reached. */
export interface MssqlSourceOptions {
  /** The package `mssql`, as `import` gives it; default: the one that is installed. */
  readonly mssql?: object;
  /** Goes over what the connection string says: `{ options: { trustServerCertificate: true } }`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** A type as the package makes it: with a length, or with precision and scale. */
type TypeFactory = (...sizes: readonly unknown[]) => unknown;

interface MssqlRequest {
  input(name: string, type: unknown, value?: unknown): MssqlRequest;
  query(statement: string): Promise<{ readonly recordsets: unknown }>;
  cancel(): void;
}

interface MssqlPool {
  connect(): Promise<MssqlPool>;
  request(): MssqlRequest;
  close(): Promise<void>;
}

/** What is used of the package. */
interface MssqlPackage {
  readonly ConnectionPool: (new (
    configuration: object,
  ) => MssqlPool) & {
    parseConnectionString(text: string): Readonly<Record<string, unknown>>;
  };
  readonly TYPES: Readonly<Record<string, TypeFactory>>;
  readonly MAX: unknown;
}

/**
 * SQL Server and Azure SQL for `sql-data-source`, by the package `mssql`. Connections are pooled by connection string.
 *
 * @throws TypeError if the package is not installed
 */
export function mssqlSource({ mssql, configuration = {} }: MssqlSourceOptions = {}): SqlSource {
  const found = (mssql ?? optionalPackage("mssql")) as (MssqlPackage & { readonly default?: MssqlPackage }) | null;
  if (found === null) throw new TypeError("mssqlSource needs the package mssql: npm install mssql");
  const library = found.default ?? found;
  const pools = new Pools<MssqlPool>(
    async (connectionString, token) => {
      const { user, password, ...rest } = library.ConnectionPool.parseConnectionString(connectionString);
      const who =
        token === null
          ? { user, password }
          : { authentication: { type: "azure-active-directory-access-token", options: { token } } };
      return new library.ConnectionPool({ ...rest, ...who, ...configuration }).connect();
    },
    (pool) => pool.close(),
  );
  const run = async ({ connectionString, accessToken, statement, parameters, signal }: SqlStatement): Promise<SqlRows> => {
    const pool = await pools.of(connectionString, accessToken);
    const request = pool.request();
    for (const { name, type, value } of parameters) {
      if (type === null) request.input(name, value);
      else request.input(name, typeOf(library, type), value);
    }
    const cancel = (): void => request.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const { recordsets } = await request.query(statement);
      const sets = Array.isArray(recordsets) ? (recordsets as SqlRows[]) : [];
      return [...(sets.at(-1) ?? [])];
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  };
  return Object.assign(run, { close: () => pools.close() });
}

const TYPE = /^\s*([A-Za-z]\w*)\s*(?:\(\s*(max|\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*$/i;

/** A SQL type as the package has it: `nvarchar(254)`, `decimal(10, 2)`, `varbinary(max)`. */
function typeOf({ TYPES, MAX }: MssqlPackage, text: string): unknown {
  const [, name = "", size, scale] = TYPE.exec(text) ?? [];
  const factory = Object.entries(TYPES).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
  if (factory === undefined) throw new Error(`Invalid sql-type '${text}': expected a type of SQL Server, such as nvarchar(254).`);
  if (size === undefined) return factory;
  const length = size.toLowerCase() === "max" ? MAX : Number(size);
  return scale === undefined ? factory(length) : factory(length, Number(scale));
}
