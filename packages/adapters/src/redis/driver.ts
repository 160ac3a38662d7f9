import { optionalPackage } from "../optional-package.js";

/** What the store needs of a client. */
export interface Driver {
  /**
   * Sends a command; texts in the answer are bytes.
   * @param key the command's first key, by which a cluster finds its node
   */
  send(key: string, command: readonly (string | Buffer)[]): Promise<unknown>;
  /** Would a command that is sent now reach the server? */
  isReady(): boolean;
  /** Calls back each time the connection stands. Returns what ends that. */
  onReady(callback: () => void): () => void;
  close(): Promise<void>;
}

/** Tells node-redis to give texts, which `$` (36) marks in Redis' protocol, as bytes. */
export interface TextsAsBytes {
  readonly typeMapping: { readonly 36: typeof Buffer };
}

/** A client of the package `ioredis`: `Redis` or `Cluster`, to a single node, by Sentinel or to a cluster. */
export interface IoredisClient {
  readonly status: string;
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  disconnect(): void;
}

/** A client of the package `redis`, as `createClient` makes it; connected by its owner. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  sendCommand(args: (string | Buffer)[], options?: TextsAsBytes): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  destroy(): void;
}

/** A client of the package `redis`, as `createCluster` makes it; connected by its owner. */
export interface NodeRedisCluster {
  readonly isOpen: boolean;
  readonly slots: unknown;
  sendCommand(firstKey: string, isReadonly: boolean, args: (string | Buffer)[], options?: TextsAsBytes): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  destroy(): void;
}

/** A client of the package `redis`, as `createSentinel` makes it; connected by its owner. */
export interface NodeRedisSentinel {
  readonly isReady: boolean;
  getSentinelNode(): unknown;
  sendCommand(isReadonly: boolean, args: (string | Buffer)[], options?: TextsAsBytes): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  destroy(): Promise<void>;
}

/** Clients that a store can be made of. */
export type RedisClient = IoredisClient | NodeRedisClient | NodeRedisCluster | NodeRedisSentinel;

const TEXTS_AS_BYTES: TextsAsBytes = { typeMapping: { 36: Buffer } };

/** @throws TypeError for what is no client that is known */
export function driverOf(client: RedisClient): Driver {
  // Without a listener a lost connection would end the process. What it means is seen by the calls that fail.
  if (typeof client.listenerCount === "function" && client.listenerCount("error") === 0) client.on("error", () => {});
  if ("callBuffer" in client) return ioredisDriver(client);
  if ("getSentinelNode" in client) return sentinelDriver(client);
  if ("sendCommand" in client) return "slots" in client ? clusterDriver(client) : nodeRedisDriver(client);
  throw new TypeError("redisStore: invalid client: expected a client of ioredis or of redis (node-redis).");
}

function listen(client: RedisClient, event: string, callback: () => void): () => void {
  client.on(event, callback);
  return () => void client.off(event, callback);
}

function ioredisDriver(client: IoredisClient): Driver {
  return {
    send: (_, [command, ...args]) => client.callBuffer(command as string, ...args),
    // "wait": a lazy client connects with its first command.
    isReady: () => client.status === "ready" || client.status === "wait",
    onReady: (callback) => listen(client, "ready", callback),
    close: async () => client.disconnect(),
  };
}

function nodeRedisDriver(client: NodeRedisClient): Driver {
  return {
    send: (_, command) => client.sendCommand([...command], TEXTS_AS_BYTES),
    isReady: () => client.isReady,
    onReady: (callback) => listen(client, "ready", callback),
    close: async () => client.destroy(),
  };
}

function sentinelDriver(client: NodeRedisSentinel): Driver {
  return {
    send: (_, command) => client.sendCommand(false, [...command], TEXTS_AS_BYTES),
    isReady: () => client.isReady,
    onReady: (callback) => listen(client, "ready", callback),
    close: () => client.destroy(),
  };
}

function clusterDriver(client: NodeRedisCluster): Driver {
  return {
    send: (key, command) => client.sendCommand(key, false, [...command], TEXTS_AS_BYTES),
    isReady: () => client.isOpen,
    onReady: (callback) => listen(client, "connect", callback),
    close: async () => client.destroy(),
  };
}

/**
 * Opens a connection with the package that is installed: `ioredis` or `redis`, in this order.
 * @throws TypeError if neither is installed or the URL is none
 */
export function driverFor(url: string, deadline: number): Driver {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol))
    throw new TypeError("redisStore: invalid url: expected redis://user:password@host:6379/0, or rediss:// for TLS.");
  const ioredis = optionalPackage("ioredis") as { Redis: new (url: string, options: object) => IoredisClient } | null;
  if (ioredis !== null)
    return driverOf(
      new ioredis.Redis(url, {
        maxRetriesPerRequest: 1,
        enableOfflineQueue: false,
        autoResendUnfulfilledCommands: false,
        connectTimeout: Math.max(1000, deadline),
        retryStrategy: (attempt: number) => Math.min(attempt * 50, 1000),
      }),
    );
  const redis = optionalPackage("redis") as {
    createClient(options: object): NodeRedisClient & { connect(): Promise<unknown> };
  } | null;
  if (redis === null) throw new TypeError("redisStore: `url` needs one of the packages ioredis and redis: npm install ioredis");
  const client = redis.createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: Math.max(1000, deadline),
      reconnectStrategy: (attempt: number) => Math.min((attempt + 1) * 50, 1000),
    },
  });
  const driver = driverOf(client);
  // It tries again by itself; closing it before it stood rejects.
  client.connect().catch(() => {});
  return driver;
}
