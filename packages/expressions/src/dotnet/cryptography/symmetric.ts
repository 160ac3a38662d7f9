import { createCipheriv, createDecipheriv } from "node:crypto";
import { raise } from "../../runtime/exceptions.js";
import type { CallSite } from "../../types/declare.js";
import type { TypeHeader } from "../../types/header.js";
import { type NetArray, NetObject } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";
import { CipherMode, PaddingMode } from "./cipher-modes.js";
import { cryptographicError, guarded } from "./errors.js";

interface CipherKind {
  readonly className: string;
  /** Bytes. */
  readonly block: number;
  readonly keys: readonly number[];
  readonly usualKey: number;
  readonly family: "aes" | "3des" | "des";
}

const AES: CipherKind = { className: "AesCryptoServiceProvider", block: 16, keys: [16, 24, 32], usualKey: 32, family: "aes" };
const KINDS: ReadonlyMap<string, CipherKind> = new Map([
  ["AES", AES],
  ["AESCRYPTOSERVICEPROVIDER", AES],
  ["AESMANAGED", { ...AES, className: "AesManaged" }],
  ["RIJNDAEL", { ...AES, className: "RijndaelManaged" }],
  ["RIJNDAELMANAGED", { ...AES, className: "RijndaelManaged" }],
  ...["TRIPLEDES", "TRIPLE DES", "3DES", "TRIPLEDESCRYPTOSERVICEPROVIDER"].map((name): [string, CipherKind] => [
    name,
    { className: "TripleDESCryptoServiceProvider", block: 8, keys: [16, 24], usualKey: 24, family: "3des" },
  ]),
  ...["DES", "DESCRYPTOSERVICEPROVIDER"].map((name): [string, CipherKind] => [
    name,
    { className: "DESCryptoServiceProvider", block: 8, keys: [8], usualKey: 8, family: "des" },
  ]),
]);

/** The header of System.Security.Cryptography.SymmetricAlgorithm. */
export const symmetricHeader: TypeHeader = {
  header: "abstract class System.Security.Cryptography.SymmetricAlgorithm : System.IDisposable",
};

/** System.Security.Cryptography.SymmetricAlgorithm: a cipher with its key, initialization vector, mode and padding. */
export class SymmetricAlgorithm extends NetObject {
  mode: number = CipherMode.CBC;
  padding: number = PaddingMode.PKCS7;
  keyBytes: Uint8Array | null = null;
  ivBytes: Uint8Array | null = null;
  /** Bytes of keys that are made up. */
  keyLength: number;

  private constructor(readonly kind: CipherKind) {
    super();
    this.keyLength = kind.usualKey;
  }

  /** `SymmetricAlgorithm.Create(name)`; null for a cipher that is not known. */
  static create(name: string | null): SymmetricAlgorithm | null {
    if (name === null) throw raise.argumentNull("algName");
    const kind = KINDS.get(name.replace(/^System\.Security\.Cryptography\./, "").toUpperCase());
    return kind === undefined ? null : new SymmetricAlgorithm(kind);
  }

  override get declaration() {
    return symmetricHeader;
  }

  override toText(): string {
    return `System.Security.Cryptography.${this.kind.className}`;
  }

  /** The key, made up on first use. */
  keyOf(site: CallSite): Uint8Array {
    this.keyBytes ??= site.run.host.randomBytes(this.keyLength);
    return this.keyBytes;
  }

  ivOf(site: CallSite): Uint8Array {
    this.ivBytes ??= site.run.host.randomBytes(this.kind.block);
    return this.ivBytes;
  }

  setKey(key: Uint8Array): void {
    this.checkKey(key);
    this.keyBytes = key.slice();
    this.keyLength = key.length;
  }

  setIv(iv: Uint8Array): void {
    this.checkIv(iv);
    this.ivBytes = iv.slice();
  }

  checkKey(key: Uint8Array): void {
    if (!this.kind.keys.includes(key.length)) throw cryptographicError("Specified key is not a valid size for this algorithm.");
    if (this.kind.family === "3des" && isWeak(key))
      throw cryptographicError("Specified key is a known weak key for 'TripleDES' and cannot be used.");
  }

  checkIv(iv: Uint8Array): void {
    if (iv.length !== this.kind.block)
      throw cryptographicError("Specified initialization vector (IV) does not match the block size for this algorithm.");
  }

  transform(bytes: Uint8Array, key: Uint8Array, iv: Uint8Array, encrypts: boolean, site: CallSite): Uint8Array {
    this.checkKey(key);
    if (this.mode !== CipherMode.ECB) this.checkIv(iv);
    site.run.steps(bytes.length >> 5);
    site.run.allocate(bytes.length + 32);
    const { block } = this.kind;
    const name = cipherName(this.kind, key.length, this.mode);
    const platformKey =
      this.kind.family === "des" ? repeated(key, 3) : key.length === 16 && this.kind.family === "3des" ? widened(key) : key;
    const platformIv = this.mode === CipherMode.ECB ? null : iv;
    if (encrypts) {
      const padded = pad(bytes, block, this.padding, site);
      const cipher = guarded(() => createCipheriv(name, platformKey, platformIv).setAutoPadding(false), "Bad key.");
      return new Uint8Array(Buffer.concat([cipher.update(padded), cipher.final()]));
    }
    if (bytes.length % block !== 0) throw cryptographicError("Length of the data to decrypt is invalid.");
    const decipher = guarded(() => createDecipheriv(name, platformKey, platformIv).setAutoPadding(false), "Bad key.");
    return unpad(new Uint8Array(Buffer.concat([decipher.update(bytes), decipher.final()])), block, this.padding);
  }
}

