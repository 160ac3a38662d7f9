import { identityToken, identityTokenFailed } from "../../backends/identity-token.js";
import { MessageBody } from "../../http/body.js";
import { Headers } from "../../http/headers.js";
import { type DocumentedError, internalError } from "../../policy/declared-error.js";
import type { Exchange } from "../../policy/exchange.js";
import { linkedAbort } from "../linked-abort.js";
import { giveValue, writePlain } from "./resolved-value.js";

/** Milliseconds that a database may take. */
const TIMEOUT = 30_000;

/** The host lends no such database. */
export const databaseMissing = internalError(
  "the gateway was made without such a database (option dataSources)",
  "DataSourceMissing",
  "The gateway was made without a database for {policy} (option dataSources.{option}).",
);

/** The database refuses, cannot be reached, or takes too long. */
export const databaseFailed = internalError(
  "the database refuses the request, cannot be reached, or does not answer within 30 seconds",
  "DataSourceFailed",
  "The database failed: {what}",
);

/** How resolvers with a database fail. */
export const databaseErrors: readonly DocumentedError[] = [
  databaseMissing,
  databaseFailed,
  { ...identityTokenFailed, when: "use-managed-identity is true, and no token can be had" },
];

/** Asks a database, in time. What it fails with is told to operators alone. */
export async function askDatabase<T>(exchange: Exchange, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { signal, abort, release } = linkedAbort(exchange.signal);
  let cancel = (): void => {};
  const deadline = new Promise<never>((_, reject) => {
    cancel = exchange.runtime.clock.setTimer(() => {
      reject(new Error(`It gave no answer within ${TIMEOUT / 1000} seconds.`));
      abort();
    }, TIMEOUT);
  });
  try {
    return await Promise.race([ask(signal), deadline]);
  } catch (error) {
    const what = (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
    throw databaseFailed.error({ what }, { cause: error });
  } finally {
    cancel();
    release();
  }
}

/** A token of the managed identity for a database. */
export async function databaseToken(exchange: Exchange, resource: string, clientId: string | null): Promise<string> {
  try {
    return await identityToken(exchange, resource, clientId);
  } catch (error) {
    throw identityTokenFailed.error({ resource, what: error instanceof Error ? error.message : String(error) }, { cause: error });
  }
}

/**
 * Makes a value the response of the resolver's run, as JSON, for policies to change.
 * @param isPage true of several items, which the body has under `items`
 */
export function respondWith(exchange: Exchange, value: unknown, isPage: boolean): void {
  const plain = plainRow(value);
  const bytes = Buffer.from(writePlain(plain));
  exchange.response = {
    status: 200,
    reason: "OK",
    headers: new Headers([["Content-Type", "application/json"]]),
    body: new MessageBody(bytes),
  };
  exchange.hasBackendResponse = true;
  giveValue(exchange, bytes, plain, isPage);
}

/** What drivers give, as JSON can say it: times as ISO 8601, bytes as base64, whole numbers beyond JavaScript's as text. */
function plainRow(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plainRow);
  if (typeof value !== "object") return typeof value === "function" || typeof value === "symbol" ? null : value;
  const members = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of Object.entries(value)) members[name] = plainRow(member);
  return members;
}
