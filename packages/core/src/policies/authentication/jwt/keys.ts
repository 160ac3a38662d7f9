import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from "node:crypto";
import type { CertificateModel } from "../../../config/model.js";

/** A key that may verify a signature. */
export interface SigningKey {
  /** Matched with `kid`; null if the key has no name. */
  readonly id: string | null;
  readonly key: KeyObject;
  /** The one algorithm that the key is for, where its owner says so. */
  readonly algorithm: string | null;
}

/** Algorithms that are accepted, by the type of key: a public key never serves as a shared secret. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  secret: ["HS256", "HS384", "HS512"],
  rsa: ["RS256", "RS512", "PS256"],
  ec: ["ES256"],
};

/** May a key verify a signature of this algorithm? */
export function fits({ key, algorithm }: SigningKey, wanted: string): boolean {
  if (algorithm !== null && algorithm !== wanted) return false;
  const type = key.type === "secret" ? "secret" : (key.asymmetricKeyType ?? "");
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

/** The private key that belongs to a certificate; null where only a PKCS#12 file holds it, which cannot be opened here. */
export function privateKey({ tls }: CertificateModel): KeyObject | null {
  if (tls.key === undefined) return null;
  try {
    return createPrivateKey({ key: tls.key, ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }) });
  } catch {
    return null;
  }
}

/** The signing keys of a JSON Web Key set; keys for encryption and unknown ones are left out. */
export function keySet(document: unknown): SigningKey[] {
  const listed = typeof document === "object" && document !== null ? (document as { readonly keys?: unknown }).keys : undefined;
  if (!Array.isArray(listed)) throw new Error("The key set has no list of keys.");
  const keys: SigningKey[] = [];
  for (const one of listed as unknown[]) {
    if (typeof one !== "object" || one === null) continue;
    const { kid, alg, use, kty } = one as {
      readonly kid?: unknown;
      readonly alg?: unknown;
      readonly use?: unknown;
      readonly kty?: unknown;
    };
    if (use === "enc" || (kty !== "RSA" && kty !== "EC")) continue;
    const key = publicKey(one as JsonWebKey);
    if (key !== null)
      keys.push({ id: typeof kid === "string" ? kid : null, key, algorithm: typeof alg === "string" ? alg : null });
  }
  return keys;
}

function publicKey(key: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key, format: "jwk" });
  } catch {
    return null;
  }
}
