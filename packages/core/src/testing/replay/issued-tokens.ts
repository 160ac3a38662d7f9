import { withTokens } from "../../observe/conceal-recording.js";
import type { RecordedFact, Recording } from "../../observe/recording.js";
import type { Verdict } from "../../policies/authentication/jwt/told-verdict.js";
import type { TestFile, TestTokenModel } from "../file/model.js";

/** The tokens of a recorded request, as a test file issues them anew: their signatures are not recorded. */
export interface IssuedTokens {
  readonly identity: NonNullable<TestFile["identity"]>;
  readonly tokens: Readonly<Record<string, TestTokenModel>>;
  /** The text with `{{token:name}}` in place of a token that is issued. */
  fill(text: string): string;
  /** Addresses of discovery documents that could not be had. */
  readonly unavailable: readonly string[];
  /** Tokens that cannot be issued, one sentence each. */
  readonly notes: readonly string[];
}

const DISCOVERY = "/.well-known/openid-configuration";
type Issued = NonNullable<NonNullable<TestFile["identity"]>[number]["keys"]>[number];

/**
 * Finds the tokens that a policy has looked at, and says how a test issues such.
 * @param signingKey name of the named value that holds the key which policies share with whoever signs
 */
export function issuedTokens({ facts, tokens: recorded }: Recording, signingKey: string | null = null): IssuedTokens {
  const names = new Map<string, string>();
  const tokens: Record<string, TestTokenModel> = {};
  const keys = new Map<string, Issued[]>();
  const unavailable = new Set<string>();
  const notes: string[] = [];
  for (const fact of facts) {
    const read = fact.kind === "token" ? readVerdict(fact, recorded) : null;
    if (read === null || names.has(fact.key)) continue;
    const { header, claims, verdict } = read;
    if ("isUnavailable" in verdict) {
      for (const address of verdict.providers) unavailable.add(address);
      continue;
    }
    for (const address of verdict.providers) {
      const issuer = issuerOf(address);
      if (issuer === null)
        notes.push(`A test does not serve an OpenID configuration at ${address}: its address must end with ${DISCOVERY}.`);
      else if (!keys.has(issuer)) keys.set(issuer, []);
    }
    const { alg, kid } = header;
    // Unsigned ones, and those that are no tokens, stay as they are.
    if (typeof alg !== "string" || alg === "none") continue;
    const name = names.size === 0 ? "caller" : `caller-${names.size + 1}`;
    const base = { claims, alg, kid: typeof kid === "string" ? kid : null };
    const isVerified = "keyOf" in verdict;
    const [address] = verdict.providers;
    if (isVerified && verdict.keyOf === "policy") {
      if (!alg.startsWith("HS")) {
        notes.push(`A token is signed by a key of the policy's own (${alg}), which a test does not have.`);
        continue;
      }
      const value = signingKey ?? "signing-key";
      tokens[name] = { ...base, secretBase64: `{{value:${value}}}` };
      if (signingKey === null) notes.push(`Say in tokens.${name}.secretBase64 which named value holds the key.`);
    } else if (address === undefined) {
      // No provider, and no key of the policy's fits: whoever signs it, it is refused.
      if (alg.startsWith("HS")) tokens[name] = { ...base, secret: "a-key-that-the-gateway-does-not-know" };
      else continue;
    } else {
      const issuer = issuerOf(address) ?? address;
      const published = keys.get(issuer) ?? [];
      const known = published.some((key) => key.kid === kid);
      const keyId = typeof kid === "string" ? kid : "k1";
      if (isVerified && !known) published.push({ kid: keyId, alg });
      tokens[name] = { issuer, ...base, signedBy: isVerified ? keyId : "a-key-that-is-not-published" };
      if (alg.startsWith("HS")) tokens[name] = { ...tokens[name], secret: "a-key-that-the-gateway-does-not-know" };
    }
    names.set(fact.key, name);
  }
  const identity = [...keys].map(([issuer, published]) => ({ issuer, ...(published.length === 0 ? {} : { keys: published }) }));
  // Someone has to issue those that are signed with a shared key, too.
  if (identity.length === 0 && names.size > 0) identity.push({ issuer: "https://issuer.example" });
  const fill = (text: string): string => {
    let filled = text;
    for (const [token, name] of names) filled = filled.replaceAll(token, `{{token:${name}}}`);
    return withTokens(filled, recorded);
  };
  return { identity, tokens, fill, unavailable: [...unavailable], notes };
}

/** Where a provider stands whose discovery document has an address; null where a test's provider has another. */
function issuerOf(address: string): string | null {
  return address.endsWith(DISCOVERY) ? address.slice(0, -DISCOVERY.length) : null;
}

interface ReadToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly verdict: Verdict;
}

function readVerdict({ key, value }: RecordedFact, recorded: Recording["tokens"]): ReadToken | null {
  const token = Object.hasOwn(recorded, key) ? recorded[key] : undefined;
  if (typeof value !== "object" || value === null) return null;
  const [header, claims] = [objectOf(token?.header), objectOf(token?.payload)];
  return { header: header ?? {}, claims: claims ?? {}, verdict: value as Verdict };
}

function objectOf(text: string | undefined): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
