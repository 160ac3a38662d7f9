import type { Runtime } from "../../../policy/services.js";
import { fetchDocument } from "../fetched-document.js";
import { type Refreshed, Sources } from "../refreshed.js";
import { keySet, type SigningKey } from "./keys.js";

/** Discovery documents are fetched again once an hour … */
const LIFETIME = 3_600_000;
/** … and for an unknown key, or after a failure, at most once in five minutes. */
const GUARD = 300_000;
const BOUNDS = { accept: "application/json", mostBytes: 1_048_576, timeout: 30_000 };
const MOST_PROVIDERS = 1_000;

/** What an OpenID Connect provider says of itself. Another object whenever it says something else. */
export interface Metadata {
  readonly issuer: string | null;
  readonly keys: readonly SigningKey[];
  /** What it said, to compare. */
  readonly text: string;
}

const gateways = new WeakMap<Runtime, Sources<Metadata>>();

/** The provider behind a discovery address. Those of one gateway are shared by its policies. */
export function provider(runtime: Runtime, address: string): Refreshed<Metadata> {
  let providers = gateways.get(runtime);
  if (providers === undefined) {
    providers = new Sources(runtime, MOST_PROVIDERS, (one) => ({
      address: one,
      what: "An OpenID configuration",
      load: (known) => fetchMetadata(runtime, one, known),
      lifetime: LIFETIME,
      guard: GUARD,
    }));
    gateways.set(runtime, providers);
  }
  return providers.at(address);
}

async function fetchMetadata(runtime: Runtime, address: string, known: Metadata | null): Promise<Metadata> {
  const { issuer, jwks_uri: keysAt } = (await fetchObject(runtime, address)) as {
    readonly issuer?: unknown;
    readonly jwks_uri?: unknown;
  };
  if (typeof keysAt !== "string") throw new Error("The discovery document has no jwks_uri.");
  const published = await fetchObject(runtime, keysAt);
  const text = JSON.stringify([issuer, published]);
  // The same object for the same keys: what was verified with them stays remembered.
  if (known !== null && known.text === text) return known;
  return { issuer: typeof issuer === "string" ? issuer : null, keys: keySet(published), text };
}

async function fetchObject(runtime: Runtime, address: string): Promise<object> {
  const bytes = await fetchDocument(runtime, address, BOUNDS);
  const document: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (typeof document !== "object" || document === null) throw new Error(`${address} gave no JSON object.`);
  return document;
}
