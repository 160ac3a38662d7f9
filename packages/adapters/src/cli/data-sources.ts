import type { DataSources } from "@turnpike/core";
import { cosmosSource } from "../azure/index.js";
import { mssqlSource } from "../sql/index.js";

/** Databases by the packages that are installed beside the command, each looked for when a resolver first needs it. */
export function hostDataSources(): DataSources {
  let sql: ReturnType<typeof mssqlSource> | null = null;
  let cosmos: ReturnType<typeof cosmosSource> | null = null;
  return {
    async sql(request) {
      sql ??= mssqlSource();
      return sql(request);
    },
    async cosmos(request) {
      cosmos ??= cosmosSource();
      return cosmos(request);
    },
  };
}
