import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineEnum, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { type NetArray, NetObject } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";
import { part } from "./hash.js";
import { type Padding, RSA, rsaCngHeader } from "./rsa.js";

type Bytes = NetArray | null;

const given = (array: Bytes, name = "data"): Uint8Array => {
  if (array === null) throw raise.argumentNull(name);
  return bytesOf(array);
};

/** System.Security.Cryptography.HashAlgorithmName: a name and nothing else. */
class HashAlgorithmName extends NetObject {
  constructor(readonly name: string | null) {
    super();
  }

  override get declaration() {
    return hashNameType;
  }

  override toText(): string {
    return this.name ?? "";
  }

  override equals(other: unknown): boolean {
    return other instanceof HashAlgorithmName && other.name === this.name;
  }

  override get key(): string {
    return `System.Security.Cryptography.HashAlgorithmName:${this.name}`;
  }
}

const same = (a: NetObject | null, b: NetObject | null) => (a === null || b === null ? a === b : a.equals(b));
const differ = (a: NetObject | null, b: NetObject | null) => !same(a, b);
const HASH_NAME = "System.Security.Cryptography.HashAlgorithmName";

const hashNameType: TypeDeclaration = defineType(
  `struct ${HASH_NAME}`,
  {
    "new(string name)": (name: string | null) => new HashAlgorithmName(name),
    "string Name { get; }": (self: HashAlgorithmName) => self.name,
    ...Object.fromEntries(
      ["MD5", "SHA1", "SHA256", "SHA384", "SHA512"].map((name) => {
        const value = new HashAlgorithmName(name);
        return [`static HashAlgorithmName ${name} { get; }`, () => value];
      }),
    ),
    "static bool operator ==(HashAlgorithmName left, HashAlgorithmName right)": same,
    "static bool operator !=(HashAlgorithmName left, HashAlgorithmName right)": differ,
  },
  { zero: new HashAlgorithmName(null) },
);

/** RSASignaturePadding and RSAEncryptionPadding: named values. */
class RsaPadding extends NetObject {
  constructor(
    private readonly type: () => TypeDeclaration,
    readonly name: string,
    /** Of OAEP: the hash. */
    readonly hash: string | null,
  ) {
    super();
  }

  override get declaration() {
    return this.type();
  }

  override toText(): string {
    return this.name;
  }

  override equals(other: unknown): boolean {
    return other instanceof RsaPadding && other.key === this.key;
  }

  override get key(): string {
    return `RsaPadding:${this.declaration.header}:${this.name}`;
  }
}

const signature = (name: Padding) => new RsaPadding(() => signaturePaddingType, name, null);
const encryption = (name: string, hash: string | null) => new RsaPadding(() => encryptionPaddingType, name, hash);
const constantOf = (value: RsaPadding) => () => value;

const signaturePaddingType: TypeDeclaration = defineType("sealed class System.Security.Cryptography.RSASignaturePadding", {
  "static RSASignaturePadding Pkcs1 { get; }": constantOf(signature("Pkcs1")),
  "static RSASignaturePadding Pss { get; }": constantOf(signature("Pss")),
  "RSASignaturePaddingMode Mode { get; }": (self: RsaPadding) => (self.name === "Pss" ? 1 : 0),
  "static bool operator ==(RSASignaturePadding left, RSASignaturePadding right)": same,
  "static bool operator !=(RSASignaturePadding left, RSASignaturePadding right)": differ,
});

const encryptionPaddingType: TypeDeclaration = defineType("sealed class System.Security.Cryptography.RSAEncryptionPadding", {
  "static RSAEncryptionPadding Pkcs1 { get; }": constantOf(encryption("Pkcs1", null)),
  "static RSAEncryptionPadding OaepSHA1 { get; }": constantOf(encryption("OaepSHA1", "SHA1")),
  "static RSAEncryptionPadding OaepSHA256 { get; }": constantOf(encryption("OaepSHA256", "SHA256")),
  "static RSAEncryptionPadding OaepSHA384 { get; }": constantOf(encryption("OaepSHA384", "SHA384")),
  "static RSAEncryptionPadding OaepSHA512 { get; }": constantOf(encryption("OaepSHA512", "SHA512")),
  "static RSAEncryptionPadding CreateOaep(HashAlgorithmName hashAlgorithm)": ({ name }: HashAlgorithmName) => {
    if (name === null || name === "") throw raise.argument("The hash algorithm name cannot be null or empty.", "hashAlgorithm");
    return encryption(`Oaep${name}`, name);
  },
  "RSAEncryptionPaddingMode Mode { get; }": (self: RsaPadding) => (self.hash === null ? 0 : 1),
  "HashAlgorithmName OaepHashAlgorithm { get; }": (self: RsaPadding) => new HashAlgorithmName(self.hash),
  "static bool operator ==(RSAEncryptionPadding left, RSAEncryptionPadding right)": same,
  "static bool operator !=(RSAEncryptionPadding left, RSAEncryptionPadding right)": differ,
});

function hashOf({ name }: HashAlgorithmName): string {
  if (name === null || name === "") throw raise.argument("The hash algorithm name cannot be null or empty.", "hashAlgorithm");
  return name;
}

function paddingOf(padding: RsaPadding | null): RsaPadding {
  if (padding === null) throw raise.argumentNull("padding");
  return padding;
}

/** A signature or a decryption takes about as long as this many steps. */
const COST = 20_000;

