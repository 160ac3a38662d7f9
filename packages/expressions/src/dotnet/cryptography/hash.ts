import { createHash, createHmac } from "node:crypto";
import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import { type NetArray, NetObject } from "../../types/values.js";
import { byteArray, bytesOf } from "../bytes.js";

interface HashKind {
  readonly name: string;
  /** The platform's name for it. */
  readonly digest: string;
  /** Bits. */
  readonly size: number;
  /** Bytes of a block: the length of keys that .NET makes up. */
  readonly block: number;
}

/** The hash functions that .NET has. */
export const hashKinds: readonly HashKind[] = [
  { name: "MD5", digest: "md5", size: 128, block: 64 },
  { name: "SHA1", digest: "sha1", size: 160, block: 64 },
  { name: "SHA256", digest: "sha256", size: 256, block: 64 },
  { name: "SHA384", digest: "sha384", size: 384, block: 128 },
  { name: "SHA512", digest: "sha512", size: 512, block: 128 },
];

/** A hash kind by `HashAlgorithmName`; null if it is not known. */
export function hashKindOf(name: string): HashKind | null {
  return hashKinds.find((kind) => kind.name === name.toUpperCase()) ?? null;
}

/** System.Security.Cryptography.HashAlgorithm: plain, or keyed (HMAC). */
export class HashAlgorithm extends NetObject {
  private blocks: Uint8Array[] = [];
  result: Uint8Array | null = null;

  constructor(
    readonly kind: HashKind,
    private readonly type: TypeDeclaration,
    private readonly className: string,
    public hashKey: Uint8Array | null = null,
  ) {
    super();
  }

  override get declaration() {
    return this.type;
  }

  override toText(): string {
    return `System.Security.Cryptography.${this.className}`;
  }

  compute(bytes: Uint8Array): Uint8Array {
    const hash = this.hashKey === null ? createHash(this.kind.digest) : createHmac(this.kind.digest, this.hashKey);
    for (const block of this.blocks) hash.update(block);
    this.blocks = [];
    this.result = new Uint8Array(hash.update(bytes).digest());
    return this.result;
  }

  add(bytes: Uint8Array): void {
    this.blocks.push(bytes.slice());
  }

  reset(): void {
    this.blocks = [];
  }
}

/** A part of a buffer. Throws ArgumentNullException, ArgumentOutOfRangeException, ArgumentException as .NET does. */
export function part(array: NetArray | null, offset: number, count: number, name = "buffer"): Uint8Array {
  if (array === null) throw raise.argumentNull(name);
  const bytes = bytesOf(array);
  if (offset < 0) throw raise.argumentOutOfRange("offset", "Non-negative number required.");
  if (count < 0 || count > bytes.length) throw raise.argument("Value was invalid.");
  if (bytes.length - count < offset)
    throw raise.argument(
      "Offset and length were out of bounds for the array or count is greater than the number of elements from index to the end of the source collection.",
    );
  return bytes.subarray(offset, offset + count);
}

const charged = (site: CallSite, bytes: Uint8Array): Uint8Array => {
  site.run.steps(bytes.length >> 6);
  return bytes;
};

const compute = (site: CallSite, self: HashAlgorithm, bytes: Uint8Array) => byteArray(site, self.compute(charged(site, bytes)));
const nothing = () => null;

const hashType = defineType("abstract class System.Security.Cryptography.HashAlgorithm : System.IDisposable", {
  "static HashAlgorithm Create()": () => plain("SHA1"),
  "static HashAlgorithm Create(string hashName)": (name: string | null) => create(name, "hashName"),
  "int HashSize { get; }": (self: HashAlgorithm) => self.kind.size,
  "byte[] Hash { get; }": withCall((site: CallSite, self: HashAlgorithm) =>
    self.result === null ? null : byteArray(site, self.result.slice()),
  ),
  "int InputBlockSize { get; }": () => 1,
  "int OutputBlockSize { get; }": () => 1,
  "bool CanReuseTransform { get; }": () => true,
  "bool CanTransformMultipleBlocks { get; }": () => true,
  "byte[] ComputeHash(byte[] buffer)": withCall((site: CallSite, self: HashAlgorithm, buffer: NetArray | null) => {
    if (buffer === null) throw raise.argumentNull("buffer");
    return compute(site, self, bytesOf(buffer));
  }),
  "byte[] ComputeHash(byte[] buffer, int offset, int count)": withCall(
    (site: CallSite, self: HashAlgorithm, buffer: NetArray | null, offset: number, count: number) =>
      compute(site, self, part(buffer, offset, count)),
  ),
  "int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, int outputOffset)": withCall(
    (
      site: CallSite,
      self: HashAlgorithm,
      input: NetArray | null,
      offset: number,
      count: number,
      output: NetArray | null,
      to: number,
    ) => {
      const bytes = charged(site, part(input, offset, count, "inputBuffer"));
      site.run.allocate(bytes.length);
      self.add(bytes);
      if (output !== null) bytesOf(output).set(bytes.slice(0, Math.max(0, bytesOf(output).length - to)), to);
      return count;
    },
  ),
  "byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)": withCall(
    (site: CallSite, self: HashAlgorithm, input: NetArray | null, offset: number, count: number) => {
      const bytes = part(input, offset, count, "inputBuffer");
      self.compute(charged(site, bytes));
      return byteArray(site, bytes.slice());
    },
  ),
  "void Initialize()": (self: HashAlgorithm) => self.reset(),
  "void Clear()": nothing,
  "void Dispose()": nothing,
});

