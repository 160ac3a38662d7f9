import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineEnum, defineType, type TypeDeclaration, withCall } from "../../types/declare.js";
import { NetArray, NetObject } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";
import { CipherMode, PaddingMode } from "./cipher-modes.js";
import { cryptographicError } from "./errors.js";
import { part } from "./hash.js";
import { CryptoTransform, SymmetricAlgorithm, symmetricHeader, transformHeader } from "./symmetric.js";

const given = (array: NetArray | null, name = "value"): Uint8Array => {
  if (array === null) throw raise.argumentNull(name);
  return bytesOf(array);
};

const transformOf = (encrypts: boolean) =>
  withCall((site: CallSite, self: SymmetricAlgorithm, key?: NetArray | null, iv?: NetArray | null) => {
    const keyBytes = key === undefined ? self.keyOf(site) : given(key, "key");
    // A cipher without chaining needs no vector.
    const ivBytes = iv === undefined ? self.ivOf(site) : iv === null ? new Uint8Array(self.kind.block) : bytesOf(iv);
    return new CryptoTransform(self, keyBytes.slice(), ivBytes.slice(), encrypts);
  });
const encryptor = transformOf(true);
const decryptor = transformOf(false);

/** System.Security.Cryptography.KeySizes, in bits. */
class KeySizes extends NetObject {
  constructor(
    readonly smallest: number,
    readonly largest: number,
    readonly step: number,
  ) {
    super();
  }

  override get declaration() {
    return keySizesType;
  }
}

const keySizesType: TypeDeclaration = defineType(
  "sealed class System.Security.Cryptography.KeySizes",
  {
    "int MinSize { get; }": (self: KeySizes) => self.smallest,
    "int MaxSize { get; }": (self: KeySizes) => self.largest,
    "int SkipSize { get; }": (self: KeySizes) => self.step,
  },
  { beyond: true },
);

function sizes(site: CallSite, lengths: readonly number[]): NetArray {
  const step = lengths.length > 1 ? (lengths[1]! - lengths[0]!) * 8 : 0;
  const type = site.scope.find("System.Security.Cryptography.KeySizes")!;
  return new NetArray(type, [new KeySizes(lengths[0]! * 8, lengths.at(-1)! * 8, step)]);
}

const nothing = () => null;
const ICryptoTransform = "System.Security.Cryptography.ICryptoTransform";

/** `System.Security.Cryptography.SymmetricAlgorithm`, as expressions know it. */
export const symmetricType = defineType(symmetricHeader.header, {
  "static SymmetricAlgorithm Create(string algName)": (name: string | null) => SymmetricAlgorithm.create(name),
  "byte[] Key { get; set; }": {
    get: withCall((site: CallSite, self: SymmetricAlgorithm) => byteArray(site, self.keyOf(site).slice())),
    set: (self: SymmetricAlgorithm, value: NetArray | null) => self.setKey(given(value)),
  },
  "byte[] IV { get; set; }": {
    get: withCall((site: CallSite, self: SymmetricAlgorithm) => byteArray(site, self.ivOf(site).slice())),
    set: (self: SymmetricAlgorithm, value: NetArray | null) => self.setIv(given(value)),
  },
  "int KeySize { get; set; }": {
    get: (self: SymmetricAlgorithm) => self.keyLength * 8,
    set: (self: SymmetricAlgorithm, bits: number) => {
      if (!self.kind.keys.includes(bits / 8)) throw cryptographicError("Specified key is not a valid size for this algorithm.");
      self.keyLength = bits / 8;
      self.keyBytes = null;
    },
  },
  "int BlockSize { get; set; }": {
    get: (self: SymmetricAlgorithm) => self.kind.block * 8,
    set: (self: SymmetricAlgorithm, bits: number) => {
      if (bits !== self.kind.block * 8) throw cryptographicError("Specified block size is not valid for this algorithm.");
    },
  },
  "int FeedbackSize { get; }": () => 8,
  "System.Security.Cryptography.CipherMode Mode { get; set; }": {
    get: (self: SymmetricAlgorithm) => self.mode,
    set: (self: SymmetricAlgorithm, mode: number) => {
      if (mode < 1 || mode > 5) throw cryptographicError("Specified cipher mode is not valid for this algorithm.");
      self.mode = mode;
    },
  },
  "System.Security.Cryptography.PaddingMode Padding { get; set; }": {
    get: (self: SymmetricAlgorithm) => self.padding,
    set: (self: SymmetricAlgorithm, padding: number) => {
      if (padding < 1 || padding > 5) throw cryptographicError("Specified padding mode is not valid for this algorithm.");
      self.padding = padding;
    },
  },
  [`${ICryptoTransform} CreateEncryptor()`]: encryptor,
  [`${ICryptoTransform} CreateEncryptor(byte[] rgbKey, byte[] rgbIV)`]: encryptor,
  [`${ICryptoTransform} CreateDecryptor()`]: decryptor,
  [`${ICryptoTransform} CreateDecryptor(byte[] rgbKey, byte[] rgbIV)`]: decryptor,
  "void GenerateKey()": withCall((site: CallSite, self: SymmetricAlgorithm) => {
    self.keyBytes = site.run.host.randomBytes(self.keyLength);
  }),
  "void GenerateIV()": withCall((site: CallSite, self: SymmetricAlgorithm) => {
    self.ivBytes = site.run.host.randomBytes(self.kind.block);
  }),
  "KeySizes[] LegalKeySizes { get; }": withCall((site: CallSite, self: SymmetricAlgorithm) => sizes(site, self.kind.keys)),
  "KeySizes[] LegalBlockSizes { get; }": withCall((site: CallSite, self: SymmetricAlgorithm) => sizes(site, [self.kind.block])),
  "bool ValidKeySize(int bitLength)": (self: SymmetricAlgorithm, bits: number) => self.kind.keys.includes(bits / 8),
  "void Clear()": nothing,
  "void Dispose()": nothing,
});

/** `System.Security.Cryptography.ICryptoTransform`, as expressions know it. */
export const transformType = defineType(
  transformHeader.header,
  {
    "int InputBlockSize { get; }": (self: CryptoTransform) => self.algorithm.kind.block,
    "int OutputBlockSize { get; }": (self: CryptoTransform) => self.algorithm.kind.block,
    "byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)": withCall(
      (site: CallSite, self: CryptoTransform, input: NetArray | null, offset: number, count: number) => {
        const bytes = part(input, offset, count, "inputBuffer");
        return byteArray(site, self.algorithm.transform(bytes, self.keyBytes, self.iv, self.encrypts, site));
      },
    ),
    "void Dispose()": nothing,
  },
  { beyond: true },
);

/** Ciphers. */
export const symmetricTypes: readonly TypeDeclaration[] = [
  symmetricType,
  transformType,
  keySizesType,
  defineEnum("System.Security.Cryptography.CipherMode", CipherMode),
  defineEnum("System.Security.Cryptography.PaddingMode", PaddingMode),
];
