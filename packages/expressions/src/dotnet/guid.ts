import { NetException, raise } from "../runtime/exceptions.js";
import { type CallSite, defineType, type Reference, type TypeDeclaration, withCall } from "../types/declare.js";
import { NetArray, NetObject } from "../types/values.js";

/** System.Guid, as its 32 hexadecimal digits in the order in which they are written. */
export class Guid extends NetObject {
  /** @param hex 32 lower-case hexadecimal digits */
  constructor(readonly hex: string) {
    super();
  }

  static readonly empty = new Guid("0".repeat(32));

  /** From 16 bytes, the first three groups little-endian. */
  static ofBytes(bytes: ArrayLike<number>): Guid {
    let hex = "";
    for (const at of BYTE_ORDER) hex += (bytes[at]! & 0xff).toString(16).padStart(2, "0");
    return new Guid(hex);
  }

  /** A random one (version 4). */
  static random(randomBytes: (length: number) => Uint8Array): Guid {
    const bytes = Uint8Array.from(randomBytes(16));
    bytes[7] = (bytes[7]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return Guid.ofBytes(bytes);
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(16);
    BYTE_ORDER.forEach((at, i) => {
      bytes[at] = Number.parseInt(this.hex.slice(i * 2, i * 2 + 2), 16);
    });
    return bytes;
  }

  override get declaration() {
    return guidType;
  }

  override toText(): string {
    const { hex } = this;
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  override toFormat(format: string): string {
    const { hex } = this;
    switch (format) {
      case "":
      case "D":
      case "d":
        return this.toText();
      case "N":
      case "n":
        return hex;
      case "B":
      case "b":
        return `{${this.toText()}}`;
      case "P":
      case "p":
        return `(${this.toText()})`;
      case "X":
      case "x": {
        const rest = Array.from({ length: 8 }, (_, i) => `0x${hex.slice(16 + i * 2, 18 + i * 2)}`);
        return `{0x${hex.slice(0, 8)},0x${hex.slice(8, 12)},0x${hex.slice(12, 16)},{${rest.join(",")}}}`;
      }
      default:
        throw badSpecifier();
    }
  }

  override get hashCode(): number {
    const words = new DataView(this.toBytes().buffer);
    return words.getInt32(0, true) ^ words.getInt32(4, true) ^ words.getInt32(8, true) ^ words.getInt32(12, true);
  }

  override equals(other: unknown): boolean {
    return other instanceof Guid && other.hex === this.hex;
  }

  override get key(): string {
    return `System.Guid:${this.hex}`;
  }

  /** By groups as unsigned numbers, which is the order of the digits. */
  override compareTo(other: unknown): number | undefined {
    if (!(other instanceof Guid)) return undefined;
    return this.hex < other.hex ? -1 : this.hex > other.hex ? 1 : 0;
  }
}

/** Where each pair of digits, in writing order, stands among the bytes. */
const BYTE_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

const badSpecifier = () => raise.format('Format String can be only "D", "d", "N", "n", "P", "p", "B", "b", "X" or "x".');
const badGuid = () => raise.format("Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).");

const DASHED = [8, 4, 4, 4, 12].map((digits) => `([\\da-fA-Fx+]{${digits}})`).join("-");
const PATTERNS: Readonly<Record<string, RegExp>> = {
  D: new RegExp(`^${DASHED}$`),
  N: /^([\da-fA-F]{32})$/,
  B: new RegExp(`^\\{${DASHED}\\}$`),
  P: new RegExp(`^\\(${DASHED}\\)$`),
};
const HEX_GROUPS = /^\{0x([\da-f]{1,8}),0x([\da-f]{1,8}),0x([\da-f]{1,8}),\{((?:0x[\da-f]{1,2},){7}0x[\da-f]{1,2})\}\}$/;

function parseHexGroups(text: string): Guid | null {
  const match = HEX_GROUPS.exec(text.replace(/\s+/g, "").toLowerCase());
  if (match === null) return null;
  const bytes = match[4]!.split(",").map((part) => part.slice(2).padStart(2, "0"));
  return new Guid(
    match[1]!.padStart(8, "0") + match[2]!.padStart(4, "0").slice(-4) + match[3]!.padStart(4, "0").slice(-4) + bytes.join(""),
  );
}

/** Of groups of digits. As of old, each may begin with a plus sign and `0x` that take the place of digits. */
function ofGroups(groups: readonly string[]): Guid | null {
  const plain = groups.map((group) => {
    const match = /^\+?(?:0[xX])?([\da-fA-F]+)$/.exec(group);
    return match === null ? null : match[1]!.padStart(group.length, "0");
  });
  return plain.includes(null) ? null : new Guid(plain.join("").toLowerCase());
}

/** Reads a Guid in any of its formats, or in one; the exception where the text is none. */
export function parseGuid(text: string | null, format: string | null = null): Guid | NetException {
  if (text === null) return raise.argumentNull("input");
  const trimmed = text.trim();
  if (trimmed.length > 200) return badGuid();
  for (const letter of format === null ? "DNBP" : format.toUpperCase()) {
    const match = PATTERNS[letter]?.exec(trimmed);
    if (match) return ofGroups(match.slice(1)) ?? badGuid();
  }
  if (format === null || format.toUpperCase() === "X") return parseHexGroups(trimmed) ?? badGuid();
  return badGuid();
}

function parse(text: string | null): Guid {
  const parsed = parseGuid(text);
  if (parsed instanceof NetException) throw parsed;
  return parsed;
}

const isFormat = (format: string | null): format is string => format !== null && /^[DNBPX]$/i.test(format);

function checkFormat(format: string | null): string {
  if (format === null) throw raise.argumentNull("format");
  if (!isFormat(format)) throw badSpecifier();
  return format;
}

function fromParts(a: number, b: number, c: number, rest: readonly number[]): Guid {
  const hex = (value: number, digits: number) => (value >>> 0).toString(16).padStart(8, "0").slice(-digits);
  return new Guid(hex(a, 8) + hex(b, 4) + hex(c, 4) + rest.map((part) => hex(part, 2)).join(""));
}

function fromBytes(bytes: NetArray | null): Guid {
  if (bytes === null) throw raise.argumentNull("b");
  if (bytes.items.length !== 16) throw raise.argument("Byte array for GUID must be exactly 16 bytes long.", "b");
  return Guid.ofBytes(bytes.items as Uint8Array);
}

function tryInto(result: Reference<Guid>, parsed: Guid | NetException): boolean {
  const isParsed = parsed instanceof Guid;
  result.value = isParsed ? parsed : Guid.empty;
  return isParsed;
}

const formatted = (self: Guid, format: string | null) => self.toFormat(format ?? "");
const eachByte = (a: number, b: number, c: number, ...rest: number[]) => fromParts(a, b, c, rest);

const guidType: TypeDeclaration = defineType(
  "struct System.Guid : IFormattable, IComparable, IComparable<Guid>, IEquatable<Guid>",
  {
    "new(string g)": parse,
    "new(byte[] b)": fromBytes,
    "new(int a, short b, short c, byte[] d)": (a: number, b: number, c: number, d: NetArray | null) => {
      if (d === null) throw raise.argumentNull("d");
      if (d.items.length !== 8) throw raise.argument("Byte array for GUID must be exactly 8 bytes long.", "d");
      return fromParts(a, b, c, [...(d.items as Uint8Array)]);
    },
    "new(int a, short b, short c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)": eachByte,
    "new(uint a, ushort b, ushort c, byte d, byte e, byte f, byte g, byte h, byte i, byte j, byte k)": eachByte,
    "static Guid Empty { get; }": () => Guid.empty,
    "static Guid NewGuid()": withCall((site: CallSite) => Guid.random((length) => site.run.host.randomBytes(length))),
    "static Guid Parse(string input)": parse,
    "static Guid ParseExact(string input, string format)": (text: string | null, format: string | null) => {
      if (text === null) throw raise.argumentNull("input");
      const parsed = parseGuid(text, checkFormat(format));
      if (parsed instanceof NetException) throw parsed;
      return parsed;
    },
    "static bool TryParse(string input, out Guid result)": (text: string | null, result: Reference<Guid>) =>
      tryInto(result, parseGuid(text)),
    "static bool TryParseExact(string input, string format, out Guid result)": (
      text: string | null,
      format: string | null,
      result: Reference<Guid>,
    ) => tryInto(result, isFormat(format) ? parseGuid(text, format) : badGuid()),
    "byte[] ToByteArray()": withCall((site, self: Guid) => new NetArray(site.scope.find("System.Byte")!, self.toBytes())),
    "string ToString()": (self: Guid) => self.toText(),
    "string ToString(string format)": formatted,
    "string ToString(string format, IFormatProvider provider)": formatted,
    "int CompareTo(Guid value)": (self: Guid, other: Guid) => self.compareTo(other),
    "int CompareTo(object value)": (self: Guid, other: unknown) => {
      if (other === null) return 1;
      const order = self.compareTo(other);
      if (order === undefined) throw raise.argument("Object must be of type GUID.", "value");
      return order;
    },
    "bool Equals(Guid g)": (self: Guid, other: Guid) => self.hex === other.hex,
    "static bool operator ==(Guid a, Guid b)": (a: Guid, b: Guid) => a.hex === b.hex,
    "static bool operator !=(Guid a, Guid b)": (a: Guid, b: Guid) => a.hex !== b.hex,
  },
  {
    get zero() {
      return Guid.empty;
    },
  },
);

/** System.Guid. */
export const guidTypes: readonly TypeDeclaration[] = [guidType];
