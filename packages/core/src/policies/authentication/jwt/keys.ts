import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import { X509Certificate2 } from "@turnpike/expressions/values";
import type { CertificateModel } from "../../../model/model.js";
import { isBounded } from "../key-bounds.js";

/** A key that may verify a signature. */
export interface SigningKey {
  /** Matched with `kid`; null if the key has no name. */
  readonly id: string | null;
  readonly key: KeyObject;
  /** The one algorithm that the key is for, where its owner says so. */
  readonly algorithm: string | null;
}

/** The algorithms of each kind of key: a public key never serves as a shared secret. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  secret: ["HS256", "HS384", "HS512"],
  rsa: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  prime256v1: ["ES256"],
  secp384r1: ["ES384"],
  secp521r1: ["ES512"],
  ed25519: ["EdDSA", "Ed25519"],
};

/** Signatures that API Management documents; those by shared keys are what its list is taken to mean. */
const DOCUMENTED: readonly string[] = ["HS256", "HS384", "HS512", "RS256", "RS512", "PS256", "ES256"];

/** What tells one key from another: its name, what it is for and its material. Only to be hashed. */
export function keyText({
  id,
  key,
  algorithm = null,
}: Partial<SigningKey> & Pick<SigningKey, "id" | "key">): readonly (string | null)[] {
  const material =
    key.type === "secret"
      ? key.export().toString("base64")
      : (key.type === "private" ? createPublicKey(key) : key).export({ format: "pem", type: "spki" }).toString();
  return [id, algorithm, key.type, material];
}

/**
 * Which signatures are accepted.
 * @param more those that are beside the documented ones; EdDSA stands for its newer name Ed25519 (RFC 9864) too
 */
export function acceptedAlgorithms(more: readonly string[]): ReadonlySet<string> {
  return new Set([...DOCUMENTED, ...more, ...(more.includes("EdDSA") ? ["Ed25519"] : [])]);
}

/** May a key verify a signature of this algorithm? */
export function fits({ key, algorithm }: SigningKey, wanted: string): boolean {
  if (algorithm !== null && algorithm !== wanted) return false;
  const type = key.type === "secret" ? "secret" : (key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? "");
  return Object.hasOwn(ALGORITHMS, type) && ALGORITHMS[type]!.includes(wanted);
}

/** A shared secret in base64 (or base64url); null if the text is neither. */
export function secretKey(text: string): KeyObject | null {
  const plain = text.replace(/\s+/g, "");
  if (plain === "" || !/^[\w+/-]+={0,2}$/.test(plain)) return null;
  const bytes = Buffer.from(plain, plain.includes("-") || plain.includes("_") ? "base64url" : "base64");
  return bytes.length === 0 ? null : createSecretKey(bytes);
}

/** An RSA public key of its modulus and exponent, both base64url; null if they make none. */
export function rsaKey(n: string, e: string): KeyObject | null {
  return publicKey({ kty: "RSA", n, e });
}

/** The public key of a certificate; null if it cannot be read. */
export function certificateKey(certificate: CertificateModel): KeyObject | null {
  try {
    return new X509Certificate(certificate.der).publicKey;
  } catch {
    return null;
  }
}

/** The private key that belongs to a certificate; null where there is none, or it cannot be read. */
export function privateKey({ tls }: CertificateModel): KeyObject | null {
  try {
    if (tls.pfx !== undefined) return X509Certificate2.import(tls.pfx, tls.passphrase ?? null, () => undefined).privateKey;
    if (tls.key === undefined) return null;
    return createPrivateKey({ key: tls.key, ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }) });
  } catch {
    return null;
  }
}

/** Keys of a set that are taken. A token that names none is tried with all of them. */
const MOST_KEYS = 100;

/**
 * The signing keys of a JSON Web Key set, up to {@link MOST_KEYS}; keys for encryption, unknown ones and those that are too large to compute with
 * are left out.
 */
export function keySet(document: unknown): SigningKey[] {
  const listed = typeof document === "object" && document !== null ? (document as { readonly keys?: unknown }).keys : undefined;
  if (!Array.isArray(listed)) throw new Error("The key set has no list of keys.");
  const keys: SigningKey[] = [];
  for (const jwk of listed as unknown[]) {
    if (typeof jwk !== "object" || jwk === null) continue;
    const { kid, alg, use, kty } = jwk as {
      readonly kid?: unknown;
      readonly alg?: unknown;
      readonly use?: unknown;
      readonly kty?: unknown;
    };
    if (use === "enc" || (kty !== "RSA" && kty !== "EC" && kty !== "OKP")) continue;
    if (keys.length >= MOST_KEYS) break;
    const key = publicKey(jwk as JsonWebKey);
    if (key !== null && isBounded(key))
      keys.push({ id: typeof kid === "string" ? kid : null, key, algorithm: typeof alg === "string" ? alg : null });
  }
  return keys;
}

/** Letters of base64url, and those of base64 that some providers write; the platform passes over all others. */
const LETTERS = /^[\w+/-]*={0,2}$/;

function publicKey(key: JsonWebKey): KeyObject | null {
  if ([key.n, key.e, key.x, key.y].some((number) => typeof number === "string" && !LETTERS.test(number))) return null;
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch {
    return null;
  }
}
