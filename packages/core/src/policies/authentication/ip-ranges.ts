import { isIPv4, isIPv6 } from "node:net";

/** An address as a number of 128 bits; IPv4 addresses are their IPv4-mapped form. */
export type IpNumber = bigint;

/** A range of addresses, both ends included. */
export interface IpRange {
  readonly from: IpNumber;
  readonly to: IpNumber;
}

const MAPPED = 0xffff_0000_0000n;

/** Reads an address; null if the text is none. A zone (`%eth0`) is left out of account. */
export function parseIp(text: string): IpNumber | null {
  const plain = text.trim();
  if (isIPv4(plain)) return MAPPED + BigInt(v4(plain));
  if (!isIPv6(plain)) return null;
  const address = plain.split("%", 1)[0]!;
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const hex =
    dotted === null ? address : `${dotted[1]}${(v4(dotted[2]!) >>> 16).toString(16)}:${(v4(dotted[2]!) & 0xffff).toString(16)}`;
  const [head, tail] = hex.split("::") as [string, string | undefined];
  const groups = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : Array.from({ length: 8 - groups.length - last.length }, () => "0");
  return [...groups, ...middle, ...last].reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}

function v4(text: string): number {
  return text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A range of two texts; or what is wrong with it. */
export function parseRange(from: string, to: string): IpRange | string {
  const [first, last] = [parseIp(from), parseIp(to)];
  if (first === null) return `"${from}" is not an IP address.`;
  if (last === null) return `"${to}" is not an IP address.`;
  if (first > last) return `The range from ${from} to ${to} ends before it begins.`;
  if (isIPv4(from.trim()) !== isIPv4(to.trim())) return `The range from ${from} to ${to} mixes IPv4 and IPv6.`;
  return { from: first, to: last };
}

/** Ranges in order, joined where they meet: {@link contains} searches them by halves. */
export function joinRanges(ranges: readonly IpRange[]): IpRange[] {
  const joined: { from: IpNumber; to: IpNumber }[] = [];
  for (const range of ranges.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = joined.at(-1);
    if (last === undefined || range.from > last.to + 1n) joined.push({ ...range });
    else if (range.to > last.to) last.to = range.to;
  }
  return joined;
}

/** Does one of these ranges, as {@link joinRanges} made them, hold an address? */
export function contains(ranges: readonly IpRange[], address: IpNumber): boolean {
  let [low, high] = [0, ranges.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle]!;
    if (address < range.from) high = middle - 1;
    else if (address > range.to) low = middle + 1;
    else return true;
  }
  return false;
}
