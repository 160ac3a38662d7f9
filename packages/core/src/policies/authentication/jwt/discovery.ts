import { MessageBody } from "../../../http/body.js";
import { Headers } from "../../../http/headers.js";
import { Url } from "../../../http/url.js";
import type { Runtime } from "../../../runtime.js";
import { keySet, type SigningKey } from "./keys.js";

/** Discovery documents are fetched again once an hour … */
const LIFETIME = 3_600_000;
/** … and for an unknown key, or after a failure, at most once in five minutes. */
const GUARD = 300_000;
const TIMEOUT = 30_000;
const MOST_BYTES = 1_048_576;
/** Addresses may come from expressions: what is kept of them must not grow without end. */
const MOST_DOCUMENTS = 1_000;

/** What an OpenID Connect provider says of itself. */
export interface Metadata {
  readonly issuer: string | null;
  readonly keys: readonly SigningKey[];
  /** Another number after each fetch. */
  readonly version: number;
}

const gateways = new WeakMap<Runtime, Map<string, Provider>>();

/** The provider behind a discovery address. Those of one gateway are shared by its policies. */
export function provider(runtime: Runtime, address: string): Provider {
  const providers = gateways.get(runtime) ?? new Map<string, Provider>();
  gateways.set(runtime, providers);
  let found = providers.get(address);
  if (found === undefined) {
    found = new Provider(runtime, address);
    if (providers.size >= MOST_DOCUMENTS) providers.delete(providers.keys().next().value!);
    providers.set(address, found);
  }
  return found;
}

/** One provider's metadata and keys, as last fetched. */
export class Provider {
  private current: Metadata | null = null;
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private pending: Promise<Metadata | null> | null = null;

  constructor(
    private readonly runtime: Runtime,
    private readonly address: string,
  ) {}

  /** What is known; fetched first if that is due. Null if nothing is known and the provider cannot be reached. */
  metadata(): Metadata | null | Promise<Metadata | null> {
    const now = this.runtime.clock.now();
    if (this.current !== null && now - this.fetchedAt < LIFETIME) return this.current;
    return this.refresh();
  }

  /** Fetches again, unless that was tried a short while ago: what is known then stands. Callers at the same time share one fetch. */
  refresh(): Metadata | null | Promise<Metadata | null> {
    if (this.pending !== null) return this.pending;
    const now = this.runtime.clock.now();
    if (now - this.triedAt < GUARD) return this.current;
    this.triedAt = now;
    this.pending = this.fetch().finally(() => {
      this.pending = null;
    });
    return this.pending;
  }

  private async fetch(): Promise<Metadata | null> {
    try {
      const document = await this.get(this.address);
      const { issuer, jwks_uri: keysAt } = document as { readonly issuer?: unknown; readonly jwks_uri?: unknown };
      if (typeof keysAt !== "string") throw new Error("The discovery document has no jwks_uri.");
      const keys = keySet(await this.get(keysAt));
      this.current = { issuer: typeof issuer === "string" ? issuer : null, keys, version: (this.current?.version ?? 0) + 1 };
      this.fetchedAt = this.runtime.clock.now();
    } catch (error) {
      this.runtime.logger.warn({ err: error, url: this.address }, "An OpenID configuration could not be fetched.");
    }
    return this.current;
  }

  private async get(address: string): Promise<object> {
    const url = Url.parse(address);
    if (url === null || (url.scheme !== "https" && url.scheme !== "http"))
      throw new Error(`'${address}' is not an http or https URL.`);
    const { status, body: stream } = await this.runtime.transport({
      purpose: "call",
      method: "GET",
      url: url.toString(),
      headers: new Headers([["Accept", "application/json"]]),
      body: null,
      signal: new AbortController().signal,
      timeout: TIMEOUT,
    });
    const body = new MessageBody(stream);
    await body.buffer(MOST_BYTES);
    if (status !== 200) throw new Error(`${address} answered ${status}.`);
    const document: unknown = JSON.parse(Buffer.from(body.bytes ?? []).toString("utf8"));
    if (typeof document !== "object" || document === null) throw new Error(`${address} gave no JSON object.`);
    return document;
  }
}