const keyedType = defineType("abstract class System.Security.Cryptography.KeyedHashAlgorithm : HashAlgorithm", {
  "static KeyedHashAlgorithm Create()": withCall((site: CallSite) => keyed(site, "SHA1", undefined)),
  "static KeyedHashAlgorithm Create(string algName)": withCall((site: CallSite, name: string | null) => createKeyed(site, name)),
  "byte[] Key { get; set; }": {
    get: withCall((site: CallSite, self: HashAlgorithm) => byteArray(site, self.hashKey!.slice())),
    set: (self: HashAlgorithm, key: NetArray | null) => {
      if (key === null) throw raise.nullReference();
      self.hashKey = bytesOf(key).slice();
    },
  },
});

const hmacType = defineType("abstract class System.Security.Cryptography.HMAC : KeyedHashAlgorithm", {
  "static HMAC Create()": withCall((site: CallSite) => keyed(site, "SHA1", undefined)),
  "static HMAC Create(string algorithmName)": withCall((site: CallSite, name: string | null) => createKeyed(site, name)),
  "string HashName { get; }": (self: HashAlgorithm) => self.kind.name,
});

const plainTypes = new Map<string, TypeDeclaration>();
const keyedTypes = new Map<string, TypeDeclaration>();
const managedTypes: TypeDeclaration[] = [];

function plain(name: string): HashAlgorithm {
  const kind = hashKindOf(name)!;
  const suffix = name === "MD5" || name === "SHA1" ? "CryptoServiceProvider" : "Managed";
  return new HashAlgorithm(kind, plainTypes.get(name)!, name + suffix);
}

function keyed(site: CallSite, name: string, key: NetArray | null | undefined): HashAlgorithm {
  const kind = hashKindOf(name)!;
  if (key === null) throw raise.nullReference();
  const bytes = key === undefined ? site.run.host.randomBytes(kind.block) : bytesOf(key).slice();
  return new HashAlgorithm(kind, keyedTypes.get(name)!, `HMAC${name}`, bytes);
}

/** `HashAlgorithm.Create(name)`: null for names that are not known. */
function create(name: string | null, parameter: string): HashAlgorithm | null {
  if (name === null) throw raise.argumentNull(parameter);
  const plainName = name
    .replace(/^System\.Security\.Cryptography\./, "")
    .replace(/(?:Managed|CryptoServiceProvider|Cng)$/, "")
    .replace("-", "");
  const kind = hashKindOf(plainName === "SHA" ? "SHA1" : plainName);
  return kind === null ? null : plain(kind.name);
}

function createKeyed(site: CallSite, name: string | null): HashAlgorithm | null {
  const kind = hashKindOf((name ?? "").replace(/^System\.Security\.Cryptography\./, "").replace(/^HMAC/i, ""));
  return kind === null ? null : keyed(site, kind.name, undefined);
}

for (const { name } of hashKinds) {
  const namespace = "System.Security.Cryptography";
  const members: Record<string, Implementation> = {
    [`static ${name} Create()`]: () => plain(name),
    [`static ${name} Create(string hashName)`]: (hashName: string | null) => create(hashName, "hashName"),
  };
  plainTypes.set(name, defineType(`abstract class ${namespace}.${name} : HashAlgorithm`, members));
  keyedTypes.set(
    name,
    defineType(`class ${namespace}.HMAC${name} : HMAC`, {
      "new()": withCall((site: CallSite) => keyed(site, name, undefined)),
      "new(byte[] key)": withCall((site: CallSite, key: NetArray | null) => keyed(site, name, key)),
    }),
  );
  const concrete = name === "MD5" ? ["MD5CryptoServiceProvider"] : [`${name}Managed`, `${name}CryptoServiceProvider`];
  for (const className of concrete) {
    const kind = hashKindOf(name)!;
    const type: TypeDeclaration = defineType(
      `class ${namespace}.${className} : ${name}`,
      { "new()": () => new HashAlgorithm(kind, type, className) },
      { beyond: !className.endsWith("Managed") },
    );
    managedTypes.push(type);
  }
}

/** Hash algorithms, plain and keyed. */
export const hashTypes: readonly TypeDeclaration[] = [
  hashType,
  keyedType,
  hmacType,
  ...plainTypes.values(),
  ...keyedTypes.values(),
  ...managedTypes,
];
