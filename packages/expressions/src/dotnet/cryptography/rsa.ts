import {
  constants,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  privateDecrypt,
  privateEncrypt,
  publicDecrypt,
  publicEncrypt,
  sign,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { NetException, raise } from "../../runtime/exceptions.js";
import type { TypeHeader } from "../../types/header.js";
import { NetObject } from "../../types/values.js";
import { cryptographicError, guarded } from "./errors.js";
import { hashKindOf } from "./hash.js";

/** ASN.1 heads of a PKCS#1 DigestInfo, by hash. */
const DIGEST_INFO: Readonly<Record<string, string>> = {
  md5: "3020300c06082a864886f70d020505000410",
  sha1: "3021300906052b0e03021a05000414",
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

/** How a signature is padded. */
export type Padding = "Pkcs1" | "Pss";

const DEFAULT_KEY_SIZE = 2048;
/** Bits of keys that are given: what an operation costs grows with the cube, and with the bits of the exponent. */
const LARGEST_TAKEN = 8192;
const LARGEST_EXPONENT = 64;

/** The header of System.Security.Cryptography.RSACng. */
export const rsaCngHeader: TypeHeader = { header: "sealed class System.Security.Cryptography.RSACng : RSA" };

/**
 * System.Security.Cryptography.RSA with a key that is given. None is made, as .NET does on first use: that takes the process a tenth of a second and
 * more, cannot be ended, and gives a policy a key that nobody else has.
 */
export class RSA extends NetObject {
  private privateKey: KeyObject | null = null;
  private publicKey: KeyObject | null = null;

  constructor(private bits = DEFAULT_KEY_SIZE) {
    super();
  }

  static ofPublic(key: KeyObject): RSA {
    const rsa = new RSA();
    rsa.publicKey = bounded(key);
    return rsa;
  }

  static ofPrivate(key: KeyObject): RSA {
    const rsa = RSA.ofPublic(createPublicKey(key));
    rsa.privateKey = key;
    return rsa;
  }

  override get declaration() {
    return rsaCngHeader;
  }

  get keySize(): number {
    return this.publicKey?.asymmetricKeyDetails?.modulusLength ?? this.bits;
  }

  set keySize(bits: number) {
    if (bits < 512 || bits > 4096 || bits % 64 !== 0)
      throw cryptographicError("Specified key is not a valid size for this algorithm.");
    this.bits = bits;
    this.publicKey = null;
    this.privateKey = null;
  }

  private get publicPart(): KeyObject {
    if (this.publicKey === null)
      throw cryptographicError("There is no key, and none is made here: give one by FromXmlString or a certificate.");
    return this.publicKey;
  }

  private get privatePart(): KeyObject {
    if (this.publicPart === null || this.privateKey === null) throw cryptographicError("Key does not exist.");
    return this.privateKey;
  }

  sign(data: Uint8Array, hash: string, padding: Padding): Uint8Array {
    return guarded(() => new Uint8Array(sign(digestOf(hash), data, { key: this.privatePart, ...options(padding) })), "Bad key.");
  }

  verify(data: Uint8Array, signature: Uint8Array, hash: string, padding: Padding): boolean {
    const digest = digestOf(hash);
    return guarded(() => verify(digest, data, { key: this.publicPart, ...options(padding) }, signature), "Bad key.");
  }

  signHash(hashed: Uint8Array, hash: string, padding: Padding): Uint8Array {
    if (padding === "Pss") throw cryptographicError("Specified padding mode is not valid for this algorithm.");
    const key = { key: this.privatePart, padding: constants.RSA_PKCS1_PADDING };
    return guarded(() => new Uint8Array(privateEncrypt(key, digestInfo(hashed, hash))), "Bad key.");
  }

  verifyHash(hashed: Uint8Array, signature: Uint8Array, hash: string, padding: Padding): boolean {
    if (padding === "Pss") throw cryptographicError("Specified padding mode is not valid for this algorithm.");
    const expected = digestInfo(hashed, hash);
    try {
      const found = publicDecrypt({ key: this.publicPart, padding: constants.RSA_PKCS1_PADDING }, signature);
      return found.length === expected.length && timingSafeEqual(found, expected);
    } catch (error) {
      if (error instanceof NetException) throw error;
      return false;
    }
  }

  /** `oaep`: the hash's name; null for PKCS#1. */
  encrypt(data: Uint8Array, oaep: string | null): Uint8Array {
    const key = { key: this.publicPart, ...encryption(oaep) };
    return guarded(
      () => new Uint8Array(publicEncrypt(key, data)),
      "The data to be encrypted exceeds the maximum for this modulus.",
    );
  }

  decrypt(data: Uint8Array, oaep: string | null): Uint8Array {
    const key = { key: this.privatePart, ...encryption(oaep) };
    if (oaep !== null) return guarded(() => new Uint8Array(privateDecrypt(key, data)), INCORRECT);
    // Node.js refuses PKCS#1 decryption where its OpenSSL cannot hide failures: the padding is taken off here.
    const raw = guarded(() => privateDecrypt({ ...key, padding: constants.RSA_NO_PADDING }, data), INCORRECT);
    return withoutPkcs1(raw);
  }

  /** `<RSAKeyValue>`. Throws CryptographicException if the private key is asked for and not there. */
  toXml(includePrivate: boolean): string {
    const jwk = (includePrivate ? this.privatePart : this.publicPart).export({ format: "jwk" });
    const parts = includePrivate ? XML_PARTS : XML_PARTS.slice(0, 2);
    const base64 = (name: keyof JsonWebKey) => Buffer.from(String(jwk[name]), "base64url").toString("base64");
    return `<RSAKeyValue>${parts.map(([tag, name]) => `<${tag}>${base64(name)}</${tag}>`).join("")}</RSAKeyValue>`;
  }

  /** Takes the key of `<RSAKeyValue>`. Throws CryptographicException if it is none. */
  fromXml(xml: string | null): void {
    if (xml === null) throw raise.argumentNull("xmlString");
    const jwk: Record<string, string> = { kty: "RSA" };
    for (const [tag, name] of XML_PARTS) {
      const text = new RegExp(`<${tag}>([A-Za-z0-9+/=\\s]{1,4096})</${tag}>`).exec(xml)?.[1];
      if (text !== undefined) jwk[name] = Buffer.from(text, "base64").toString("base64url");
    }
    for (const [tag, name] of XML_PARTS.slice(0, 2))
      if (jwk[name] === undefined)
        throw cryptographicError(`Input string does not contain a valid encoding of the 'RSA' '${tag}' parameter.`);
    const isPrivate = XML_PARTS.every(([, name]) => jwk[name] !== undefined);
    const read = <T>(make: () => T) => guarded(make, "Bad Data.");
    const publicJwk = { kty: "RSA", n: jwk["n"]!, e: jwk["e"]! };
    const publicKey = bounded(read(() => createPublicKey({ key: publicJwk, format: "jwk" })));
    this.privateKey = isPrivate ? read(() => createPrivateKey({ key: jwk, format: "jwk" })) : null;
    this.publicKey = publicKey;
  }
}

/** A key that is small enough to be computed with. Throws CryptographicException. */
function bounded(key: KeyObject): KeyObject {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength > LARGEST_TAKEN)
    throw cryptographicError(`Keys of ${modulusLength} bits are not taken: expected at most ${LARGEST_TAKEN}.`);
  if (publicExponent >= 1n << BigInt(LARGEST_EXPONENT))
    throw cryptographicError(`Exponents of more than ${LARGEST_EXPONENT} bits are not taken.`);
  return key;
}

const XML_PARTS: readonly (readonly [tag: string, name: keyof JsonWebKey & string])[] = [
  ["Modulus", "n"],
  ["Exponent", "e"],
  ["P", "p"],
  ["Q", "q"],
  ["DP", "dp"],
  ["DQ", "dq"],
  ["InverseQ", "qi"],
  ["D", "d"],
];

const INCORRECT = "The parameter is incorrect.";

/** `00 02 <at least eight bytes that are not zero> 00 <data>`. The whole block is looked at, whatever is wrong with it. */
function withoutPkcs1(block: Buffer): Uint8Array {
  let end = 0;
  for (let i = block.length - 1; i >= 2; i--) if (block[i] === 0) end = i;
  const isGood = Number(block[0] === 0) & Number(block[1] === 2) & Number(end >= 10);
  if (isGood === 0) throw cryptographicError(INCORRECT);
  return new Uint8Array(block.subarray(end + 1));
}

function digestOf(hash: string): string {
  const kind = hashKindOf(hash);
  if (kind === null) throw cryptographicError(`'${hash}' is not a known hash algorithm.`);
  return kind.digest;
}

function digestInfo(hashed: Uint8Array, hash: string): Buffer {
  const kind = hashKindOf(hash);
  if (kind === null) throw cryptographicError(`'${hash}' is not a known hash algorithm.`);
  if (hashed.length * 8 !== kind.size) throw cryptographicError("Bad Hash.");
  return Buffer.concat([Buffer.from(DIGEST_INFO[kind.digest]!, "hex"), hashed]);
}

function options(padding: Padding) {
  return padding === "Pss"
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
}

function encryption(oaep: string | null) {
  return oaep === null
    ? { padding: constants.RSA_PKCS1_PADDING }
    : { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: digestOf(oaep) };
}
