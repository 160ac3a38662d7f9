import { raise } from "../../runtime/exceptions.js";
import { type CallSite, defineEnum, defineType, type Reference, withCall } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import { byteArray } from "../bytes.js";

const V4 = 2;
const V6 = 23;

/** System.Net.IPAddress: four or sixteen bytes, and the scope id of an IPv6 address. */
export class IPAddress extends NetObject {
  constructor(
    readonly bytes: Uint8Array,
    readonly scopeId = 0,
  ) {
    super();
  }

  override get declaration() {
    return ipAddressType;
  }

  get family(): number {
    return this.bytes.length === 4 ? V4 : V6;
  }

  override equals(other: unknown): boolean {
    return other instanceof IPAddress && other.key === this.key;
  }

  override get key(): string {
    return `System.Net.IPAddress:${this.toText()}`;
  }

  get isLoopback(): boolean {
    if (this.family === V4) return this.bytes[0] === 127;
    return this.bytes.every((byte, i) => byte === (i === 15 ? 1 : 0));
  }

  override toText(): string {
    return this.family === V4 ? this.bytes.join(".") : ipv6Text(this.bytes) + (this.scopeId === 0 ? "" : `%${this.scopeId}`);
  }
}

function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!);
  const leading = groups.findIndex((group) => group !== 0);
  // Addresses that embed IPv4 show it: mapped ones, and compatible ones with something in the upper half of it.
  const isMapped = leading === 5 && groups[5] === 0xffff;
  if (isMapped || leading === 6) return `::${isMapped ? "ffff:" : ""}${bytes.subarray(12).join(".")}`;
  let best = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      best = i;
      length = end - i;
    }
  }
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  return best < 0 ? hex(groups) : `${hex(groups.slice(0, best))}::${hex(groups.slice(best + length))}`;
}

/** Parses an address as .NET does, short and hexadecimal IPv4 forms included; null if it is none. */
export function parseIPAddress(text: string): IPAddress | null {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): IPAddress | null {
  const parts = text.split(".");
  if (parts.length > 4) return null;
  const numbers = parts.map(v4Part);
  const last = numbers.pop()!;
  if (last < 0 || last >= 256 ** (4 - numbers.length) || numbers.some((number) => number < 0 || number > 255)) return null;
  let value = last;
  numbers.forEach((number, i) => {
    value += number * 256 ** (3 - i);
  });
  return new IPAddress(Uint8Array.of(value / 2 ** 24, (value / 2 ** 16) % 256, (value / 2 ** 8) % 256, value % 256));
}

function v4Part(text: string): number {
  if (/^0[xX][0-9a-fA-F]{1,8}$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^0[0-7]{1,11}$/.test(text)) return Number.parseInt(text, 8);
  return /^(?:0|[1-9]\d{0,9})$/.test(text) ? Number(text) : -1;
}

function parseV6(text: string): IPAddress | null {
  const match = /^(\[?)([0-9a-fA-F:.]{2,45})(?:%(\d{1,9}))?(?:(\])(?::\d{1,5})?)?$/.exec(text);
  if (match === null || (match[1] === "[") !== (match[4] === "]")) return null;
  const groups = v6Groups(match[2]!);
  if (groups === null) return null;
  return new IPAddress(Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])), Number(match[3] ?? 0));
}

function v6Groups(text: string): number[] | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const sides = halves.map((half) => sideGroups(half));
  const [left, right] = sides;
  if (left === null || left === undefined || right === null) return null;
  if (right === undefined) return left.length === 8 ? left : null;
  const missing = 8 - left.length - right.length;
  return missing < 1 ? null : [...left, ...new Array<number>(missing).fill(0), ...right];
}

function sideGroups(text: string): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else if (i === parts.length - 1 && part.includes(".")) {
      if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(part)) return null;
      const bytes = part.split(".").map(Number);
      if (bytes.some((byte) => byte > 255)) return null;
      groups.push((bytes[0]! << 8) | bytes[1]!, (bytes[2]! << 8) | bytes[3]!);
    } else return null;
  }
  return groups;
}

/** `System.Net.IPAddress`, as expressions know it. */
export const ipAddressType = defineType("class System.Net.IPAddress", {
  "static IPAddress Parse(string ipString)": (text: string | null) => {
    if (text === null) throw raise.argumentNull("ipString");
    const address = parseIPAddress(text);
    if (address === null) throw raise.format("An invalid IP address was specified.");
    return address;
  },
  "static bool TryParse(string ipString, out IPAddress address)": (text: string | null, address: Reference) => {
    address.value = text === null ? null : parseIPAddress(text);
    return address.value !== null;
  },
  "static bool IsLoopback(IPAddress address)": (address: IPAddress | null) => {
    if (address === null) throw raise.argumentNull("address");
    return address.isLoopback;
  },
  "System.Net.Sockets.AddressFamily AddressFamily { get; }": (self: IPAddress) => self.family,
  "byte[] GetAddressBytes()": withCall((site: CallSite, self: IPAddress) => byteArray(site, self.bytes.slice())),
});

/** `System.Net.Sockets.AddressFamily`, as expressions know it. */
export const addressFamilyType = defineEnum("System.Net.Sockets.AddressFamily", {
  Unknown: -1,
  Unspecified: 0,
  Unix: 1,
  InterNetwork: V4,
  ImpLink: 3,
  Pup: 4,
  Chaos: 5,
  NS: 6,
  Ipx: 6,
  Iso: 7,
  Osi: 7,
  Ecma: 8,
  DataKit: 9,
  Ccitt: 10,
  Sna: 11,
  DecNet: 12,
  DataLink: 13,
  Lat: 14,
  HyperChannel: 15,
  AppleTalk: 16,
  NetBios: 17,
  VoiceView: 18,
  FireFox: 19,
  Banyan: 21,
  Atm: 22,
  InterNetworkV6: V6,
  Cluster: 24,
  Ieee12844: 25,
  Irda: 26,
  NetworkDesigners: 28,
  Max: 29,
});
