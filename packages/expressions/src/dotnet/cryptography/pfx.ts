import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  type KeyObject,
  pbkdf2Sync,
  timingSafeEqual,
} from "node:crypto";
import { type DerValue, derChildren, derOid, readDer } from "./der.js";
import { cryptographicError, guarded } from "./errors.js";

/** What a PKCS#12 file holds for us: the certificate that belongs to its key, or its first one, and the key. */
export interface PfxContent {
  readonly der: Uint8Array;
  readonly key: KeyObject | null;
}

const OID = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
  keyBag: "1.2.840.113549.1.12.10.1.1",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  certificateBag: "1.2.840.113549.1.12.10.1.3",
  tripleDes: "1.2.840.113549.1.12.1.3",
  pbes2: "1.2.840.113549.1.5.13",
  localKeyId: "1.2.840.113549.1.9.21",
} as const;

const AES: ReadonlyMap<string, readonly [cipher: string, keyLength: number]> = new Map([
  ["2.16.840.1.101.3.4.1.2", ["aes-128-cbc", 16]],
  ["2.16.840.1.101.3.4.1.22", ["aes-192-cbc", 24]],
  ["2.16.840.1.101.3.4.1.42", ["aes-256-cbc", 32]],
  ["1.2.840.113549.3.7", ["des-ede3-cbc", 24]],
]);

const DIGESTS: ReadonlyMap<string, string> = new Map([
  ["1.3.14.3.2.26", "sha1"],
  ["2.16.840.1.101.3.4.2.1", "sha256"],
  ["2.16.840.1.101.3.4.2.2", "sha384"],
  ["2.16.840.1.101.3.4.2.3", "sha512"],
  ["1.2.840.113549.2.7", "sha1"],
  ["1.2.840.113549.2.9", "sha256"],
  ["1.2.840.113549.2.10", "sha384"],
  ["1.2.840.113549.2.11", "sha512"],
]);

/** Rounds of key derivation, which block the process, that are still taken on. */
const MOST_ROUNDS = 100_000;

const wrongPassword = () => cryptographicError("The specified network password is not correct.");
const unsupported = (what: string) => cryptographicError(`PKCS#12 data protected by ${what} cannot be read.`);

/** A password in the two forms that PKCS#12 has: big-endian UTF-16 with an end mark (or nothing at all), and UTF-8. */
interface Password {
  readonly wide: Uint8Array;
  readonly utf8: string;
}

/**
 * Reads a PKCS#12 file (RFC 7292) that is protected by a password, or by none. `charge` is told of costly rounds before they run. Throws
 * CryptographicException for a wrong password and for what is not understood (RC2 above all, which platforms no longer have).
 */
export function readPfx(der: Uint8Array, password: string | null, charge: (rounds: number) => void): PfxContent {
  const [, safe, mac] = derChildren(readDer(der));
  const content = dataOf(safe);
  const candidates: Password[] = [{ wide: wideText(password ?? ""), utf8: password ?? "" }];
  if (password === null || password === "") candidates.push({ wide: new Uint8Array(0), utf8: "" });
  const fitting = mac === undefined ? candidates[0] : candidates.find((candidate) => macFits(mac, content, candidate, charge));
  if (fitting === undefined) throw wrongPassword();
  return new PfxReader(fitting, charge).read(content);
}

function wideText(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(`${text}\0`, "utf16le").swap16());
}

/** The octets of a ContentInfo of type data. */
function dataOf(info: DerValue | undefined): Uint8Array {
  const [type, explicit] = info === undefined ? [] : derChildren(info);
  if (explicit === undefined || derOid(type) !== OID.data) throw unsupported("a signature");
  return octets(readDer(explicit.content));
}

/** An OCTET STRING, perhaps in pieces. */
function octets(value: DerValue): Uint8Array {
  return (value.tag & 0x20) === 0
    ? value.content
    : new Uint8Array(Buffer.concat(derChildren(value).map((piece) => octets(piece))));
}

function integer(value: DerValue | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  const number = value.content.reduce((sum, byte) => sum * 256 + byte, 0);
  if (number > MOST_ROUNDS) throw unsupported(`more than ${MOST_ROUNDS} rounds`);
  return number;
}

function digestOf(algorithm: DerValue | undefined): string {
  const digest = algorithm === undefined ? undefined : DIGESTS.get(derOid(derChildren(algorithm)[0]));
  if (digest === undefined) throw unsupported("an unknown hash");
  return digest;
}

function macFits(mac: DerValue, content: Uint8Array, password: Password, charge: (rounds: number) => void): boolean {
  const [info, salt, rounds] = derChildren(mac);
  const [algorithm, expected] = derChildren(info!);
  const digest = digestOf(algorithm);
  const key = derive(digest, 3, password.wide, salt!.content, integer(rounds, 1), createHash(digest).digest().length, charge);
  const actual = createHmac(digest, key).update(content).digest();
  return actual.length === expected!.content.length && timingSafeEqual(actual, expected!.content);
}

