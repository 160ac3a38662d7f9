import type { CosmosAnswer, CosmosOperation, CosmosRequest, DataSources } from "@turnpike/core";
import { optionalPackage } from "../optional-package.js";

/** How Cosmos DB is reached. */
export interface CosmosSourceOptions {
  /** The package `@azure/cosmos`, as `import` gives it; default: the one that is installed. */
  readonly cosmos?: object;
  /** Goes to each client: `{ connectionPolicy: { … } }`. */
  readonly client?: Readonly<Record<string, unknown>>;
}

/** What `dataSources.cosmos` of a gateway takes, with its end. */
export type CosmosSource = NonNullable<DataSources["cosmos"]> & {
  /** Lets go of the clients. The gateway does not: a source may serve several. */
  close(): void;
};

interface ItemAnswer {
  readonly resource?: unknown;
}

interface CosmosContainer {
  readonly items: {
    query(
      query: object,
      options: object,
    ): {
      hasMoreResults(): boolean;
      fetchNext(): Promise<{ readonly resources?: readonly unknown[]; readonly continuationToken?: string }>;
    };
    create(item: object, options: object): Promise<ItemAnswer>;
    upsert(item: object, options: object): Promise<ItemAnswer>;
  };
  item(
    id: string,
    partitionKey: unknown,
  ): {
    read(options: object): Promise<ItemAnswer>;
    replace(item: object, options: object): Promise<ItemAnswer>;
    delete(options: object): Promise<unknown>;
  };
}

interface CosmosClient {
  database(id: string): { container(id: string): CosmosContainer };
  dispose(): void;
}

/** What is used of the package. */
interface CosmosPackage {
  readonly CosmosClient: new (options: object) => CosmosClient;
}

/** Clients that are kept; connection strings may come from expressions. */
const MOST_CLIENTS = 20;
/** Items of a query without paging. */
const MOST_ITEMS = 10_000;

/** A client, and the token that its next request carries. */
interface Kept {
  readonly client: CosmosClient;
  token: string | null;
}

/**
 * Cosmos DB for `cosmosdb-data-source`, by the package `@azure/cosmos`.
 *
 * @throws TypeError if the package is not installed
 */
export function cosmosSource({ cosmos, client: extra = {} }: CosmosSourceOptions = {}): CosmosSource {
  const found = (cosmos ?? optionalPackage("@azure/cosmos")) as (CosmosPackage & { readonly default?: CosmosPackage }) | null;
  if (found === null) throw new TypeError("cosmosSource needs the package @azure/cosmos: npm install @azure/cosmos");
  const library = found.CosmosClient === undefined ? found.default! : found;
  const clients = new Map<string, Kept>();
  const clientOf = ({ connectionString, accessToken }: CosmosRequest): CosmosClient => {
    const known = clients.get(connectionString);
    if (known !== undefined && (known.token === null) === (accessToken === null)) {
      known.token = accessToken;
      return known.client;
    }
    if (clients.size >= MOST_CLIENTS) forget(clients, clients.keys().next().value!);
    const made: Kept = { token: accessToken, client: undefined as unknown as CosmosClient };
    const credential = { getToken: () => Promise.resolve({ token: made.token, expiresOnTimestamp: Date.now() + 60_000 }) };
    const client = new library.CosmosClient({
      ...(accessToken === null
        ? keyOf(connectionString)
        : { endpoint: endpointOf(connectionString), aadCredentials: credential }),
      ...extra,
    });
    clients.set(connectionString, Object.assign(made, { client }));
    return client;
  };
  const run = async (request: CosmosRequest): Promise<CosmosAnswer> => {
    const container = clientOf(request).database(request.database).container(request.container);
    return perform(container, request.operation, request.signal);
  };
  return Object.assign(run, {
    close: () => {
      for (const key of [...clients.keys()]) forget(clients, key);
    },
  });
}

function forget(clients: Map<string, Kept>, key: string): void {
  clients.get(key)?.client.dispose();
  clients.delete(key);
}

function partOf(connectionString: string, name: string): string {
  for (const part of connectionString.split(";")) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim().toLowerCase() === name.toLowerCase()) return part.slice(at + 1).trim();
  }
  throw new Error(`Invalid connection string: expected AccountEndpoint=…;AccountKey=…, and ${name} is missing.`);
}

const endpointOf = (connectionString: string): string => partOf(connectionString, "AccountEndpoint");

function keyOf(connectionString: string): object {
  return { endpoint: endpointOf(connectionString), key: partOf(connectionString, "AccountKey") };
}

async function perform(container: CosmosContainer, operation: CosmosOperation, abortSignal: AbortSignal): Promise<CosmosAnswer> {
  switch (operation.kind) {
    case "query":
      return query(container, operation, abortSignal);
    case "read": {
      const { resource } = await container.item(operation.id, operation.partitionKey).read({ abortSignal });
      return { item: resource ?? null };
    }
    case "delete":
      await container.item(operation.id, operation.partitionKey).delete(optionsOf(operation, abortSignal));
      return { item: { id: operation.id } };
    default: {
      const { kind, item, id, partitionKey } = operation;
      const options = optionsOf(operation, abortSignal);
      const { resource } =
        kind === "replace"
          ? await container.item(id, partitionKey).replace(item, options)
          : await container.items[kind === "insert" ? "create" : "upsert"](item, options);
      return { item: resource ?? null };
    }
  }
}

async function query(
  container: CosmosContainer,
  operation: Extract<CosmosOperation, { readonly kind: "query" }>,
  abortSignal: AbortSignal,
): Promise<CosmosAnswer> {
  const { statement, parameters, maxItemCount, continuationToken } = operation;
  const isPaged = maxItemCount !== null || continuationToken !== null;
  const pages = container.items.query(
    { query: statement, parameters },
    {
      abortSignal,
      ...("partitionKey" in operation ? { partitionKey: operation.partitionKey } : {}),
      ...(maxItemCount === null ? {} : { maxItemCount }),
      ...(continuationToken === null ? {} : { continuationToken }),
    },
  );
  const items: unknown[] = [];
  while (pages.hasMoreResults()) {
    const { resources = [], continuationToken: next } = await pages.fetchNext();
    items.push(...resources);
    if (isPaged) return { items, continuationToken: next ?? null };
    if (items.length > MOST_ITEMS) throw new Error(`The query has more than ${MOST_ITEMS} items: ask for pages.`);
  }
  return { items, continuationToken: null };
}

function optionsOf(operation: Exclude<CosmosOperation, { readonly kind: "query" | "read" }>, abortSignal: AbortSignal): object {
  const { etag, consistencyLevel, preTrigger, postTrigger } = operation;
  const indexing = "indexingDirective" in operation ? operation.indexingDirective : null;
  return {
    abortSignal,
    ...(etag?.isMatch === true ? { accessCondition: { type: "IfMatch", condition: etag.value } } : {}),
    ...(consistencyLevel === null ? {} : { consistencyLevel }),
    ...(preTrigger === null ? {} : { preTriggerInclude: [preTrigger] }),
    ...(postTrigger === null ? {} : { postTriggerInclude: [postTrigger] }),
    ...(indexing === null ? {} : { indexingDirective: indexing }),
  };
}
