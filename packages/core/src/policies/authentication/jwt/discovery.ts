import { PerGateway } from "../../../policy/per-gateway.js";
import type { Runtime } from "../../../policy/services.js";
import { fetchDocument } from "../fetched-document.js";
import { type Refreshed, Sources } from "../refreshed.js";
import { keySet, type SigningKey } from "./keys.js";

/** Discovery documents are fetched again once an hour … */
const LIFETIME = 3_600_000;
/** … after a failure five minutes later … */
const RETRY_AFTER = 300_000;
/**
 * … and for a key that is not known at once, as long as that is rare. Strangers can use this up by naming keys that nobody has; what they cause is a
 * fetch as well, so that the keys are never older than the interval when somebody needs a new one.
 */
const RATE = { burst: 5, interval: 20_000 };
const BOUNDS = { accept: "application/json", mostBytes: 1_048_576, timeout: 30_000 };
const MOST_PROVIDERS = 1_000;

/** What an OpenID Connect provider says of itself. Another object whenever it says something else. */
export interface Metadata {
  readonly issuer: string | null;
  readonly keys: readonly SigningKey[];
  /** What it said, to compare. */
  readonly text: string;
}

const providers = new PerGateway(
  (runtime) =>
    new Sources<Metadata>(runtime, MOST_PROVIDERS, (address) => ({
      address,
      what: "An OpenID configuration",
      load: (known) => fetchMetadata(runtime, address, known),
      lifetime: LIFETIME,
      retryAfter: RETRY_AFTER,
      rate: RATE,
    })),
);

/** The provider behind a discovery address. Those of one gateway are shared by its policies. */
export function provider(runtime: Runtime, address: string): Refreshed<Metadata> {
  return providers.of(runtime).at(address);
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
