/**
 * SQL databases for the resolvers of GraphQL APIs (`sql-data-source`).
 *
 *     const gateway = await createGateway(configuration, { dataSources: { sql: mssqlSource() } });
 */
export { type MssqlSourceOptions, mssqlSource } from "./mssql.js";
export type { SqlSource } from "./pools.js";
export { type PostgresSourceOptions, postgresSource } from "./postgres.js";