const nothing = () => null;
const NAME_AND_PADDING = "HashAlgorithmName hashAlgorithm, RSASignaturePadding padding";

const asymmetricType = defineType("abstract class System.Security.Cryptography.AsymmetricAlgorithm : System.IDisposable", {
  "static AsymmetricAlgorithm Create()": () => new RSA(),
  "static AsymmetricAlgorithm Create(string algName)": (name: string | null) => createByName(name),
  "int KeySize { get; set; }": {
    get: (self: RSA) => self.keySize,
    set: (self: RSA, bits: number) => {
      self.keySize = bits;
    },
  },
  "string SignatureAlgorithm { get; }": () => "RSA",
  "string KeyExchangeAlgorithm { get; }": () => "RSA",
  "void FromXmlString(string xmlString)": (self: RSA, xml: string | null) => self.fromXml(xml),
  "string ToXmlString(bool includePrivateParameters)": withCall((site: CallSite, self: RSA, includePrivate: boolean) => {
    site.run.steps(COST);
    return self.toXml(includePrivate);
  }),
  "void Clear()": nothing,
  "void Dispose()": nothing,
});

function createByName(name: string | null): RSA | null {
  if (name === null) throw raise.argumentNull("algName");
  return /^(?:System\.Security\.Cryptography\.)?RSA(?:Cng|CryptoServiceProvider)?$/i.test(name) ? new RSA() : null;
}

const rsaType = defineType("abstract class System.Security.Cryptography.RSA : AsymmetricAlgorithm", {
  "static RSA Create()": () => new RSA(),
  "static RSA Create(string algName)": (name: string | null) => createByName(name),
  "static RSA Create(int keySizeInBits)": (bits: number) => {
    const rsa = new RSA();
    rsa.keySize = bits;
    return rsa;
  },
  [`byte[] SignData(byte[] data, ${NAME_AND_PADDING})`]: withCall(
    (site: CallSite, self: RSA, data: Bytes, hash: HashAlgorithmName, padding: RsaPadding | null) => {
      site.run.steps(COST);
      return byteArray(site, self.sign(given(data), hashOf(hash), paddingOf(padding).name as Padding));
    },
  ),
  [`byte[] SignData(byte[] data, int offset, int count, ${NAME_AND_PADDING})`]: withCall(
    (
      site: CallSite,
      self: RSA,
      data: Bytes,
      offset: number,
      count: number,
      hash: HashAlgorithmName,
      padding: RsaPadding | null,
    ) => {
      site.run.steps(COST);
      const signed = self.sign(part(data, offset, count, "data"), hashOf(hash), paddingOf(padding).name as Padding);
      return byteArray(site, signed);
    },
  ),
  [`byte[] SignHash(byte[] hash, ${NAME_AND_PADDING})`]: withCall(
    (site: CallSite, self: RSA, hashed: Bytes, hash: HashAlgorithmName, padding: RsaPadding | null) => {
      site.run.steps(COST);
      return byteArray(site, self.signHash(given(hashed, "hash"), hashOf(hash), paddingOf(padding).name as Padding));
    },
  ),
  [`bool VerifyData(byte[] data, byte[] signature, ${NAME_AND_PADDING})`]: withCall(
    (site: CallSite, self: RSA, data: Bytes, signed: Bytes, hash: HashAlgorithmName, padding: RsaPadding | null) => {
      site.run.steps(COST);
      return self.verify(given(data), given(signed, "signature"), hashOf(hash), paddingOf(padding).name as Padding);
    },
  ),
  [`bool VerifyHash(byte[] hash, byte[] signature, ${NAME_AND_PADDING})`]: withCall(
    (site: CallSite, self: RSA, hashed: Bytes, signed: Bytes, hash: HashAlgorithmName, padding: RsaPadding | null) => {
      site.run.steps(COST);
      const padded = paddingOf(padding).name as Padding;
      return self.verifyHash(given(hashed, "hash"), given(signed, "signature"), hashOf(hash), padded);
    },
  ),
  "byte[] Encrypt(byte[] data, RSAEncryptionPadding padding)": withCall(
    (site: CallSite, self: RSA, data: Bytes, padding: RsaPadding | null) => {
      site.run.steps(COST);
      return byteArray(site, self.encrypt(given(data), paddingOf(padding).hash));
    },
  ),
  "byte[] Decrypt(byte[] data, RSAEncryptionPadding padding)": withCall(
    (site: CallSite, self: RSA, data: Bytes, padding: RsaPadding | null) => {
      site.run.steps(COST);
      return byteArray(site, self.decrypt(given(data), paddingOf(padding).hash));
    },
  ),
});

/** `System.Security.Cryptography.RSACng`, as expressions know it. */
export const rsaCngType = defineType(
  rsaCngHeader.header,
  { "new()": () => new RSA(), "new(int keySize)": (bits: number) => new RSA(bits) },
  { beyond: true },
);

/** RSA and what describes its operations. */
export const rsaTypes: readonly TypeDeclaration[] = [
  hashNameType,
  signaturePaddingType,
  encryptionPaddingType,
  defineEnum("System.Security.Cryptography.RSASignaturePaddingMode", { Pkcs1: 0, Pss: 1 }, { beyond: true }),
  defineEnum("System.Security.Cryptography.RSAEncryptionPaddingMode", { Pkcs1: 0, Oaep: 1 }, { beyond: true }),
  asymmetricType,
  rsaType,
  rsaCngType,
];
