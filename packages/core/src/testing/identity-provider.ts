import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Clock } from "../time/clock.js";

/** A key that an identity provider signs with. */
export interface IdentityKey {
  readonly kid: string;
  /** Default RS256. */
  readonly alg?: "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA";
}

/** What a token says and how it is signed. */
export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Milliseconds from now until `exp`; null for a token without one. Default: none. */
  readonly expiresIn?: number | null;
  /** Milliseconds from now until `nbf`. Default: none. */
  readonly notBefore?: number | null;
  /** The kid of a published key (default: the first one), or any other name for a key that is not published. */
  readonly signedBy?: string;
  readonly alg?: NonNullable<IdentityKey["alg"]> | "HS256" | "HS384" | "HS512" | "none";
  /** The `kid` header; null for none. Default: the key's. */
  readonly kid?: string | null;
  /** For HS algorithms: the secret, as bytes or text. */
  readonly secret?: string | Uint8Array;
}

/** An OpenID provider inside a test. */
export interface IdentityProvider {
  readonly issuer: string;
  /** Answers a GET of the metadata or key document; null for any other URL. */
  answer(url: string): object | null;
  /** A compact JWT. `iss` and `iat` are filled in unless the claims have them. */
  token(options?: TokenOptions): string;
}

/**
 * An OpenID provider inside a test: metadata at `<issuer>/.well-known/openid-configuration`, its keys, and tokens signed by them.
 * @param clock tells when now is for `iat`, `exp` and `nbf`
 */
export function identityProvider(
  options: { readonly issuer: string; readonly keys?: readonly IdentityKey[] },
  clock: Clock,
): IdentityProvider {
  const { issuer, keys = [{ kid: "k1" }] } = options;
  const base = issuer.replace(/\/$/, "");
  const metadata = `${base}/.well-known/openid-configuration`;
  const keysUrl = `${base}/discovery/keys`;
  return {
    issuer,
    answer(url) {
      const path = url.split("?")[0];
      if (path === metadata)
        return {
          issuer,
          jwks_uri: keysUrl,
          token_endpoint: `${base}/token`,
          id_token_signing_alg_values_supported: [...new Set(keys.map((key) => key.alg ?? "RS256"))],
        };
      if (path !== keysUrl) return null;
      return {
        keys: keys.map(({ kid, alg = "RS256" }) => ({
          ...createPublicKey(privateKey(`${issuer} ${kid}`, alg)).export({ format: "jwk" }),
          kid,
          alg,
          use: "sig",
        })),
      };
    },
    token(token = {}) {
      const published = keys.find((key) => key.kid === (token.signedBy ?? keys[0]?.kid));
      const alg = token.alg ?? published?.alg ?? "RS256";
      const kid = token.kid === undefined ? (published?.kid ?? token.signedBy ?? null) : token.kid;
      const now = Math.floor(clock.now() / 1000);
      const claims = {
        iss: issuer,
        iat: now,
        ...(token.notBefore == null ? {} : { nbf: now + Math.round(token.notBefore / 1000) }),
        ...(token.expiresIn == null ? {} : { exp: now + Math.round(token.expiresIn / 1000) }),
        ...token.claims,
      };
      const head = `${encode({ alg, typ: "JWT", ...(kid === null ? {} : { kid }) })}.${encode(claims)}`;
      return `${head}.${signature(head, alg, `${issuer} ${token.signedBy ?? keys[0]?.kid ?? ""}`, token.secret)}`;
    },
  };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function signature(
  text: string,
  alg: NonNullable<TokenOptions["alg"]>,
  keyName: string,
  secret: string | Uint8Array | undefined,
): string {
  if (alg === "none") return "";
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith("HS")) {
    if (secret === undefined) throw new TypeError(`A token signed with ${alg} needs a secret.`);
    return createHmac(hash, secret).update(text).digest("base64url");
  }
  const key = privateKey(keyName, alg as NonNullable<IdentityKey["alg"]>);
  const padding = alg.startsWith("PS") ? { padding: 6, saltLength: 32 * (Number(alg.slice(2)) / 256) } : {};
  const bytes = Buffer.from(text);
  if (alg === "EdDSA") return sign(null, bytes, key).toString("base64url");
  return sign(hash, bytes, alg.startsWith("ES") ? { key, dsaEncoding: "ieee-p1363" } : { key, ...padding }).toString("base64url");
}

/** Making RSA keys is slow and which ones they are does not matter: one a name and algorithm for the life of the process. */
const pool = new Map<string, KeyObject>();

function privateKey(name: string, alg: NonNullable<IdentityKey["alg"]>): KeyObject {
  const kind = alg.startsWith("ES") ? alg : alg === "EdDSA" ? "ed25519" : "rsa";
  const id = `${kind} ${name}`;
  const known = pool.get(id);
  if (known !== undefined) return known;
  const made = generate(kind);
  pool.set(id, made);
  return made;
}

function generate(kind: string): KeyObject {
  if (kind === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  if (kind === "ed25519") return generateKeyPairSync("ed25519").privateKey;
  const curve = { ES256: "P-256", ES384: "P-384", ES512: "P-521" }[kind]!;
  return generateKeyPairSync("ec", { namedCurve: curve }).privateKey;
}