function cipherName(kind: CipherKind, keyLength: number, mode: number): string {
  const suffix = mode === CipherMode.CBC ? "cbc" : mode === CipherMode.ECB ? "ecb" : mode === CipherMode.CFB ? "cfb8" : null;
  if (suffix === null) throw cryptographicError("Specified cipher mode is not valid for this algorithm.");
  // Single DES is triple DES with one key three times; platforms no longer offer it by itself.
  return kind.family === "aes" ? `aes-${keyLength * 8}-${suffix}` : `des-ede3-${suffix}`;
}

function repeated(key: Uint8Array, times: number): Uint8Array {
  return new Uint8Array(Buffer.concat(Array.from({ length: times }, () => key)));
}

/** Two-key triple DES: the first key again as the third. */
function widened(key: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([key, key.subarray(0, 8)]));
}

function isWeak(key: Uint8Array): boolean {
  const same = (a: number, b: number) => Buffer.compare(key.subarray(a, a + 8), key.subarray(b, b + 8)) === 0;
  return same(0, 8) || (key.length === 24 && same(8, 16));
}

function pad(bytes: Uint8Array, block: number, mode: number, site: CallSite): Uint8Array {
  const missing = block - (bytes.length % block);
  if (mode === PaddingMode.None || (mode === PaddingMode.Zeros && missing === block)) {
    if (missing !== block) throw cryptographicError("Length of the data to encrypt is invalid.");
    return bytes;
  }
  const padded = new Uint8Array(bytes.length + missing);
  padded.set(bytes);
  if (mode === PaddingMode.PKCS7) padded.fill(missing, bytes.length);
  else if (mode === PaddingMode.ISO10126) padded.set(site.run.host.randomBytes(missing), bytes.length);
  if (mode !== PaddingMode.Zeros) padded[padded.length - 1] = missing;
  return padded;
}

function unpad(bytes: Uint8Array, block: number, mode: number): Uint8Array {
  if (mode === PaddingMode.None || mode === PaddingMode.Zeros) return bytes;
  const count = bytes.at(-1) ?? 0;
  const filler = bytes.subarray(bytes.length - count);
  const isBad =
    count < 1 ||
    count > block ||
    (mode === PaddingMode.PKCS7 && filler.some((byte) => byte !== count)) ||
    (mode === PaddingMode.ANSIX923 && filler.subarray(0, -1).some((byte) => byte !== 0));
  if (isBad) throw cryptographicError("Padding is invalid and cannot be removed.");
  return bytes.slice(0, bytes.length - count);
}

/** The header of System.Security.Cryptography.ICryptoTransform. */
export const transformHeader: TypeHeader = {
  header: "interface System.Security.Cryptography.ICryptoTransform : System.IDisposable",
};

/** What `CreateEncryptor` and `CreateDecryptor` give. */
export class CryptoTransform extends NetObject {
  constructor(
    readonly algorithm: SymmetricAlgorithm,
    readonly keyBytes: Uint8Array,
    readonly iv: Uint8Array,
    readonly encrypts: boolean,
  ) {
    super();
    algorithm.checkKey(keyBytes);
  }

  override get declaration() {
    return transformHeader;
  }
}

type Cipher = string | SymmetricAlgorithm | null;

function crypt(
  site: CallSite,
  input: NetArray | null,
  cipher: Cipher,
  key: NetArray | null | undefined,
  iv: NetArray | null | undefined,
  encrypts: boolean,
): NetArray {
  const algorithm = typeof cipher === "string" ? SymmetricAlgorithm.create(cipher) : cipher;
  if (algorithm === null || input === null) throw raise.nullReference();
  if (key === null || iv === null) throw raise.argumentNull(key === null ? "key" : "iv");
  const keyBytes = key === undefined ? algorithm.keyOf(site) : bytesOf(key);
  const ivBytes = iv === undefined ? algorithm.ivOf(site) : bytesOf(iv);
  return byteArray(site, algorithm.transform(bytesOf(input), keyBytes, ivBytes, encrypts, site));
}

/**
 * The gateway's `Encrypt` extension: a cipher by name (CBC and PKCS7) or as an object; key and vector as given, or the object's own.
 * Throws NullReferenceException for an unknown name, CryptographicException for keys, vectors and lengths that do not fit.
 */
export function encryptBytes(
  site: CallSite,
  input: NetArray | null,
  cipher: Cipher,
  key?: NetArray | null,
  iv?: NetArray | null,
): NetArray {
  return crypt(site, input, cipher, key, iv, true);
}

/** The gateway's `Decrypt` extension; see {@link encryptBytes}. */
export function decryptBytes(
  site: CallSite,
  input: NetArray | null,
  cipher: Cipher,
  key?: NetArray | null,
  iv?: NetArray | null,
): NetArray {
  return crypt(site, input, cipher, key, iv, false);
}