/** Key derivation of RFC 7292, appendix B. `purpose`: 1 key, 2 initialization vector, 3 MAC key. */
function derive(
  digest: string,
  purpose: number,
  password: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  length: number,
  charge: (rounds: number) => void,
): Uint8Array {
  const block = digest === "sha384" || digest === "sha512" ? 128 : 64;
  const filled = (bytes: Uint8Array): Buffer => {
    const size = Math.ceil(bytes.length / block) * block;
    return Buffer.alloc(size, size === 0 ? 0 : Buffer.from(bytes));
  };
  const input = Buffer.concat([filled(salt), filled(password)]);
  const result: Buffer[] = [];
  for (let have = 0; have < length; ) {
    charge(rounds);
    let hashed = createHash(digest).update(Buffer.alloc(block, purpose)).update(input).digest();
    for (let i = 1; i < rounds; i++) hashed = createHash(digest).update(hashed).digest();
    result.push(hashed);
    have += hashed.length;
    const addend = Buffer.alloc(block, hashed);
    for (let at = 0; at < input.length; at += block) addOne(input.subarray(at, at + block), addend);
  }
  return Buffer.concat(result).subarray(0, length);
}

/** target = target + addend + 1, as big-endian numbers. */
function addOne(target: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let i = target.length - 1; i >= 0; i--) {
    carry += target[i]! + addend[i]!;
    target[i] = carry & 0xff;
    carry >>= 8;
  }
}

interface Bag {
  readonly id: string;
  readonly value: DerValue;
  /** Tells which certificate belongs to which key. */
  readonly localKeyId: string;
}

class PfxReader {
  constructor(
    private readonly password: Password,
    private readonly charge: (rounds: number) => void,
  ) {}

  read(content: Uint8Array): PfxContent {
    const bags = derChildren(readDer(content)).flatMap((info) => this.bagsOf(info));
    const keyBag = bags.find((bag) => bag.id === OID.keyBag || bag.id === OID.shroudedKeyBag);
    const certificates = bags.filter((bag) => bag.id === OID.certificateBag);
    const certificate = certificates.find((bag) => bag.localKeyId === keyBag?.localKeyId) ?? certificates[0];
    if (certificate === undefined) throw cryptographicError("Cannot find the certificate in the PKCS#12 data.");
    const [, explicit] = derChildren(certificate.value);
    const der = octets(readDer(explicit!.content)).slice();
    return { der, key: keyBag === undefined ? null : this.keyOf(keyBag) };
  }

  private bagsOf(info: DerValue): Bag[] {
    const [type, explicit] = derChildren(info);
    const contents = derOid(type) === OID.encryptedData ? this.decryptContent(readDer(explicit!.content)) : dataOf(info);
    return derChildren(readDer(contents)).map((bag) => {
      const [id, value, attributes] = derChildren(bag);
      const own = (attributes === undefined ? [] : derChildren(attributes)).find(
        (attribute) => derOid(derChildren(attribute)[0]) === OID.localKeyId,
      );
      const localKeyId = own === undefined ? "" : Buffer.from(derChildren(own)[1]!.content).toString("hex");
      return { id: derOid(id), value: readDer(value!.content), localKeyId };
    });
  }

  private decryptContent(encrypted: DerValue): Uint8Array {
    const [, algorithm, implicit] = derChildren(derChildren(encrypted)[1]!);
    return this.decrypt(algorithm!, octets(implicit!));
  }

  private keyOf({ id, value }: Bag): KeyObject {
    let der = value.whole;
    if (id === OID.shroudedKeyBag) {
      const [algorithm, data] = derChildren(value);
      der = this.decrypt(algorithm!, octets(data!));
    }
    return guarded(() => createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" }), "Bad private key.");
  }

  private decrypt(algorithm: DerValue, data: Uint8Array): Uint8Array {
    const [oid, parameters] = derChildren(algorithm);
    const { cipher, key, iv } = this.keyFor(derOid(oid), parameters!);
    const decipher = createDecipheriv(cipher, key, iv);
    return guarded(
      () => new Uint8Array(Buffer.concat([decipher.update(data), decipher.final()])),
      "The specified network password is not correct.",
    );
  }

  private keyFor(oid: string, parameters: DerValue): { cipher: string; key: Uint8Array; iv: Uint8Array } {
    if (oid === OID.pbes2) return this.pbes2(parameters);
    if (oid !== OID.tripleDes) throw unsupported("an old cipher");
    const [salt, rounds] = derChildren(parameters);
    const part = (purpose: number, length: number) =>
      derive("sha1", purpose, this.password.wide, salt!.content, integer(rounds, 1), length, this.charge);
    return { cipher: "des-ede3-cbc", key: part(1, 24), iv: part(2, 8) };
  }

  private pbes2(parameters: DerValue): { cipher: string; key: Uint8Array; iv: Uint8Array } {
    const [derivation, encryption] = derChildren(parameters);
    const [salt, rounds, ...rest] = derChildren(derChildren(derivation!)[1]!);
    const [cipherOid, iv] = derChildren(encryption!);
    const cipher = AES.get(derOid(cipherOid));
    if (cipher === undefined) throw unsupported("an unknown cipher");
    const prf = rest.find((element) => element.tag === 0x30);
    const count = integer(rounds, 1);
    this.charge(count);
    const digest = prf === undefined ? "sha1" : digestOf(prf);
    const key = pbkdf2Sync(this.password.utf8, salt!.content, count, cipher[1], digest);
    return { cipher: cipher[0], key, iv: iv!.content };
  }
}
